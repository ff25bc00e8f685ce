// ---- selected words: a bar beside them copies, cites, checks, asks about and keeps exactly these. The page sends where
// they stand; the server cuts them from the document again.

import {
  actions, all, box, call, closeMenus, copyText, filled, find, language, root, showLanguage, template,
} from "./base.js";
import { form } from "./cards.js";
import { paged } from "./pages.js";
import { pane } from "./pane.js";
import { check, showTab } from "./quotations.js";
import { closeDrawer } from "./reader.js";
import { elementOf, placeOf } from "./selected_place.js";
import { grow } from "./talk.js";
import { askOnly, names, showOnly } from "./texts.js";

const LONGEST_ASKED = 200; // code points of selected words that are put into the question box
let chosen = null; // what is selected: document, sha256, spans, words, question, and the range it was
let cut = null; // the server's answer for it, once it was asked for
let pointer = ""; // the kind of pointer that is down
let from = null; // what had the focus before the bar

const bar = () => find(".selected");
// ---- what the server cuts

// Between the cells of a table are tabs or, in Markdown, bars, which a grid does not show.
const bare = (text) => text.replace(/[\s|]+/g, "");

/** Has the server cut what is selected. Throws what to say where the words are not those that were selected. */
async function cutChosen() {
  if (isOther()) showBar(); // it was pressed before the page looked at a new selection
  const { document: name, sha256, spans, words } = chosen;
  const asked = form();
  if (cut?.form !== asked) cut = { form: asked, ...await call("span", { document: name, sha256, spans, form: asked }) };
  if (words !== null && bare(cut.text) !== bare(words)) {
    throw Object.assign(new Error("not the same"), { content: template("yw-notthesame") });
  }
  return cut;
}

// ---- the bar

function showBar({ at = null } = {}) {
  const selection = getSelection();
  const range = selection.rangeCount && !selection.isCollapsed ? selection.getRangeAt(0) : null;
  const place = range && placeOf(range);
  if (!place?.spans.length) {
    hideBar();
    return;
  }
  chosen = { ...place, range: range.cloneRange(), at };
  cut = null;
  if (!bar()) {
    find(".yuanwen").append(template("yw-selected"));
    all("button", bar()).forEach((button, number) => { button.tabIndex = number ? -1 : 0; });
    showLanguage();
  }
  put();
}

function hideBar() {
  const had = bar()?.contains(document.activeElement);
  bar()?.remove();
  chosen = null;
  if (had && from?.isConnected) from.focus({ preventScroll: true });
}

/** Puts the bar below what is selected, where there is room; else above; else at the foot of what scrolls. */
function put() {
  const own = bar();
  if (!own || !chosen) return;
  const scroller = elementOf(chosen.range.startContainer)?.closest(".scroller") ?? find(".yuanwen");
  const area = scroller.getBoundingClientRect();
  const words = chosen.range.getBoundingClientRect();
  own.classList.toggle("away", words.bottom < area.top || words.top > area.bottom);
  const { width, height } = own.getBoundingClientRect();
  const gap = pointer === "mouse" || !pointer ? 8 : 30; // under a finger's words hang the handles
  const bottom = Math.min(area.bottom, innerHeight) - 8;
  let top = words.bottom + gap;
  if (top + height > bottom) top = words.top - gap - height;
  if (top < area.top) top = bottom - height;
  const last = [...chosen.range.getClientRects()].at(-1) ?? words;
  const middle = chosen.at ? chosen.at.left + width / 2 : last.right - width / 2;
  own.style.top = `${top}px`;
  own.style.left = `${Math.min(Math.max(middle, area.left + 8), Math.min(area.right, innerWidth) - width - 8)}px`;
}

/** Moves the focus to the bar: of what is selected, else of the current quote. */
export function toToolbar() {
  from = document.activeElement;
  if (!bar()) {
    const quote = from?.closest?.(".quote") ?? find(".current > .quote");
    if (!quote) return;
    getSelection().selectAllChildren(quote);
    showBar();
  }
  find("button", bar())?.focus({ preventScroll: true });
}

/** Returns whether other words are selected now than those that the bar is for. */
function isOther() {
  const { range } = chosen ?? {};
  const now = getSelection().isCollapsed ? null : getSelection().getRangeAt(0);
  if (!now || !range) return Boolean(now);
  const differs = (end) => range.startContainer.getRootNode() !== now.startContainer.getRootNode()
    || range.compareBoundaryPoints(end, now) !== 0;
  return differs(Range.START_TO_START) || differs(Range.END_TO_END);
}

let waiting = 0;

function onSelection() {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    if (pointer === "mouse" || bar()?.matches(":focus-within, .pressed")) return;
    if (isOther() || getSelection().isCollapsed) showBar();
  }, 160);
}

// ---- the numbers in the margin

let numbered = null; // the passage whose number the button lies over

/** Returns where the number of a passage stands. */
function numberBox(passage) {
  const first = find(".slice", passage) ?? passage;
  const box = (passage.matches(".titleblock") ? first : passage).getBoundingClientRect();
  const room = parseFloat(getComputedStyle(passage).paddingInlineStart) || 0;
  const left = passage.matches("p:not(.titleblock)") ? box.left : box.left - 46;
  return { left, top: box.top, width: passage.matches("p:not(.titleblock)") ? room - 10 : 40, height: 30 };
}

function putNumber(passage) {
  numbered = passage;
  const button = find(".atline");
  const { left, top, width, height } = numberBox(passage);
  const reader = find(".reader").getBoundingClientRect();
  button.style.insetInlineStart = `${left - reader.left}px`;
  button.style.top = `${top - reader.top}px`;
  button.style.width = `${width}px`;
  button.style.height = `${height}px`;
  const said = filled("yw-ofline", { line: passage.dataset.line });
  button.setAttribute("aria-label", find(`.${language()}`, said).textContent);
}

function choosePassage(passage) {
  getSelection().selectAllChildren(passage);
  showBar({ at: numberBox(passage) });
}

/** Selects the paragraph whose number was clicked. */
export function onNumber(event) {
  const passage = event.target.closest(".passage");
  if (!passage || root.classList.contains("picking") || !getSelection().isCollapsed) return;
  const { left, top, width, height } = numberBox(passage);
  if (event.clientX <= left + width && event.clientY <= top + height) choosePassage(passage);
}

/** Moves the button to the next number. */
function stepNumber(by) {
  const passages = [...all(".source .passage")];
  const to = passages[Math.min(Math.max(passages.indexOf(numbered) + by, 0), passages.length - 1)];
  to.scrollIntoView({ block: "nearest", behavior: "instant" });
  putNumber(to);
}

actions.line = () => { if (numbered) choosePassage(numbered); from = find(".atline"); toToolbar(); };

// ---- what the bar does

actions.citeSelected = async (button) => copyText((await cutChosen()).cited, button);
actions.referSelected = async (button) => copyText((await cutChosen()).reference, button);
actions.linkSelected = async (button) => {
  await copyText(new URL((await cutChosen()).link, location.origin + location.pathname).href, button);
};

/** Leaves the words for another part of the page. */
function leave(tab) {
  getSelection().removeAllRanges();
  from = null;
  hideBar();
  closeMenus();
  closeDrawer();
  showTab(tab);
}

actions.checkSelected = async () => {
  const { text } = await cutChosen();
  leave("check");
  const sheet = find("#yw-check .tocheck");
  find("textarea", sheet).value = text;
  find("textarea", sheet).focus({ preventScroll: true });
  await check(sheet);
};

actions.askSelected = async () => {
  const { text } = await cutChosen();
  const { document: name } = chosen;
  const words = [...text.replace(/\s+/g, " ")];
  const shown = words.slice(0, LONGEST_ASKED).join("") + (words.length > LONGEST_ASKED ? "……" : "");
  leave("talk");
  if (names().length > 1) {
    askOnly([name]);
    showOnly();
  }
  box().value = `“${shown}”`;
  grow(box());
  box().focus();
  box().setSelectionRange(box().value.length, box().value.length);
};

actions.keepSelected = async () => {
  const { digest } = await cutChosen();
  const { document: name, sha256, spans, question } = chosen;
  const { keep } = await import("./excerpts.js");
  if (keep({ document: name, sha256, spans, digest, question: question ?? "" })) {
    getSelection().removeAllRanges();
    hideBar();
  }
};

// ---- listeners

function onBarKey(event) {
  const { key, target } = event;
  if (key === "Escape" && bar()) {
    event.stopPropagation();
    event.preventDefault();
    getSelection().removeAllRanges();
    hideBar();
  } else if (target.closest?.(".selected") && /^Arrow(Left|Right)$|^Home$|^End$/.test(key)) {
    event.stopPropagation();
    event.preventDefault();
    const buttons = [...all("button", bar())];
    const by = key === "ArrowRight" ? 1 : -1;
    const to = { Home: 0, End: buttons.length - 1 }[key]
      ?? (buttons.indexOf(target) + by + buttons.length) % buttons.length;
    for (const button of buttons) button.tabIndex = button === buttons[to] ? 0 : -1;
    buttons[to].focus();
  } else if (target.matches?.(".atline") && (key === "ArrowDown" || key === "ArrowUp")) {
    event.stopPropagation();
    event.preventDefault();
    stepNumber(key === "ArrowDown" ? 1 : -1);
  }
}

function onFocus({ target }) {
  if (!target.matches?.(".atline") || paged()) return;
  const { top, bottom } = pane().getBoundingClientRect();
  const isSeen = (passage) => {
    const box = passage.getBoundingClientRect();
    return box.top >= top && box.top < bottom;
  };
  const first = numbered?.isConnected && isSeen(numbered) ? numbered : [...all(".source .passage")].find(isSeen);
  if (first) putNumber(first);
}

/** Begins with the first selection, or when the pointer first comes to the text. */
export function begin(event) {
  document.addEventListener("selectionchange", onSelection);
  document.addEventListener("pointerdown", ({ pointerType, target }) => {
    pointer = pointerType;
    bar()?.classList.toggle("pressed", Boolean(target.closest?.(".selected")));
  }, true);
  for (const type of ["pointerup", "pointercancel"]) {
    document.addEventListener(type, ({ pointerType }) => {
      pointer = pointerType === "mouse" ? "" : pointerType;
      setTimeout(() => bar()?.classList.remove("pressed"), 300); // after the click
      if (pointerType === "mouse") onSelection();
    }, true);
  }
  document.addEventListener("mousedown", (press) => {
    if (press.target.closest?.(".selected, .atline")) press.preventDefault(); // the words stay selected
  });
  document.addEventListener("keydown", onBarKey, true);
  document.addEventListener("focusin", onFocus);
  document.addEventListener("pointerover", ({ target }) => {
    const passage = target.closest?.(".source .passage");
    if (passage && document.activeElement !== find(".atline")) putNumber(passage);
  });
  document.addEventListener("scroll", () => requestAnimationFrame(() => {
    put();
    if (numbered?.isConnected) putNumber(numbered);
  }), { capture: true, passive: true });
  window.addEventListener("resize", put);
  if (event.type === "focusin") onFocus(event);
  onSelection(); // words may have been selected while this module came
}
