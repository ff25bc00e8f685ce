// ---- find in the reading pane: highlights are drawn over the document, nothing in it changes

import { actions, call, find, phone, root, showLanguage, template, whenever } from "./base.js";
import { leavePages, paged } from "./pages.js";
import { pane, reveal } from "./pane.js";
import { openDrawer, showDocument } from "./reader.js";

const hits = { ranges: [], at: -1 };
let others = null; // which character counts as another: full width, Traditional, variants; once it has come
const canHighlight = typeof Highlight === "function" && CSS.highlights;

actions.find = () => {
  if (phone.matches && !root.classList.contains("drawer")) openDrawer(null);
  if (paged()) leavePages(); // words are looked for in the text
  if (!find(".find")) {
    find(".readerbar").after(template("yw-find"));
    showLanguage();
  }
  find(".find input").focus();
  find(".find input").select();
  if (!others) learnCharacters();
};

/** Shows every place of a word in a document. */
actions.findWord = async ({ dataset: { document: name, word } }) => {
  await showDocument(name);
  actions.find();
  find(".find input").value = word;
  findAll();
};

async function learnCharacters() {
  const { pairs = "" } = await call("characters");
  const characters = [...pairs];
  others = new Map();
  for (let at = 0; at < characters.length; at += 2) others.set(characters[at], characters[at + 1]);
  if (find(".find input")?.value) findAll();
}

/** Returns the text as it is compared, and for each of its units where the character begins that it is made of. */
function folded(text) {
  const units = [];
  const from = [];
  let at = 0;
  for (const character of text) {
    const one = (others?.get(character) ?? character).toLowerCase();
    for (let unit = 0; unit < one.length; unit++) from.push(at);
    units.push(one);
    at += character.length;
  }
  return { text: units.join(""), from };
}

/** Returns every place of the words, in reading order. Line ends and indents of the document are skipped. */
export function search(words) {
  const article = find(".source");
  const wanted = folded(words).text;
  if (!article || !wanted) return [];
  const walker = document.createTreeWalker(article, NodeFilter.SHOW_TEXT, (node) =>
    node.parentElement.closest(".gap, .markup") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
  const nodes = [];
  let text = "";
  for (let block = null; walker.nextNode();) {
    const node = walker.currentNode;
    const own = node.parentElement.closest("p, h2, h3, h4, h5, h6");
    if (block && own !== block) text += "\n"; // words do not run from one paragraph into the next
    block = own;
    nodes.push({ node, start: text.length });
    text += node.nodeValue;
  }
  const { text: compared, from } = folded(text);
  /** @returns {[Text, number]} */
  const at = (offset) => {
    let low = 0;
    for (let high = nodes.length; low + 1 < high;) {
      const middle = (low + high) >> 1;
      if (nodes[middle].start <= offset) low = middle; else high = middle;
    }
    return [nodes[low].node, Math.min(offset - nodes[low].start, nodes[low].node.length)];
  };
  const found = [];
  for (let start = compared.indexOf(wanted); start >= 0; start = compared.indexOf(wanted, start + wanted.length)) {
    const range = document.createRange();
    range.setStart(...at(from[start]));
    const last = from[start + wanted.length - 1];
    const [node, offset] = at(last);
    range.setEnd(node, offset + String.fromCodePoint(text.codePointAt(last)).length);
    found.push(range);
  }
  return found;
}

export function findAll() {
  hits.ranges = search(find(".find input").value);
  const edge = pane().getBoundingClientRect().top;
  // Begins at the first place that is not above the window; at the first of all where none is left.
  hits.at = hits.ranges.findIndex((range) => range.getBoundingClientRect().bottom > edge) - 1;
  if (hits.at < -1) hits.at = -1;
  if (canHighlight) CSS.highlights.set("yw-found", new Highlight(...hits.ranges));
  step(1);
}

export function step(by) {
  const count = hits.ranges.length;
  if (count) {
    hits.at = (hits.at + by + count) % count;
    const range = hits.ranges[hits.at];
    if (canHighlight) CSS.highlights.set("yw-here", new Highlight(range));
    reveal(range.startContainer.parentElement.closest("p, h2, h3, h4, h5, h6") ?? range.startContainer.parentElement);
    const { top, bottom } = range.getBoundingClientRect();
    const edges = pane().getBoundingClientRect();
    if (top < edges.top || bottom > edges.bottom) pane().scrollTop += top - edges.top - pane().clientHeight / 3;
  } else if (canHighlight) CSS.highlights.delete("yw-here");
  if (find(".find .hits")) find(".find .hits").textContent = find(".find input").value ? `${hits.at + 1} / ${count}` : "";
}

export function endFind() {
  const bar = find(".find");
  if (!bar) return false;
  const had = bar.contains(document.activeElement);
  bar.remove();
  hits.ranges = [];
  if (canHighlight) for (const name of ["yw-found", "yw-here"]) CSS.highlights.delete(name);
  if (had) find('[data-act="find"]').focus();
  return true;
}

whenever("replace", endFind);
actions.next = () => step(1);
actions.previous = () => step(-1);
actions.endFind = endFind;
