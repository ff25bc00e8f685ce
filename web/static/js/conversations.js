// ---- the conversation of this tab: kept in the browser while it goes on, asked again after a reload or when it is opened

import {
  actions, all, box, closeMenus, filled, find, phone, recall, remember, say, template, whenever,
} from "./base.js";
import { asTurn, ConversationStore, nameOf, texts } from "./conversation_store.js";
import { ask, recordOf, stopAsking, turns } from "./talk.js";
import { askOnly, names, only, sayGone, showOnly, stillAsked } from "./texts.js";

const TAB = "yuanwen.questions";
let storage = null;
try { storage = localStorage; } catch { /* forbidden */ }
/** Of the reader who is logged in, if any, at this address: the shared library and one's own are two. */
export const store = new ConversationStore(storage, `${find(".yuanwen")?.dataset.user ?? ""}@${location.pathname}`);

const mark = () => Math.random().toString(36).slice(2, 10);
let id = ""; // of this tab's conversation, as soon as it has a question
let revision = ""; // of what this tab kept or read last: another one was written by another tab
let last = ""; // what was kept last
let isRestoring = false;
let isSaid = false; // that the room is short, once
let before = null; // the conversation before this one

export const keeps = () => recall("conversations") !== "off";
export const current = () => id;

/** Keeps the questions of this tab: for a reload, and in the browser unless the reader switched that off. */
export function keepQuestions() {
  if (isRestoring) return;
  const asked = turns().map(recordOf).filter(Boolean);
  const now = JSON.stringify(asked);
  if (asked.length && keeps() && now !== last) keep(asked);
  last = now;
  try { sessionStorage.setItem(TAB, JSON.stringify({ id, revision, turns: asked, only })); } catch { /* forbidden */ }
}

for (const what of ["scope", "question", "reply"]) whenever(what, keepQuestions);

function keep(asked) {
  const there = id ? store.read(id) : null;
  const isOthers = there && there.revision !== revision;
  if (!id || isOthers) id = `${Date.now().toString(36)}-${mark()}`;
  revision = mark();
  const { kept, isWhole, dropped } = store.write({
    id, revision, title: there?.title ?? "", at: Date.now(), turns: asked, only,
  });
  if (isOthers) say({ content: template("yw-branched") });
  if (isSaid || (!dropped && isWhole) || !store.isAllowed) return;
  isSaid = true;
  if (!kept) say({ content: template("yw-notkept") });
  else if (!isWhole) say({ content: filled("yw-part", { count: kept }) });
  else say({ content: filled("yw-full", { count: dropped }) });
}

/** After a reload, asks the tab's questions again, of the same documents. A page that is opened anew begins empty. */
export function restore() {
  let kept = {};
  if (performance.getEntriesByType("navigation")[0]?.type !== "navigate") {
    try { kept = JSON.parse(sessionStorage.getItem(TAB) ?? "{}") ?? {}; } catch { /* forbidden */ }
  }
  show({
    id: typeof kept.id === "string" ? kept.id : "",
    revision: typeof kept.revision === "string" ? kept.revision : "",
    turns: Array.isArray(kept.turns) ? kept.turns.map(asTurn).filter(Boolean) : [],
    only: texts(kept.only),
  });
  showResume();
}

/** Shows a conversation in place of the one on the page: each question is asked again. */
function show(conversation) {
  isRestoring = true;
  stopAsking();
  for (const turn of all(".log > .turn, .log > .gone")) turn.remove();
  ({ id, revision } = conversation);
  askOnly(conversation.only);
  sayGone(only.filter((name) => !names().includes(name)));
  askOnly(stillAsked(names()));
  showOnly();
  if (conversation.turns.length) find(".talk .scroller").classList.add("held");
  for (const { question, documents, alone, quotes } of conversation.turns) {
    ask(question, { restored: true, documents, isAlone: alone, quotes });
  }
  isRestoring = false;
  last = JSON.stringify(turns().map(recordOf).filter(Boolean)); // nothing new: it need not be kept again
  keepQuestions();
}

/** Opens a conversation that is kept; what is on the page is kept before. */
export function open(conversation) {
  setAside();
  show(conversation);
  showResume();
  if (!phone.matches) box().focus();
}

/** Begins another conversation. The one before is kept, and a button leads back to it. */
export function begin() {
  setAside();
  show({ id: "", revision: "", turns: [], only });
  showResume();
  find(".talk .scroller").scrollTo({ top: 0 });
  box().focus();
}

/** Takes the conversation on the page away: it was deleted. */
export function drop() {
  show({ id: "", revision: "", turns: [], only });
}

function setAside() {
  keepQuestions();
  const asked = turns().map(recordOf).filter(Boolean);
  if (asked.length) before = { id, revision, title: store.read(id)?.title ?? "", turns: asked, only };
}

/** Forgets the conversation before this one: it was deleted. */
export function forget(ids) {
  if (before && ids.includes(before.id)) before = null;
  showResume();
}

/** Says on the first view, where there is one, which conversation one can go on with. */
export function showResume() {
  const line = find(".resume");
  const one = before ?? store.list()[0];
  line.hidden = !one || one.id === id;
  if (one) find("b", line).textContent = nameOf(one);
}

actions.resume = () => {
  const one = before ?? store.list()[0];
  before = null;
  open((one.id && store.read(one.id)) || one);
};

actions.fresh = () => {
  closeMenus();
  begin();
};

actions.conversations = async () => {
  closeMenus();
  const { openList } = await import("./conversation_list.js");
  openList();
};

actions.share = async (button) => {
  const { openShare } = await import("./share.js");
  await openShare(button);
};

/** Keeps conversations from now on, or keeps none: then this one is taken out of the browser, too. */
export function setKeeping(isOn) {
  remember("conversations", isOn ? "on" : "off");
  if (!isOn) store.remove(id);
  last = "";
  keepQuestions();
}
