// ---- the presenter's view: a quote and its citation fill the screen, one at a time. It is imported when first wanted.

import { actions, find, root, showLanguage, template } from "./base.js";
import { attend } from "./keys.js";
import { showAnswers } from "./tables.js";
import { questionOf } from "./talk.js";

const LARGEST = 96; // px of the type
const LARGEST_IN_TABLE = 40;
const SMALLEST = 24; // px; what is still too long scrolls

let shown = []; // the quotes
let at = 0;

const stage = () => find("dialog.stage");

/** Shows the quotes from `first` on, each as it stands on the page now. */
export async function present(quotes, first) {
  if (!quotes.length || stage()) return;
  shown = quotes;
  at = Math.max(quotes.indexOf(first), 0);
  find(".yuanwen").append(template("yw-stage"));
  showLanguage();
  await root.requestFullscreen?.().catch(() => {}); // some phones have none, and some pages may not
  stage().addEventListener("close", end);
  stage().addEventListener("keydown", onKey);
  stage().showModal();
  show();
}

function show() {
  const quote = shown[at];
  const slide = find(".slide", stage());
  const cite = document.createElement("cite");
  const said = quote.nextElementSibling;
  if (said?.matches("cite")) {
    cite.lang = said.lang;
    cite.textContent = said.textContent;
  }
  slide.replaceChildren(quote.cloneNode(true), cite);
  find(".topic", stage()).textContent = questionOf.get(quote.closest(".turn")) ?? "";
  find(".at", stage()).textContent = `${at + 1} / ${shown.length}`;
  find('[data-act="slideBefore"]', stage()).disabled = at === 0;
  find('[data-act="slideAfter"]', stage()).disabled = at === shown.length - 1;
  fit();
  slide.scrollTop = 0;
  slide.focus({ preventScroll: true });
}

/** Sets the type as large as the whole quote allows. */
function fit() {
  const slide = find(".slide", stage());
  const grid = find(".grid", slide);
  const fits = (pixels) => {
    slide.style.setProperty("--large", `${pixels}px`);
    return slide.scrollHeight <= slide.clientHeight && !(grid && grid.scrollWidth > grid.clientWidth);
  };
  let low = SMALLEST;
  for (let high = grid ? LARGEST_IN_TABLE : LARGEST; high - low > 1;) {
    const middle = Math.floor((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle;
  }
  fits(low);
  showAnswers(slide);
}

function turn(by) {
  const next = Math.min(Math.max(at + by, 0), shown.length - 1);
  if (next === at) return;
  at = next;
  show();
}

actions.slideBefore = () => turn(-1);
actions.slideAfter = () => turn(1);
actions.endPresenting = () => stage().close();

function onKey(event) {
  const by = { ArrowRight: 1, PageDown: 1, n: 1, ArrowLeft: -1, PageUp: -1, b: -1 }[event.key]; // remotes send pages
  if (!by || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  event.stopPropagation();
  turn(by);
}

function end() {
  stage()?.remove();
  if (document.fullscreenElement) document.exitFullscreen().catch(() => {});
  const quote = shown[at];
  attend(quote);
  quote.tabIndex = -1;
  quote.focus({ preventScroll: true });
  quote.scrollIntoView({ block: "nearest", behavior: "instant" });
}

document.addEventListener("fullscreenchange", () => { if (!document.fullscreenElement) stage()?.close(); });
window.addEventListener("resize", () => { if (stage()) fit(); });
