// ---- asking: one question at a time, in order. Kept are the questions and not the replies (conversations.js): each quote
// on the page is cut from the document as it is now.

import {
  actions, all, box, call, calm, filled, find, fragment, lastLine, phone, post, signal, template,
} from "./base.js";
import { describe } from "./announce.js";
import { askWhenBack } from "./connection.js";
import { followAnswer } from "./reader.js";
import { showAnswers } from "./tables.js";
import { asked, askOnly, mayAsk, names, only, showOnly } from "./texts.js";
import { foldUploads } from "./uploads.js";

const waiting = []; // what is to be looked up: the turn, where its waiting is said, what is done with the answer
let asking = false;

export const questionOf = new WeakMap();
export const scopeOf = new WeakMap(); // the names of the documents that were asked
const restoring = new Set(); // turns that a reload asks again, until their replies are there
const alone = new WeakSet(); // turns that are read without those before them
const quotesOf = new WeakMap(); // where the quotes of the first reply stood

export const turns = () => [...all(".log > .turn")];
/** Returns how many files this tab has still to send. */
export const unsent = () => all('.coming li[data-stage="coming"]:not(:has(.stop))').length;

/** Returns the questions that were looked up before this turn, the oldest first; none before one that is read alone. */
export function historyOf(turn) {
  const there = turns();
  const before = there.slice(0, there.indexOf(turn));
  if (alone.has(turn)) return [];
  return before.slice(Math.max(0, before.findLastIndex((other) => alone.has(other))))
    .filter((other) => find('[data-status="answered"], [data-status="not_found"]', other)
      || (restoring.has(other) && quotesOf.get(other)?.length)) // it was answered before, and will be again
    .map((other) => questionOf.get(other));
}

/** Returns what is kept of a turn; null for one without a question that could be asked. */
export function recordOf(turn) {
  const question = questionOf.get(turn);
  if (!question?.trim() || isTooLong(question)) return null;
  return { question, documents: scopeOf.get(turn), alone: alone.has(turn), quotes: quotesOf.get(turn) ?? null };
}

const isTooLong = (question) => [...question].length > Number(box().dataset.most);

export function ask(question, { restored = false, documents = asked(), isAlone = false, quotes = null } = {}) {
  const log = find(".log");
  const turn = document.createElement("section");
  turn.className = "turn";
  log.append(turn);
  questionOf.set(turn, question);
  scopeOf.set(turn, documents);
  if (quotes) quotesOf.set(turn, quotes);
  if (isAlone) alone.add(turn);
  if (restored) restoring.add(turn);
  if (question.trim()) {
    const bubble = document.createElement("h3"); // a screen reader goes from question to question
    bubble.className = "question";
    bubble.textContent = question;
    turn.append(bubble);
    if (bubble.scrollHeight > bubble.clientHeight) bubble.tabIndex = 0; // a long one scrolls, by keys too
  }
  foldUploads();
  look(turn);
  const scroller = log.parentElement;
  const top = turn.getBoundingClientRect().top - scroller.getBoundingClientRect().top + scroller.scrollTop;
  scroller.scrollTo({ top, behavior: calm.matches || restored ? "instant" : "smooth" });
  signal("question");
}

function look(turn) {
  turn.append(template("yw-seeking"));
  queue({
    turn,
    say: (content) => find(".seeking", turn).replaceChildren(content),
    done: (answer) => {
      if (!turn.isConnected) return; // another conversation was begun
      const reply = replyOf(turn, answer);
      // Of some documents only, what comes in is not asked.
      const missing = scopeOf.get(turn).length || answer.status === "rejected" ? 0 : (answer.adding ?? 0) + unsent();
      if (missing) find(".reply", reply).before(filled("yw-late", { count: missing })); // at once: nothing moves
      settle(turn, reply);
      signal("reply");
      if (!missing) return;
      import("./late_files.js").then((late) => late.waitFor(turn, missing)).catch(() => {}); // the program is gone
    },
    failed: (error) => {
      if (!turn.isConnected) return;
      settle(turn, failureOf(error));
      if (!error.html && !error.closed) askWhenBack(turn, () => askAgain(turn));
    },
  });
}

/** Puts what is to be looked up into the queue: a new question before those that a reload asks again. */
function queue(one) {
  const first = restoring.has(one.turn) ? -1 : waiting.findIndex(({ turn }) => restoring.has(turn));
  waiting.splice(first < 0 ? waiting.length : first, 0, one);
  next();
}

/** Looks a question up once more, in its turn and unseen. Returns the answer. */
export function lookUpAgain(turn) {
  return new Promise((done, failed) => { queue({ turn, say: () => {}, done, failed }); });
}

/** Asks a turn anew: what it says goes, but for the question. */
function anew(turn) {
  for (const part of all(":scope > :not(.question)", turn)) part.remove();
  quotesOf.delete(turn);
  look(turn);
  signal("question");
  box().focus();
}

export async function next() {
  if (asking || !waiting.length) return;
  asking = true;
  const one = waiting.shift();
  try {
    one.done(await lookUp(one));
  } catch (error) { one.failed(error); }
  asking = false;
  next();
}

/** Asks nothing further of what waits. */
export function stopAsking() {
  waiting.length = 0;
  restoring.clear();
}

/** Returns an answer as the page shows it. It remembers where the quotes stand, unless it knows those of an earlier reply. */
function replyOf(turn, answer) {
  const content = fragment(answer.before + answer.html);
  scopeOf.set(turn, answer.documents);
  if (!quotesOf.has(turn)) quotesOf.set(turn, quotesIn(content, answer.digests));
  return content;
}

const QUOTES = 8; // of a reply that are remembered

function quotesIn(reply, digests) {
  return [...all(".quote[data-passage]", reply)].filter((quote) => !quote.closest("details")).slice(0, QUOTES)
    .map(({ dataset: { document, passage, spans } }) => ({ document, sha256: digests[document] ?? "", passage, spans }));
}

/** Shows a newer answer in place of a reply. What stands above the reply stays where it is. */
export function showReply(turn, answer) {
  quotesOf.delete(turn);
  for (const part of all(":scope > :is(.scope, .since)", turn)) part.remove();
  find(".reply", turn).replaceWith(replyOf(turn, answer));
  describe(turn, { isHeard: true });
  showAnswers(turn);
  signal("reply");
}

function failureOf(error) {
  const failed = template("yw-failed");
  if (error.closed) find(".failed", failed).replaceChildren(fragment(error.closed));
  else find(".why", failed).replaceChildren(error.html ? fragment(error.html) : template("yw-lostquestion"));
  // A question to a document that is gone can be put to all documents.
  if (error.gone) find("button", failed).replaceWith(template("yw-askall"));
  return failed;
}

/** Puts what came in place of the waiting. While a reload asks again, the last question stays where it is. */
function settle(turn, content) {
  const last = restoring.size ? find(".log > .turn:last-child") : null;
  const before = last?.getBoundingClientRect().top;
  find(".seeking", turn).replaceWith(content);
  describe(turn, { isHeard: !restoring.size });
  showAnswers(turn);
  const scroller = find(".talk .scroller");
  if (last) scroller.scrollTop += last.getBoundingClientRect().top - before;
  if (!restoring.delete(turn)) followAnswer(turn).catch(() => {}); // the pane can be opened there by hand
  scroller.classList.toggle("held", restoring.size > 0);
}

const pause = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });

/** Returns the answer. What cannot be asked yet, while the model loads or the first files come, is sent again. */
async function lookUp({ turn, say }) {
  const earlier = restoring.has(turn) ? quotesOf.get(turn) ?? [] : [];
  let isLoading = false;
  for (;;) {
    const asked = { question: questionOf.get(turn), history: historyOf(turn), documents: scopeOf.get(turn), earlier };
    const response = await post("ask", asked);
    if (response.status === 429) {
      const seconds = Number(response.headers.get("Retry-After")) || 1;
      say(filled("yw-busy", { seconds }));
      await pause(seconds * 1000);
      continue;
    }
    /** @type {Answer} */
    const answer = await lastLine("ask", response, ({ place }) => say(filled("yw-place", { count: place })))
      .catch((error) => { if (names().length || !unsent()) throw error; return { adding: 0 }; }); // the first file comes
    if (answer.html) return answer;
    if (answer.closed) throw Object.assign(new Error("closed"), { closed: answer.closed });
    if (answer.adding !== undefined) say(filled("yw-latefirst", { count: answer.adding + unsent() }));
    else if (!isLoading) say(template("yw-loading"));
    isLoading = answer.loading;
    await pause(400);
  }
}

/** Shows why the model cannot be opened, even where nothing was asked. */
export async function watchLoading() {
  for (;;) {
    /** @type {Answer} */
    const state = await call("state").catch(() => ({}));
    if (state.closed && !find(".failed")) {
      const turn = document.createElement("section");
      turn.className = "turn";
      turn.append(template("yw-failed"));
      find(".failed", turn).replaceChildren(fragment(state.closed));
      find(".log").append(turn);
      turn.scrollIntoView();
    }
    if (!state.loading) return;
    await new Promise((resolve) => { setTimeout(resolve, 700); });
  }
}

/** Asks a question again that failed, without moving the focus. */
function askAgain(turn) {
  find(".failed", turn)?.remove();
  if (turn.isConnected) look(turn);
}

actions.retry = (button) => anew(button.closest(".turn"));

actions.askAll = (button) => {
  const turn = button.closest(".turn");
  scopeOf.set(turn, []);
  if (button.closest(".failed") && !only.some((name) => names().includes(name))) askOnly([]); // its document is gone
  showOnly();
  anew(turn);
};

actions.askAlone = (button) => {
  const turn = button.closest(".turn");
  alone.add(turn);
  anew(turn);
};

actions.skip = () => box().focus();

/** Asks what is in the box. A question that is too long stays there, to be made shorter; Enter pressed twice asks once. */
export function send() {
  const question = box().value;
  if (!question.trim() && asking) { box().focus(); return; }
  if (!mayAsk()) return;
  if (!isTooLong(question)) box().value = "";
  grow(box());
  ask(question);
  if (phone.matches) box().blur(); // the keyboard goes away, and the answer is in sight
  else box().focus();
}

/** Puts a question into the box with one word selected, which the reader replaces. */
actions.reword = (button) => {
  const { question, term } = button.dataset;
  box().value = question;
  grow(box());
  box().focus();
  box().setSelectionRange(question.indexOf(term), question.indexOf(term) + term.length);
};

export function grow(area) {
  area.style.height = "auto";
  area.style.height = `${area.scrollHeight}px`;
}

export const questions = () => turns().map((turn) => questionOf.get(turn)).filter((text) => text?.trim());
