// ---- asking: one question at a time, in order. The tab keeps the questions and not the replies: a reload asks them
// again, so that each quote on the page is cut from the document as it is now.

import {
  actions, all, call, calm, closeMenus, find, fragment, lastLine, phone, post, template,
} from "./base.js";
import { describe } from "./announce.js";
import { applyFeedback } from "./cards.js";
import { askWhenBack } from "./connection.js";
import { showAnswers } from "./tables.js";
import { askOnly, filled, names, only, sayGone, showOnly, stillAsked } from "./texts.js";

const waiting = [];
let asking = false;

export const box = () => find(".dock textarea");
export const questionOf = new WeakMap();
export const scopeOf = new WeakMap(); // the names of the documents that were asked
const restoring = new Set(); // turns that a reload asks again, until their replies are there
const alone = new WeakSet(); // turns that are read without those before them

/** Returns the questions that were looked up before this turn, the oldest first; none before one that is read alone. */
export function historyOf(turn) {
  const turns = [...all(".log > .turn")];
  const before = turns.slice(0, turns.indexOf(turn));
  if (alone.has(turn)) return [];
  return before.slice(Math.max(0, before.findLastIndex((other) => alone.has(other))))
    .filter((other) => find('[data-status="answered"], [data-status="not_found"]', other))
    .map((other) => questionOf.get(other));
}

export function ask(question, { restored = false, documents = only, isAlone = false } = {}) {
  const log = find(".log");
  const turn = document.createElement("section");
  turn.className = "turn";
  log.append(turn);
  questionOf.set(turn, question);
  scopeOf.set(turn, documents);
  if (isAlone) alone.add(turn);
  if (restored) restoring.add(turn);
  if (question.trim()) {
    const bubble = document.createElement("h3"); // a screen reader goes from question to question
    bubble.className = "question";
    bubble.textContent = question;
    turn.append(bubble);
    if (bubble.scrollHeight > bubble.clientHeight) bubble.tabIndex = 0; // a long one scrolls, by keys too
  }
  moveExamples(question);
  look(turn);
  const scroller = log.parentElement;
  const top = turn.getBoundingClientRect().top - scroller.getBoundingClientRect().top + scroller.scrollTop;
  scroller.scrollTo({ top, behavior: calm.matches || restored ? "instant" : "smooth" });
  keepQuestions();
}

function look(turn) {
  turn.append(template("yw-seeking"));
  waiting.push(turn);
  next();
}

export async function next() {
  if (asking || !waiting.length) return;
  asking = true;
  const turn = waiting.shift();
  try {
    const reply = await lookUp(turn);
    settle(turn, reply);
    applyFeedback();
  } catch (error) {
    const failed = template("yw-failed");
    if (error.closed) find(".failed", failed).replaceChildren(fragment(error.closed));
    else find(".why", failed).replaceChildren(error.html ? fragment(error.html) : template("yw-lostquestion"));
    // A question to a document that is gone can be put to all documents.
    if (error.gone) find("button", failed).replaceWith(template("yw-askall"));
    settle(turn, failed);
    if (!error.html && !error.closed) keepAsking(turn);
  }
  asking = false;
  next();
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
  restoring.delete(turn);
  scroller.classList.toggle("held", restoring.size > 0);
}

/** Returns the reply. While the model loads, the server answers that at once, and the question is sent again. */
async function lookUp(turn) {
  for (;;) {
    const asked = { question: questionOf.get(turn), history: historyOf(turn), documents: scopeOf.get(turn) };
    const response = await post("ask", asked);
    if (response.status === 429) {
      const seconds = Number(response.headers.get("Retry-After")) || 1;
      find(".seeking", turn).replaceChildren(filled("yw-busy", { seconds }));
      await new Promise((resolve) => { setTimeout(resolve, seconds * 1000); });
      continue;
    }
    const answer = await lastLine("ask", response, ({ place }) => {
      find(".seeking", turn).replaceChildren(filled("yw-place", { count: place }));
    });
    if (answer.html) return fragment(answer.html);
    if (answer.closed) throw Object.assign(new Error("closed"), { closed: answer.closed });
    const seeking = find(".seeking", turn);
    if (!seeking.classList.contains("loading")) {
      seeking.classList.add("loading");
      seeking.replaceChildren(template("yw-loading"));
    }
    await new Promise((resolve) => { setTimeout(resolve, 400); });
  }
}

/** Shows why the model cannot be opened, even where nothing was asked. */
export async function watchLoading() {
  for (;;) {
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

/** Asks a question again that failed. */
function askAgain(turn) {
  find(".failed", turn)?.remove();
  if (turn.isConnected) look(turn);
}

const keepAsking = (turn) => askWhenBack(turn, () => askAgain(turn));

actions.retry = (button) => {
  askAgain(button.closest(".turn"));
  box().focus();
};

actions.askAll = (button) => {
  scopeOf.set(button.closest(".turn"), []);
  if (!only.some((name) => names().includes(name))) askOnly([]); // the document is gone: all are asked from now on
  showOnly();
  actions.retry(button);
};

actions.askAlone = (button) => {
  const turn = button.closest(".turn");
  alone.add(turn);
  button.closest(".reply").remove();
  look(turn);
  keepQuestions();
  box().focus();
};

actions.skip = () => box().focus();

export function send() {
  const question = box().value;
  box().value = "";
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

function moveExamples(question) {
  const examples = find(".examples");
  if (!examples) return;
  for (const chip of examples.children) if (chip.textContent === question) chip.classList.add("asked");
  if (!phone.matches && !find(".dock .chips")) {
    find(".try").hidden = true;
    find(".dock").prepend(examples);
  }
}

export function grow(area) {
  area.style.height = "auto";
  area.style.height = `${area.scrollHeight}px`;
}

// ---- the questions of this tab

const KEPT = 30;

export const questions = () => [...all(".log > .turn")].map((turn) => questionOf.get(turn)).filter((text) => text?.trim());

export function keepQuestions() {
  const turns = [...all(".log > .turn")].filter((turn) => questionOf.get(turn)?.trim())
    .map((turn) => ({ question: questionOf.get(turn), documents: scopeOf.get(turn), alone: alone.has(turn) }));
  try {
    sessionStorage.setItem("yuanwen.questions", JSON.stringify({ turns: turns.slice(-KEPT), only }));
  } catch { /* forbidden */ }
}

/** After a reload, asks the tab's questions again, of the same documents. A page that is opened anew begins empty. */
export function restore() {
  if (performance.getEntriesByType("navigation")[0]?.type === "navigate") {
    keepQuestions();
    return;
  }
  const strings = (value) => (Array.isArray(value) ? value.filter((text) => typeof text === "string") : []);
  let kept = {};
  try { kept = JSON.parse(sessionStorage.getItem("yuanwen.questions") ?? "{}") ?? {}; } catch { /* forbidden */ }
  askOnly(strings(kept.only));
  sayGone(only.filter((name) => !names().includes(name)));
  askOnly(stillAsked(names()));
  showOnly();
  for (const turn of Array.isArray(kept.turns) ? kept.turns.slice(-KEPT) : []) {
    if (typeof turn?.question !== "string") continue;
    find(".talk .scroller").classList.add("held");
    ask(turn.question, { restored: true, documents: strings(turn.documents), isAlone: turn.alone === true });
  }
}

actions.fresh = () => {
  closeMenus();
  waiting.length = 0;
  restoring.clear();
  for (const turn of all(".log > .turn, .log > .gone")) turn.remove();
  const examples = find(".examples");
  if (examples) {
    find(".intro").append(examples);
    find(".try").hidden = false;
    for (const chip of examples.children) chip.classList.remove("asked");
  }
  keepQuestions();
  find(".talk .scroller").scrollTo({ top: 0 });
  box().focus();
};
