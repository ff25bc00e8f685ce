// ---- a question that was put while files were being added: when they are there, it is asked again by itself

import { actions, all, call, filled, find, fragment, inPlace, template } from "./base.js";
import { lookUpAgain, showReply, unsent } from "./talk.js";

const waiting = new Map(); // the turns, each with how many files were missing when it was answered
const newer = new WeakMap(); // turns with a newer answer that waits to be shown
let isWatching = false;

const pause = (seconds) => new Promise((resolve) => { setTimeout(resolve, seconds * 1000); });

/** Says at a turn that files are still being added, and asks its question again when they are there. */
export function waitFor(turn, count) {
  waiting.set(turn, count);
  sayLate(turn, count);
  if (!isWatching) watch();
}

function sayLate(turn, count) {
  const said = filled("yw-late", { count });
  const late = find(".late", turn);
  if (late) put(turn, late, ...said.firstElementChild.childNodes);
  else find(".reply", turn).before(said);
}

async function watch() {
  isWatching = true;
  while (waiting.size) {
    await pause(1);
    const state = await call("state").catch(() => null);
    if (!state) { await pause(2); continue; } // the program does not answer
    const left = (state.adding ?? 0) + unsent();
    for (const [turn, count] of waiting) {
      if (!turn.isConnected || !find(".late", turn)) waiting.delete(turn);
      else if (!left) {
        waiting.delete(turn);
        again(turn, 0);
      } else if (left < count) {
        waiting.set(turn, left);
        // What has no answer yet is asked again after each file, the rest when all are there.
        if (find('[data-status="not_found"]', turn)) again(turn, left);
        else sayLate(turn, left);
      }
    }
  }
  isWatching = false;
}

/** Returns which passages a reply shows, for comparison. */
const shownIn = (scope) => [...all(".quote", scope)].map(({ dataset: { passage, spans } }) => `${passage}@${spans}`).join();

async function again(turn, left) {
  const answer = await lookUpAgain(turn).catch(() => null);
  const late = find(".late", turn);
  const reply = find(".reply", turn);
  if (!turn.isConnected || !late || !reply) return; // it is gone, or was asked anew
  if (!answer) { // the program does not answer: later
    waiting.set(turn, left + 1);
    if (!isWatching) watch();
    return;
  }
  const isNone = answer.status === "not_found" && reply.dataset.status === "not_found";
  const isSame = answer.status === reply.dataset.status && shownIn(fragment(answer.html)) === shownIn(reply);
  const waits = !isSame && !isNone && isRead(reply);
  if (waits) newer.set(turn, answer);
  else if (!isSame && !isRead(reply)) showInPlace(turn, answer);
  if (left) sayLate(turn, left);
  else put(turn, late, template(waits ? "yw-camenewer" : isNone ? "yw-camenone" : isSame ? "yw-camesame" : "yw-came"));
}

/** Puts words into the line above a reply, which stays where it is. The line is the same element: it is a live region. */
function put(turn, late, ...words) {
  const reply = find(".reply", turn);
  const change = () => { late.replaceChildren(...words); };
  if (reply) inPlace(reply, change);
  else change();
}

/** Shows a newer answer. What stands below a reply that is out of sight stays where it is. */
function showInPlace(turn, answer) {
  const scroller = turn.closest(".scroller");
  const below = turn.nextElementSibling;
  const isAbove = below && below.getBoundingClientRect().top <= scroller.getBoundingClientRect().top + 8;
  const change = () => showReply(turn, answer);
  scroller.classList.add("held"); // the browser's own way of keeping the place would do it twice
  if (isAbove) inPlace(below, change);
  else change();
  scroller.classList.remove("held");
}

/** Returns whether somebody reads a reply now: then it is not replaced under the reader's eyes. */
function isRead(reply) {
  const scroller = reply.closest(".scroller");
  const { top, bottom } = reply.getBoundingClientRect();
  const edge = scroller.getBoundingClientRect().top;
  const isPassed = top < edge - 8 && bottom > edge;
  const selection = getSelection();
  return isPassed || reply.contains(document.activeElement) || (!selection.isCollapsed && reply.contains(selection.anchorNode));
}

actions.showNewer = (button) => {
  const turn = button.closest(".turn");
  showReply(turn, newer.get(turn));
  newer.delete(turn);
  const late = find(".late", turn);
  late.replaceChildren(template("yw-came"));
  late.tabIndex = -1;
  late.focus({ preventScroll: true });
};
