// ---- the scroller of the reading pane, and the document that is in it

import { find, markOf, signal } from "./base.js";
import { showRow } from "./tables.js";

export const pane = () => find(".reader .scroller");
export const shown = () => find(".source")?.dataset.document;

/** @type {Element | undefined} */
let revealed;

/**
 * Scrolls to a heading or a passage; with `toMark`, to the words that are marked in it where they are farther down.
 * @param {Element} target
 */
export function reveal(target, { toMark = false } = {}) {
  signal("text");
  revealed = target;
  const place = (/** @type {number} */ frames) => {
    if (revealed !== target || !target.isConnected) return;
    const head = showRow(target, pane()); // of a table, it stays in sight
    const room = Math.min(pane().clientHeight * 0.2, 140);
    const mark = toMark && markOf(target);
    const isFar = mark && mark.getBoundingClientRect().bottom - target.getBoundingClientRect().top
      > pane().clientHeight * 0.8 - room;
    const top = (isFar ? mark : target).getBoundingClientRect().top - pane().getBoundingClientRect().top;
    const away = Math.min(top - room, head - 8);
    const before = pane().scrollTop;
    if (Math.abs(away) > 1) pane().scrollTo({ top: before + away, behavior: "instant" });
    // In a long document what comes into view gets its true height only now, and moves what follows.
    if (frames && find(".source.long")) requestAnimationFrame(() => place(frames - 1));
  };
  place(12);
}
