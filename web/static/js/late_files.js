// ---- a question that was put while files were being added: when they are there, it is asked again by itself

import { actions, all, call, find, fragment, template } from "./base.js";
import { lookUpAgain, showReply, unsent } from "./talk.js";
import { filled } from "./texts.js";

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
  find(".late", turn)?.remove();
  find(".reply", turn).before(filled("yw-late", { count }));
}

async function watch() {
  isWatching = true;
  while (waiting.size) {
    await pause(1);
    const state = await call("state").catch(() => null);
    if (!state) { await pause(2); continue; } // the program does not answer
    const left = (state.adding ?? 0) + unsent();
    for (const [turn, count] of waiting) {
      if (!turn.isConnected || !find(".late", turn)) waiting.delete(turn); // it is gone, or was asked anew
      else if (!left) {
        waiting.delete(turn);
        again(turn, 0);
      } else if (left < count) {
        waiting.set(turn, left);
        // What has no answer yet is asked again after each file, the rest when all are there.
        if (find('[data-status="not_found"]', turn)) again(turn, left);
        else find(".late", turn).replaceWith(filled("yw-late", { count: left }));
      }
    }
  }
  isWatching = false;
}

const plain = (html) => [...all(".quote", fragment(html))].map((quote) => `${quote.dataset.passage}@${quote.dataset.spans}`);

async function again(turn, left) {
  const answer = await lookUpAgain(turn).catch(() => null);
  const late = find(".late", turn);
  const reply = find(".reply", turn);
  if (!turn.isConnected || !late || !reply) return;
  if (!answer) { waiting.set(turn, left + 1); if (!isWatching) watch(); return; }
  const isSame = answer.status === reply.dataset.status
    && plain(answer.html).join() === [...all(".quote", reply)].map((quote) => `${quote.dataset.passage}@${quote.dataset.spans}`).join();
  if (isSame) late.replaceChildren(template("yw-camesame"));
  else if (isRead(reply)) {
    newer.set(turn, answer);
    late.replaceChildren(template("yw-camenewer"));
  } else {
    showReply(turn, answer);
    late.replaceChildren(template("yw-came"));
  }
  if (left) find(".late", turn).replaceChildren(...filled("yw-late", { count: left }).firstElementChild.childNodes);
}

/** Returns whether somebody reads a reply now: then it is not replaced under the reader's eyes. */
function isRead(reply) {
  const scroller = reply.closest(".scroller");
  const isAbove = reply.getBoundingClientRect().top < scroller.getBoundingClientRect().top - 8;
  const selection = getSelection();
  return isAbove || reply.contains(document.activeElement) || (!selection.isCollapsed && reply.contains(selection.anchorNode));
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
