// ---- the conversations that this browser keeps: one entry of its storage for each, so that tabs do not overwrite one
// another. Kept are questions and where quotes stood, never a quote. It imports nothing: it needs a storage alone.

export const MOST = 200; // conversations
export const LONGEST = 100; // questions of one
const PREFIX = "yuanwen.conversation.";

const isFull = (error) => error?.name === "QuotaExceededError" || error?.code === 22;

/** Conversations in a storage like `localStorage`, of one reader and one page: others of the same origin have their own. */
export class ConversationStore {
  constructor(storage, reader) {
    this.storage = storage;
    this.prefix = `${PREFIX}${encodeURIComponent(reader)}/`;
  }

  /** Whether anything can be kept at all: a browser may forbid it. */
  get isAllowed() {
    try {
      const key = `${PREFIX}try`;
      this.storage.setItem(key, "1");
      this.storage.removeItem(key);
      return true;
    } catch (error) { return isFull(error); }
  }

  ids() {
    try {
      return Array.from({ length: this.storage.length }, (_, index) => this.storage.key(index))
        .filter((key) => key?.startsWith(this.prefix)).map((key) => key.slice(this.prefix.length));
    } catch { return []; }
  }

  /** Returns a conversation; null where there is none, or what is there is none of ours. */
  read(id) {
    let found = null;
    try { found = JSON.parse(this.storage.getItem(this.prefix + id)); } catch { /* forbidden, or broken */ }
    return asConversation(found, id);
  }

  /** Returns all conversations, the newest first. */
  list() {
    return this.ids().map((id) => this.read(id)).filter(Boolean).sort((one, other) => other.at - one.at);
  }

  remove(id) {
    try { this.storage.removeItem(this.prefix + id); } catch { /* forbidden */ }
  }

  /**
   * Keeps a conversation. Returns how many of its last questions are kept, whether these are all that may be, and how many
   * older conversations had to go for want of room.
   */
  write(conversation) {
    const { id } = conversation;
    let older = null;
    let dropped = 0;
    const dropOldest = () => {
      older ??= this.ids().filter((other) => other !== id)
        .sort((one, other) => (this.read(other)?.at ?? 0) - (this.read(one)?.at ?? 0)); // a broken one is the first to go
      const oldest = older.pop();
      if (oldest === undefined) return false;
      this.remove(oldest);
      dropped += 1;
      return true;
    };
    for (let more = this.ids().filter((other) => other !== id).length - MOST + 1; more > 0; more -= 1) dropOldest();
    const tooMany = dropped;
    let turns = conversation.turns.slice(-LONGEST);
    for (;;) {
      try {
        this.storage.setItem(this.prefix + id, JSON.stringify({ ...conversation, turns }));
        const isWhole = turns.length === Math.min(conversation.turns.length, LONGEST);
        return { kept: turns.length, isWhole, dropped: dropped - tooMany };
      } catch (error) {
        if (!isFull(error)) return { kept: 0, isWhole: false, dropped: 0 };
        if (dropOldest()) continue;
        turns = turns.slice(Math.ceil(turns.length / 2));
        if (!turns.length) return { kept: 0, isWhole: false, dropped: dropped - tooMany };
      }
    }
  }
}

const text = (value) => (typeof value === "string" ? value : "");
export const texts = (value) => (Array.isArray(value) ? value.filter((one) => typeof one === "string") : []);

/** Returns a turn as it was kept; null for what is none. */
export function asTurn(value) {
  if (!text(value?.question).trim()) return null;
  const quotes = !Array.isArray(value.quotes) ? null : value.quotes.map((quote) => ({
    document: text(quote?.document), sha256: text(quote?.sha256), passage: text(quote?.passage), spans: text(quote?.spans),
  })); // null: there was no reply yet
  return { question: value.question, documents: texts(value.documents), alone: value.alone === true, quotes };
}

function asConversation(value, id) {
  const turns = (Array.isArray(value?.turns) ? value.turns : []).map(asTurn).filter(Boolean);
  if (!turns.length) return null;
  return {
    id, revision: text(value.revision), title: text(value.title), at: Number(value.at) || 0, turns, only: texts(value.only),
  };
}

/** Returns the name of a conversation: what the reader called it, or its first question. */
export const nameOf = ({ title, turns }) => title || turns[0].question.trim().replace(/\s+/gu, " ");

/** Returns the conversations that have each of some words in their name or a question. */
export function matching(conversations, words) {
  const plain = (value) => value.normalize("NFKC").toLowerCase();
  const wanted = plain(words).split(/\s+/u).filter(Boolean);
  return conversations.filter(({ title, turns }) => {
    const all = plain([title, ...turns.map((turn) => turn.question)].join("\n"));
    return wanted.every((word) => all.includes(word));
  });
}
