// ---- how large the type is, and how much of the window is there when a phone shows its keyboard

import { actions, all, find, phone, recall, remember, root } from "./base.js";

const SMALLEST = -1; // steps of the type size; css/reach.css says how large each is
const LARGEST = 4;
const size = () => Math.min(Math.max(Math.trunc(Number(recall("size"))) || 0, SMALLEST), LARGEST);

export function showSize() {
  root.dataset.size = String(size());
  find('[data-act="smallerType"]').disabled = size() === SMALLEST;
  find('[data-act="largerType"]').disabled = size() === LARGEST;
}

/** @param {number} by */
function resize(by) {
  const places = [...all(".scroller")].map((scroller) => placeIn(scroller));
  remember("size", String(size() + by));
  showSize();
  for (const restore of places) restore();
}

/**
 * Notes what stands at the top of a scroller. Returns what brings it there again.
 * @param {Element} scroller
 */
function placeIn(scroller) {
  const top = scroller.getBoundingClientRect().top;
  const first = [...all(".passage, .turn > *, .card", scroller)].find((one) => one.getBoundingClientRect().bottom > top);
  const before = first?.getBoundingClientRect().top ?? top;
  return () => { if (first) scroller.scrollTop += first.getBoundingClientRect().top - before; };
}

actions.largerType = () => resize(1);
actions.smallerType = () => resize(-1);

// A phone's keyboard covers a part of the window. Where the browser does not shrink the page itself (interactive-widget
// in the page's head), the page takes what is left. A reader who enlarges with two fingers sees a part of the page too.
const seen = window.visualViewport;

function fit() {
  if (!seen) return;
  const page = find(".yuanwen");
  const isCovered = phone.matches && seen.scale < 1.01 && innerHeight - seen.height > 1;
  page.style.height = isCovered ? `${seen.height}px` : "";
  page.style.insetBlockStart = isCovered ? `${seen.offsetTop}px` : "";
}

seen?.addEventListener("resize", fit);
seen?.addEventListener("scroll", fit);
showSize();
