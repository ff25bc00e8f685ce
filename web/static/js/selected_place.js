// ---- from a selection to the source and back: where its words stand, and how words that a link names are lit

import { all, codePoints, cutSpans, find, spansIn } from "./base.js";
import { questionOf } from "./talk.js";

export const elementOf = (node) => (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement);
const rootOf = (node) => elementOf(node)?.closest(".quote, .source, .pages") ?? null;

/** Returns the part of a range in a view of the source; null where it has words outside, or none inside. */
function inside(range) {
  const view = rootOf(range.startContainer) ?? rootOf(range.endContainer);
  if (!view) return null;
  const part = range.cloneRange();
  if (!view.contains(part.startContainer)) part.setStart(view, 0);
  if (!view.contains(part.endContainer)) part.setEnd(view, view.childNodes.length);
  const isWhole = String(range).trim().length <= String(part).trim().length;
  return isWhole && String(part).trim() ? { view, part } : null;
}

/** Returns the text before a place in an element, in code points. */
function offsetIn(element, node, offset) {
  const before = document.createRange();
  before.setStart(element, 0);
  before.setEnd(node, offset);
  return codePoints(String(before));
}

/** Returns the selected words that the reader sees: without blank lines and markup of the format. */
function visibleWords(part) {
  const within = part.commonAncestorContainer;
  if (within.nodeType === Node.TEXT_NODE) return String(part);
  const walker = document.createTreeWalker(within, NodeFilter.SHOW_TEXT, (node) =>
    (node.parentElement.closest(".gap, .markup") || !part.intersectsNode(node) ? NodeFilter.FILTER_REJECT
      : NodeFilter.FILTER_ACCEPT));
  let words = "";
  while (walker.nextNode()) {
    const node = walker.currentNode;
    words += node.data.slice(node === part.startContainer ? part.startOffset : 0,
      node === part.endContainer ? part.endOffset : undefined);
  }
  return words;
}

function onPages({ view, part }) {
  const layers = [...all(".words", view)].filter((layer) => part.intersectsNode(layer));
  if (!layers.length) return null;
  const [first, last] = [layers[0], layers.at(-1)];
  const start = first.contains(part.startContainer) ? offsetIn(first, part.startContainer, part.startOffset) : 0;
  const end = last.contains(part.endContainer) ? offsetIn(last, part.endContainer, part.endOffset)
    : codePoints(last.textContent);
  const source = find(".source").dataset;
  return {
    document: source.document,
    sha256: source.sha256,
    spans: [[Number(first.dataset.start) + start, Number(last.dataset.start) + end]],
    words: null, // pages between them may not be there
  };
}

/** Returns where the words of a range stand in the source, and the words; null if they stand in no view of it. */
export function placeOf(range) {
  const found = inside(range);
  if (!found) return null;
  const { view, part } = found;
  if (view.matches(".pages")) return onPages(found);
  const start = offsetIn(view, part.startContainer, part.startOffset);
  const { document: name, sha256, spans, runs } = view.dataset;
  const turn = view.closest(".turn");
  return {
    document: name,
    sha256,
    spans: cutSpans(spansIn(runs ?? spans), start, start + codePoints(String(part))),
    words: visibleWords(part),
    question: turn ? questionOf.get(turn) : "",
  };
}

// ---- a link to some words of a passage

/** Lights characters of a passage's own text: `3-9,20-24`. */
export function light(passage, ranges) {
  if (!passage || typeof Highlight !== "function") return;
  const walker = document.createTreeWalker(passage, NodeFilter.SHOW_TEXT, (node) =>
    (node.parentElement.closest(".gap") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT));
  const nodes = [];
  let offset = 0;
  while (walker.nextNode()) {
    const letters = [...walker.currentNode.data];
    nodes.push({ node: walker.currentNode, letters, offset });
    offset += letters.length;
  }
  const found = [];
  for (const [start, end] of spansIn(ranges)) {
    for (const { node, letters, offset: at } of nodes) {
      const [low, high] = [Math.max(start - at, 0), Math.min(end - at, letters.length)];
      if (low >= high) continue;
      const range = document.createRange();
      range.setStart(node, letters.slice(0, low).join("").length);
      range.setEnd(node, letters.slice(0, high).join("").length);
      found.push(range);
    }
  }
  CSS.highlights.set("yw-linked", new Highlight(...found));
  document.addEventListener("click", ({ target }) => {
    if (target.closest?.("[data-goto], [data-to]")) CSS.highlights.delete("yw-linked");
  }, true);
}
