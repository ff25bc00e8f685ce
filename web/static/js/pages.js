// ---- the pages of a PDF file or a picture as they look, beside the text: pictures from the server, with the quote
// lit and the text laid over them, so that it can be selected

import {
  actions, all, call, filled, find, fragment, phone, recall, remember, root, say, signal, whenever,
} from "./base.js";
import { pane, reveal, shown } from "./pane.js";

export let book = null; // the document whose pages are in the pane: its leaves and how large they are
let sought = null; // the passage to light: its address and the part that answers best
let going = 0; // counts what is to be shown: an answer that comes late is not

const countOfPages = () => Number(find(".source")?.dataset.pages ?? 0);
const wantsPages = () => countOfPages() > 0 && (recall("view") ?? "page") === "page";
export const paged = () => Boolean(book) && root.classList.contains("paged");

function showBar() {
  const bar = find(".pagebar");
  bar.hidden = !countOfPages();
  for (const button of all("[data-view]", bar)) {
    button.setAttribute("aria-pressed", String((button.dataset.view === "page") === paged()));
  }
  find(".turning", bar).hidden = !paged();
  showAt();
}

/** Shows the pages of the document in the pane, if it has some and the reader wants them. Returns whether it does. */
export async function openPages() {
  const article = find(".source");
  if (!wantsPages() || (phone.matches && !root.classList.contains("drawer"))) {
    showBar();
    return false;
  }
  if (book?.article !== article) {
    try {
      const { sizes, labels } = await call("pages", { document: shown() });
      if (article !== find(".source")) return false;
      if (book?.article !== article) makeBook(article, sizes, labels);
    } catch (error) {
      say(error);
      showBar();
      return false;
    }
  }
  root.classList.add("paged");
  signal("replace");
  showBar();
  return true;
}

/** Shows the text, until pages are asked for again. */
export function leavePages() {
  root.classList.remove("paged");
  showBar();
}

whenever("text", () => { if (paged()) leavePages(); });

export function closePages() {
  book?.watcher.disconnect();
  book?.resizing.disconnect();
  book = null;
  leavePages();
}

function makeBook(article, sizes, labels) {
  closePages();
  const pages = document.createElement("div");
  pages.className = "pages";
  book = { article, name: shown(), pages, leaves: [], lit: new Map(), zoom: 1, waiting: new Set(), busy: 0 };
  book.watcher = new IntersectionObserver(come, { root: pane(), rootMargin: "100% 0px" });
  book.resizing = new ResizeObserver(() => { for (const leaf of all(".leaf.near", pages)) want(leaf); });
  sizes.forEach(([width, height], index) => {
    const leaf = document.createElement("section");
    leaf.className = "leaf";
    leaf.dataset.leaf = String(index + 1);
    const folio = document.createElement("p");
    folio.className = "folio";
    const label = labels[index];
    const plain = !label || label === String(index + 1);
    folio.append(filled(plain ? "yw-folio" : "yw-foliolabel", { page: index + 1, label }));
    folio.id = `yw-folio-${index + 1}`;
    leaf.setAttribute("aria-labelledby", folio.id);
    const sheet = document.createElement("div");
    sheet.className = "sheet";
    sheet.style.aspectRatio = `${width} / ${height}`;
    leaf.append(sheet, folio);
    book.leaves.push(leaf);
    pages.append(leaf);
    book.watcher.observe(leaf);
  });
  pane().append(pages);
  book.resizing.observe(pages);
}

/** Loads what comes near, and forgets the picture of what is far away. */
function come(entries) {
  for (const { target, isIntersecting } of entries) {
    target.classList.toggle("near", isIntersecting);
    if (isIntersecting) want(target);
    else {
      book?.waiting.delete(target);
      find("img", target)?.remove();
    }
  }
}

const wantedWidth = (leaf) => Math.min(Math.ceil(leaf.clientWidth * devicePixelRatio / 128) * 128, 4000);

function want(leaf) {
  if (!paged() || leaf.classList.contains("undrawn") || !leaf.clientWidth) return;
  if (Number(find("img", leaf)?.dataset.width ?? 0) >= wantedWidth(leaf)) return;
  book.waiting.add(leaf);
  load(book);
}

/** Loads the waiting pages, two at a time, what is nearest to the window first. */
function load(from) {
  while (from === book && from.busy < 2 && from.waiting.size) {
    const middle = pane().getBoundingClientRect().top + pane().clientHeight / 2;
    const away = (leaf) => {
      const { top, bottom } = leaf.getBoundingClientRect();
      return Math.max(top - middle, middle - bottom, 0);
    };
    const leaf = [...from.waiting].reduce((near, other) => (away(other) < away(near) ? other : near));
    from.waiting.delete(leaf);
    from.busy += 1;
    fill(from, leaf, wantedWidth(leaf)).catch(say).finally(() => {
      from.busy -= 1;
      load(from);
    });
  }
}

async function fill(from, leaf, width) {
  const { picture, html, words, start } = await call("page", { document: from.name, page: Number(leaf.dataset.leaf), width });
  if (from !== book) return;
  const sheet = find(".sheet", leaf);
  leaf.classList.toggle("undrawn", !picture);
  if (picture) {
    const image = new Image();
    image.alt = "";
    image.dataset.width = width;
    image.src = picture;
    await image.decode();
    find("img", sheet)?.remove();
    if (leaf.classList.contains("near")) sheet.prepend(image);
  } else if (!find(".failed", sheet)) {
    const failed = document.createElement("p");
    failed.className = "failed";
    failed.append(fragment(html));
    sheet.prepend(failed);
  }
  if (!find(".words", sheet)) sheet.append(wordsOf(words, sheet, start));
  light(leaf);
}

const canvas = document.createElement("canvas").getContext("2d");

/**
 * Returns the text of a page, each line where it stands. Its text content is the source's, character for character,
 * from code point `start` on.
 */
function wordsOf(words, sheet, start) {
  const layer = document.createElement("div");
  layer.dataset.start = start;
  layer.className = "words";
  layer.lang = find(".source").lang;
  const [width, height] = sheet.style.aspectRatio.split("/").map(Number);
  canvas.font = `100px ${getComputedStyle(find(".source")).fontFamily}`;
  for (const { text, box, vertical } of words) {
    const line = document.createElement("span");
    const [, visible, rest] = /^([^]*?)(\s*)$/.exec(text);
    line.textContent = visible;
    if (box && visible) {
      const [left, top, right, bottom] = box;
      const [along, across] = vertical ? [(bottom - top) * height, (right - left) * width]
        : [(right - left) * width, (bottom - top) * height];
      const natural = canvas.measureText(visible).width / 100 * across;
      line.style.cssText = `inset: ${top * 100}% auto auto ${left * 100}%; font-size: ${across / width * 100}cqw;`
        + `transform: ${vertical ? "scaleY" : "scaleX"}(${natural ? along / natural : 1})`;
      if (vertical) line.className = "down";
    } else line.className = "sr";
    layer.append(line);
    if (rest) {
      const gap = document.createElement("span");
      gap.className = "gap";
      gap.textContent = rest;
      layer.append(gap);
    }
  }
  return layer;
}

/** Lights on a page what is to be lit there. */
function light(leaf) {
  const sheet = find(".sheet", leaf);
  find(".lights", sheet)?.remove();
  const there = book.lit.get(Number(leaf.dataset.leaf));
  if (!there) return;
  const lights = document.createElement("div");
  lights.className = "lights";
  for (const kind of sought?.isLit ? ["lit", "best"] : ["lit"]) {
    for (const [left, top, right, bottom] of there[kind]) {
      const box = document.createElement("i");
      box.className = `on-${kind}`;
      box.style.inset = `${top * 100}% ${(1 - right) * 100}% ${(1 - bottom) * 100}% ${left * 100}%`;
      lights.append(box);
    }
  }
  const image = find("img", sheet);
  if (image) image.after(lights); else sheet.prepend(lights);
}

/** Shows a passage on the pages of its file, lit, if there are pages and they are wanted. Returns whether it does. */
export async function showOnPage(passage, address, best = "", isLit = true) {
  const turn = going += 1;
  sought = { address, best, isLit, passage };
  if (!await openPages()) return false;
  let pages;
  try {
    ({ pages } = await call("lit", { passage: address, best }));
  } catch (error) {
    if (turn === going) say(error);
    return false;
  }
  if (turn !== going || !book) return true;
  book.lit = new Map(pages.map((page) => [page.page, page]));
  for (const leaf of all(".leaf.near", book.pages)) light(leaf);
  const [page, down] = placeOf(pages);
  turnTo(page, down);
  const section = sectionOf(passage);
  if (section) standAt(section);
  return true;
}

/** Returns the page, and how far down it, where a passage begins; or its answer, where that is too far from there. */
function placeOf(pages) {
  const top = (boxes) => Math.min(...boxes.map((box) => box[1]));
  const down = top(pages[0].lit);
  const answers = pages.find(({ best }) => best.length);
  const height = answers ? find(".sheet", book.leaves[answers.page - 1]).clientHeight : 0;
  const isFar = answers && (answers !== pages[0] || (top(answers.best) - down) * height > pane().clientHeight * 0.5);
  if (isFar) return [answers.page, top(answers.best)];
  return [pages[0].page, Number.isFinite(down) ? down : 0];
}

/** Shows where a section begins on the pages: at its first passage, which is not lit. */
export async function turnToSection(link, target) {
  const turn = going += 1;
  const follows = Node.DOCUMENT_POSITION_FOLLOWING;
  const first = [...all(".source .passage")]
    .find((one) => one.contains(target) || target.compareDocumentPosition(one) & follows);
  let [page, down] = [Number(link.dataset.page), 0];
  if (first && Number(first.dataset.page) === page) {
    try {
      const { pages } = await call("lit", { passage: first.id.slice(2), best: "" });
      down = Math.min(...pages[0].lit.map((box) => box[1]));
    } catch { /* the page is enough */ }
  }
  if (turn !== going || !book) return;
  turnTo(page, Number.isFinite(down) ? down : 0);
  standAt(link);
}

/** Marks an entry of the contents as the current one as long as its page stays: several sections may begin there. */
function standAt(link) {
  book.section = link;
  book.sectionPage = pageNow();
  signal("section");
}

/** Returns the entry of the contents that a passage stands under. */
const sectionOf = (passage) => [...all(".toc a")].findLast((link) => {
  const target = document.getElementById(link.dataset.to);
  return target && (passage.contains(target) || passage.compareDocumentPosition(target) & Node.DOCUMENT_POSITION_PRECEDING);
});

/** Scrolls to a page, or to a place on it, from 0 to 1 down. */
export function turnTo(page, down = 0) {
  const leaf = book.leaves[Math.min(Math.max(page, 1), book.leaves.length) - 1];
  const { top, height } = find(".sheet", leaf).getBoundingClientRect();
  const room = down ? Math.min(pane().clientHeight * 0.2, 140) : 12;
  const to = pane().scrollTop + top + down * height - pane().getBoundingClientRect().top - room;
  pane().scrollTo({ top: to, behavior: "instant" });
  showAt();
}

/** Returns the number of the page at the window's upper third. */
export function pageNow() {
  const edge = pane().getBoundingClientRect().top + pane().clientHeight / 3;
  let low = 0;
  for (let high = book.leaves.length; low + 1 < high;) {
    const middle = (low + high) >> 1;
    if (book.leaves[middle].getBoundingClientRect().top <= edge) low = middle; else high = middle;
  }
  return low + 1;
}

export function showAt() {
  const at = find(".pagebar .at");
  if (paged()) at.textContent = `${pageNow()} / ${book.leaves.length}`;
}

actions.view = async (button) => {
  const { view } = button.dataset;
  remember("view", view);
  const lit = find(".source .passage.lit");
  if (view === "text") {
    const page = paged() ? pageNow() : 1;
    leavePages();
    const first = [...all(".source .passage")].find((passage) => Number(passage.dataset.page) >= page);
    if (lit ?? first) reveal(lit ?? first, { toMark: true });
  } else if (lit && sought?.passage === lit) await showOnPage(lit, sought.address, sought.best, sought.isLit);
  else {
    const edge = pane().getBoundingClientRect().top;
    const first = [...all(".source .passage")].find((passage) => passage.getBoundingClientRect().bottom > edge);
    if (await openPages()) turnTo(Number(first?.dataset.page ?? 1));
  }
};

actions.pageBefore = () => turnTo(pageNow() - 1);
actions.pageAfter = () => turnTo(pageNow() + 1);
actions.larger = () => zoom(1.25);
actions.smaller = () => zoom(0.8);
actions.fit = () => zoom(0);

/** Makes the pages larger or smaller; 0: as wide as the pane. What was in the middle of the window stays there. */
function zoom(times) {
  const { scrollHeight, scrollTop, clientHeight } = pane();
  const middle = (scrollTop + clientHeight / 2) / scrollHeight;
  book.zoom = times ? Math.min(Math.max(book.zoom * times, 0.4), 4) : 1;
  if (Math.abs(book.zoom - 1) < 0.01) book.zoom = 1;
  book.pages.style.setProperty("--zoom", book.zoom);
  pane().scrollTop = middle * pane().scrollHeight - clientHeight / 2;
  pane().scrollLeft = (pane().scrollWidth - pane().clientWidth) / 2;
  // What is lit stays in view, if it is.
  const lit = [...all(".on-best", book.pages), ...all(".on-lit", book.pages)].find((box) => {
    const { top, bottom } = box.getBoundingClientRect();
    const edges = pane().getBoundingClientRect();
    return bottom > edges.top && top < edges.bottom;
  });
  lit?.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });
}

export const pageKeys = {
  ArrowLeft: actions.pageBefore,
  ArrowRight: actions.pageAfter,
  "+": actions.larger,
  "=": actions.larger,
  "-": actions.smaller,
  0: actions.fit,
};

/** Copies what is selected on pages as the source has it: with its own blanks and line ends, and nothing between. */
export function copyWords(event) {
  const selection = getSelection();
  if (!paged() || selection.isCollapsed || !book.pages.contains(selection.anchorNode)) return;
  const part = selection.getRangeAt(0).cloneContents();
  const layers = [...all(".words", part)];
  event.clipboardData.setData("text/plain", (layers.length ? layers : [part]).map((one) => one.textContent).join(""));
  event.preventDefault();
}
