// ---- the dictionary: what CC-CEDICT has for a word of the source. It is imported when it is first wanted.
// The source's own elements are left as they are: the word is lit by a highlight, and its entries stand beside it.

import { actions, all, call, find, fragment, language, remember, root, say, wantsDictionary as isOn } from "./base.js";
import { shown } from "./pane.js";

const AROUND = 40; // characters before and after the word that the server is sent
const DWELL = 280; // milliseconds that the mouse rests on a word
const KEPT = 200; // answers
const TEXTS = ".quote, .source, .shares .cut";
const BLOCKS = ".para, td, th, .passage, .source > *, .quote, .cut";
const HAN = /\p{Script=Han}/u;

const answers = new Map();
let open = null; // {block, start, end, isPinned, range, top}: the word that is looked up, in UTF-16 units of the block's words
let resting = 0;
let going = 0;

// ---- the words of a block, and places in them

/** Returns the text nodes of a block that are shown, and their words together. A blank line in them divides no word. */
function wordsOf(block) {
  const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT, (node) =>
    node.parentElement.closest(".gap, .nul, .sr, template") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
  const nodes = [];
  while (walker.nextNode()) nodes.push(walker.currentNode);
  return { nodes, text: nodes.map((node) => node.data).join("") };
}

const blockOf = (node) => {
  const element = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
  return element?.closest(TEXTS) && element.closest(BLOCKS);
};

function rangeOf(block, start, end) {
  const range = document.createRange();
  let before = 0;
  for (const node of wordsOf(block).nodes) {
    const after = before + node.length;
    if (start >= before && start < after) range.setStart(node, start - before);
    if (end > before && end <= after) range.setEnd(node, end - before);
    before = after;
  }
  return range;
}

/** Returns the block and the place in it of the Chinese character at a point of the window; null where none stands. */
function placeAt(x, y) {
  const caret = document.caretPositionFromPoint?.(x, y);
  const range = caret ? null : document.caretRangeFromPoint?.(x, y);
  const [node, offset] = caret ? [caret.offsetNode, caret.offset] : [range?.startContainer, range?.startOffset];
  if (node?.nodeType !== Node.TEXT_NODE || !blockOf(node)) return null;
  const block = blockOf(node);
  const { nodes, text } = wordsOf(block);
  if (!nodes.includes(node)) return null;
  const base = nodes.slice(0, nodes.indexOf(node)).reduce((sum, one) => sum + one.length, 0);
  for (const at of [base + offset, base + offset - 1]) {
    if (!HAN.test(characterAt(text, at))) continue;
    for (const { left, right, top, bottom } of rangeOf(block, at, at + characterAt(text, at).length).getClientRects()) {
      if (left <= x && x <= right && top <= y && y <= bottom) return { block, at };
    }
  }
  return null;
}

const characterAt = (text, at) => (at >= 0 && at < text.length ? String.fromCodePoint(text.codePointAt(at)) : "");

// ---- looking up

/** Returns the server's answer for the word at a place of a text, with its range in UTF-16 units of the text. */
async function lookUp(text, at) {
  const before = [...text.slice(0, at)].slice(-AROUND);
  const sent = [...before, ...[...text.slice(at)].slice(0, AROUND)];
  const key = `${before.length} ${sent.join("")}`;
  if (!answers.has(key)) {
    if (answers.size >= KEPT) answers.delete(answers.keys().next().value);
    answers.set(key, call("gloss", { text: sent.join(""), position: before.length }));
  }
  try {
    const { start, end, html } = await answers.get(key);
    if (html === undefined) return null;
    const first = at - before.join("").length;
    const place = (count) => first + sent.slice(0, count).join("").length;
    return { start: place(start), end: place(end), html };
  } catch (error) {
    answers.delete(key);
    throw error;
  }
}

async function show({ block, at }, isPinned) {
  const turn = going += 1;
  const { text } = wordsOf(block);
  const found = await lookUp(text, at);
  if (turn !== going || !block.isConnected) return;
  close();
  if (!found) return;
  const range = rangeOf(block, found.start, found.end);
  open = { block, start: found.start, end: found.end, isPinned, range, top: range.getBoundingClientRect().top };
  globalThis.CSS?.highlights?.set("yw-gloss", new Highlight(range));
  const word = document.createElement("p");
  word.className = "word";
  word.lang = block.closest("[lang]")?.lang || "zh-Hans";
  word.textContent = text.slice(found.start, found.end);
  const box = holder(block);
  find(".body", box).replaceChildren(word, fragment(found.html));
  box.hidden = false;
  place(box, range);
}

/** Returns the box of the dictionary, inside the pane that it explains: a drawer hides all else from a screen reader. */
function holder(block) {
  let box = find(".glossed");
  if (!box) {
    box = document.createElement("div");
    box.className = "glossed";
    const body = document.createElement("div");
    body.className = "body";
    body.setAttribute("role", "status");
    box.append(body);
  }
  (block.closest(".reader") ?? find(".yuanwen")).append(box);
  return box;
}

/** Puts the box under the word, or above it where there is more room. */
function place(box, range) {
  const rects = [...range.getClientRects()];
  const { left, bottom } = rects.at(-1) ?? range.getBoundingClientRect();
  const { top } = rects[0] ?? range.getBoundingClientRect();
  const { width, height } = box.getBoundingClientRect();
  const isBelow = bottom + 8 + height <= innerHeight || innerHeight - bottom > top;
  box.style.left = `${Math.max(12, Math.min(left, innerWidth - width - 12))}px`;
  box.style.top = `${isBelow ? Math.min(bottom + 8, innerHeight - height - 12) : Math.max(12, top - height - 8)}px`;
}

function close() {
  open = null;
  globalThis.CSS?.highlights?.delete("yw-gloss");
  const box = find(".glossed");
  if (box) box.hidden = true;
}

// ---- by mouse and by touch

function onClick(event) {
  if (event.target.closest(".glossed")) return;
  const isPlain = !event.button && !event.ctrlKey && !event.metaKey && !event.shiftKey;
  const isText = event.target.closest(TEXTS) && !event.target.closest("a, button");
  const picks = root.classList.contains("picking") || !getSelection().isCollapsed;
  const place = isPlain && isText && isOn() && !picks ? placeAt(event.clientX, event.clientY) : null;
  if (!place || (open?.isPinned && isOpenAt(place))) {
    going += 1;
    close();
  } else show(place, true).catch(say);
}

const isOpenAt = ({ block, at }) => open?.block === block && open.start <= at && at < open.end;

function onMove(event) {
  clearTimeout(resting);
  if (event.pointerType !== "mouse" || event.buttons || !isOn() || open?.isPinned) return;
  const [x, y] = [event.clientX, event.clientY];
  const isOver = event.target.closest?.(".glossed");
  if (isOver) return;
  resting = setTimeout(() => {
    const place = event.target.closest?.(TEXTS) && getSelection().isCollapsed ? placeAt(x, y) : null;
    if (!place) {
      going += 1;
      if (open && !open.isPinned) close();
    } else if (!isOpenAt(place)) show(place, false).catch(say);
  }, DWELL);
}

// ---- by keys: g looks up a word of the selection or of the current quote, ← and → the words beside it

function begin() {
  const selection = getSelection();
  if (!selection.isCollapsed && blockOf(selection.anchorNode)) {
    const { startContainer, startOffset } = selection.getRangeAt(0);
    const block = blockOf(startContainer);
    const { nodes } = wordsOf(block ?? document.createElement("p"));
    if (nodes.includes(startContainer)) {
      const base = nodes.slice(0, nodes.indexOf(startContainer)).reduce((sum, one) => sum + one.length, 0);
      return next({ block, start: 0, end: base + startOffset }, 1);
    }
  }
  const inPane = document.activeElement?.closest(".reader");
  const pane = find(".reader .scroller");
  const blocks = inPane
    ? [...all(".source > :not(.gap)")].filter((one) => one.getBoundingClientRect().bottom > pane.getBoundingClientRect().top + 8)
    : [document.activeElement?.closest(".quote"), find(".current .quote"), find(".talk:not([hidden]) .quote")];
  const first = blocks.find(Boolean);
  return first ? next({ block: find(".para, td", first) ?? first, start: 0, end: 0 }, 1) : null;
}

/** Looks up the word after a place of a block, or before it. */
function next({ block, start, end }, by) {
  const { text } = wordsOf(block);
  let at = by > 0 ? end : start - 1;
  while (at >= 0 && at < text.length && !HAN.test(characterAt(text, at))) at += by;
  if (at < 0 || at >= text.length) return null;
  const range = rangeOf(block, at, at + 1);
  const { top, bottom } = range.getBoundingClientRect();
  if (top < 60 || bottom > innerHeight - 60) range.startContainer.parentElement.scrollIntoView({ block: "nearest", behavior: "instant" });
  return show({ block, at }, true);
}

function onKey(event) {
  const typing = event.target.closest?.("textarea, input, select, [contenteditable], dialog, .pop");
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
  if (event.isComposing || typing || !plain) return;
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (event.key === "Escape" && open) close();
  else if (open?.isPinned && step) next(open, step)?.catch(say);
  else if (event.key === "g") begin()?.catch(say);
  else return;
  event.preventDefault();
  event.stopPropagation(); // so that Escape closes nothing else, and the arrows turn no page
}

// ---- a line under each heading of the contents, for who reads English

async function glossContents() {
  const entries = [...all(".toc li")];
  if (language() !== "en" || !isOn() || !entries.some((one) => one.lang === "zh-Hans") || find(".toc [data-brief]")) return;
  const { lines } = await call("headings", { document: shown() });
  const now = [...all(".toc li")];
  if (now.length !== lines.length || now[0] !== entries[0]) return; // another document is shown meanwhile
  const note = find('[data-act="gloss"] + .note .en').textContent;
  now.forEach((entry, number) => {
    entry.dataset.brief = lines[number];
    if (lines[number]) entry.title = `${note}: ${lines[number]}`;
  });
}

actions.gloss = () => {
  remember("gloss", isOn() ? "off" : "on");
  close();
  showSwitch();
};

function showSwitch() {
  root.dataset.gloss = isOn() ? "on" : "off";
  find('[data-act="gloss"]').setAttribute("aria-checked", String(isOn()));
  glossContents().catch(() => {}); // the contents are there without them
}

/** Begins to listen. `event`: what woke the dictionary, which it hears first. */
export function wake(event) {
  document.addEventListener("click", onClick);
  document.addEventListener("pointermove", onMove);
  document.addEventListener("keydown", onKey, { capture: true });
  document.addEventListener("scroll", () => {
    if (open && Math.abs(open.range.getBoundingClientRect().top - open.top) > 8) close();
  }, { capture: true, passive: true });
  new MutationObserver(() => glossContents().catch(() => {})).observe(find(".toc ol"), { childList: true });
  new MutationObserver(showSwitch).observe(root, { attributeFilter: ["lang"] });
  showSwitch();
  if (event?.type === "click" && !event.target.closest("[data-act]")) onClick(event);
  else if (event?.type === "pointermove") onMove(event);
  else if (event?.type === "keydown") onKey(event);
}
