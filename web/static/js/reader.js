// ---- the reading pane; on a phone it is a drawer

import {
  actions, all, call, closeMenus, codePoints, cutSpans, find, fragment, markOf, phone, root, say, showLanguage,
  shownBy, signal, spansIn, whenever,
} from "./base.js";
import { book, closePages, openPages, pageNow, paged, showOnPage, turnTo, turnToSection } from "./pages.js";
import { pane, reveal, shown } from "./pane.js";

let opener = null;
let lit = []; // the passages that show the marks of a quote, each with its nodes before that
let visits = 0; // counts the passages that were gone to: one that comes late is not shown

/** Shows a document in the reading pane. */
export async function showDocument(name, { again = false } = {}) {
  if (!again && (!name || name === shown())) return;
  const { html, contents, examples, warnings } = await call("source", { document: name });
  const place = name === shown() ? pane().scrollTop : 0;
  const page = name === shown() && paged() ? pageNow() : 1;
  signal("replace");
  lit = [];
  closePages();
  pane().replaceChildren(fragment(html));
  find(".toc ol").replaceChildren(fragment(contents));
  find(".examples").replaceChildren(fragment(examples));
  find(".try").hidden = !find(".intro .examples > *");
  find("#yw-texts .warnings").replaceChildren(fragment(warnings));
  showLanguage();
  signal("document", name);
  pane().scrollTop = place;
  if (await openPages() && again) turnTo(page);
  followScroll();
}

/** Scrolls to a passage and lights it, with the marks of the card that leads there. Returns whether it exists. */
async function goTo(id, {
  from = null, name = null, marks = [], address = id, best = "", isLit = true, keep = true, quiet = false,
} = {}) {
  const turn = visits += 1;
  if (!quiet) touchReader();
  await showDocument(name);
  if (quiet && turn !== visits) return false;
  const passage = document.getElementById(`p-${id}`);
  if (!passage) return false;
  if (phone.matches) openDrawer(from);
  putOut();
  for (const mark of marks) {
    const marked = document.getElementById(`p-${mark.dataset.for}`);
    if (!marked) continue;
    lit.push({ passage: marked, before: [...marked.childNodes] });
    marked.replaceChildren(mark.content.cloneNode(true));
  }
  passage.classList.add("lit");
  passage.classList.toggle("quietly", quiet);
  passage.setAttribute("aria-current", "true");
  if (!await showOnPage(passage, address, best, isLit) && !(quiet && isInView(markOf(passage) ?? passage))) {
    reveal(passage, { toMark: true });
  }
  if (keep && !phone.matches) {
    const address = `?p=${encodeURIComponent(id)}${name ? `&d=${encodeURIComponent(name)}` : ""}`;
    if (location.search !== address) history.pushState({ yuanwen: "passage", id, name }, "", address);
  }
  return true;
}

function putOut() {
  for (const passage of all(".passage.lit")) {
    passage.classList.remove("lit", "quietly");
    passage.removeAttribute("aria-current");
  }
  for (const { passage, before } of lit) passage.replaceChildren(...before);
  lit = [];
  if (!book) return;
  book.lit.clear();
  for (const lights of all(".lights", book.pages)) lights.remove();
}

/** Follows a link to a passage: a citation, or a button of its card. */
export function follow(link) {
  const card = link.closest(".card, .place");
  const own = card?.dataset.id === link.dataset.goto;
  return goTo(link.dataset.goto, { from: link, name: link.dataset.document, ...(own ? shownIn(card) : {}) });
}

/** Returns what the pane shows of a card's passage: its marks, and on pages where it stands and where its answer does. */
function shownIn(card) {
  const marks = [...all(":scope > template.inpane", card)];
  const quote = find(":scope > .quote", card);
  if (!quote) return { marks };
  const address = find(":scope > template.whole", card) ? quote.dataset.passage : shownBy(quote);
  return { marks, address, best: bestOf(quote), isLit: Boolean(find("mark", quote)) };
}

// ---- the pane follows an answer by itself, unless the reader is at work in it

const AT_WORK = 5000; // milliseconds since the reader's last scroll, click or key there
const BELOW = 16; // pixels below the words that answer
let touched = -Infinity;

const touchReader = () => { touched = performance.now(); };

for (const kind of ["wheel", "pointerdown", "keydown"]) {
  document.addEventListener(kind, ({ target }) => {
    if (target.closest?.(".reader, .toc")) touchReader();
  }, { capture: true, passive: true });
}

function isInView(element) {
  const { top, bottom } = element.getBoundingClientRect();
  const edges = pane().getBoundingClientRect();
  return bottom > top && top >= edges.top && bottom <= edges.bottom;
}

/** Scrolls on to the answer in the first card of a turn where it is below the window's edge and the turn is in view. */
function scrollToAnswer(card) {
  const [scroller, mark] = [card.closest(".scroller"), markOf(find(":scope > .quote", card) ?? card)];
  if (!mark) return;
  const [edges, { bottom }] = [scroller.getBoundingClientRect(), mark.getBoundingClientRect()];
  const begins = card.closest(".turn").getBoundingClientRect().top;
  const isHere = begins < edges.bottom && begins > edges.top - scroller.clientHeight;
  if (isHere && bottom > edges.bottom) scroller.scrollTop += bottom + BELOW - edges.bottom;
}

/** Shows in the pane where the first card of a turn stands, if it surely answers: no focus moves, no address changes. */
export async function followAnswer(turn) {
  const isBusy = phone.matches || root.classList.contains("picking") || find(".find")
    || performance.now() - touched < AT_WORK;
  const card = find(":scope > .reply > .cards > .card[data-id]", turn);
  if (card) scrollToAnswer(card);
  if (isBusy || card?.dataset.grade !== "answers") return;
  await goTo(card.dataset.id, { name: card.dataset.of, ...shownIn(card), keep: false, quiet: true });
}

/** Returns where in the source the sentence stands that a quote marks as the best, as `data-spans` has it. */
export function bestOf(quote) {
  const spans = spansIn(quote.dataset.spans);
  const found = [];
  for (const mark of all("mark, .best", quote)) {
    const before = document.createRange();
    before.setStart(quote, 0);
    before.setEndBefore(mark);
    const at = codePoints(before.cloneContents().textContent);
    for (const [start, end] of cutSpans(spans, at, at + codePoints(mark.textContent))) found.push(`${start}-${end}`);
  }
  return found.join(",");
}

export async function browse(link) {
  root.classList.remove("contents-open");
  await showDocument(link.dataset.document);
  const target = document.getElementById(link.dataset.to);
  if (!target) return;
  if (phone.matches) openDrawer(link);
  if (link.dataset.page && await openPages()) await turnToSection(link, target);
  else reveal(target);
}

actions.text = async (button) => {
  closeMenus();
  const held = document.activeElement;
  await showDocument(button.dataset.document);
  const now = document.activeElement;
  if (now === held || now === document.body) pane().focus(); // a long text takes a while: someone may be typing by then
};

actions.contents = (button) => {
  const open = root.classList.toggle("contents-open");
  button.setAttribute("aria-expanded", String(open));
  if (open) find(".toc a[aria-current], .toc a")?.focus();
};

export function openDrawer(from) {
  if (root.classList.contains("drawer")) return;
  opener = from?.isConnected ? from : find('[data-act="open"]');
  root.classList.add("drawer");
  const reader = find(".reader");
  reader.setAttribute("role", "dialog");
  reader.setAttribute("aria-modal", "true");
  for (const other of all(".bar, .talk, .skip")) other.inert = true;
  find('[data-act="close"]').focus({ preventScroll: true });
  openPages();
  history.pushState({ yuanwen: "drawer" }, ""); // so that a phone's Back closes it and loses nothing
}

export function closeDrawer() {
  if (!root.classList.contains("drawer")) return;
  root.classList.remove("drawer", "contents-open");
  for (const name of ["role", "aria-modal"]) find(".reader").removeAttribute(name);
  for (const other of all(".bar, .talk, .skip")) other.inert = false;
  opener?.focus({ preventScroll: true });
  if (history.state?.yuanwen === "drawer") history.back();
}

actions.open = openDrawer;
actions.close = closeDrawer;

export function followScroll() {
  const links = [...all(".toc a")];
  if (!pane() || !links.length || !links[0].offsetParent) return;
  const edge = pane().getBoundingClientRect().top + 150;
  const page = paged() && pageNow();
  const passed = links.filter((link) => {
    if (page) return Number(link.dataset.page ?? page + 1) <= page;
    const target = document.getElementById(link.dataset.to);
    return target && target.getBoundingClientRect().top < edge;
  });
  const stays = page && book.sectionPage === page && book.section?.isConnected;
  const current = stays ? book.section : passed.at(-1) ?? links[0];
  for (const link of links) {
    if (link !== current) link.removeAttribute("aria-current");
    else if (!link.hasAttribute("aria-current")) {
      link.setAttribute("aria-current", "location");
      const toc = find(".toc");
      const { top, bottom } = link.getBoundingClientRect();
      const edges = toc.getBoundingClientRect();
      if (top < edges.top || bottom > edges.bottom) toc.scrollTop += top - edges.top - toc.clientHeight / 2;
    }
  }
}

whenever("section", followScroll);

// ---- permalinks: ?p= a passage, ?q= a question

/** Shows what the address names. `ask` puts its question. */
export async function followAddress(ask) {
  const address = new URLSearchParams(location.search);
  const [p, q] = [address.get("p"), address.get("q")];
  if (q?.trim()) ask(q);
  if (!p) return;
  const from = find('[data-act="open"]');
  if (document.getElementById(`p-${p}`)) {
    await goTo(p, { from, keep: false });
    lightWords(p, address.get("w"));
    return;
  }
  const found = await call("passage", { p, t: address.get("t") ?? "" });
  if (found.document) {
    await goTo(p, { from, name: found.document, keep: false });
    lightWords(p, address.get("w"));
  } else {
    const gone = fragment(found.html);
    find(".log").append(gone);
    find(".gone").scrollIntoView();
  }
}

/** Lights the words of a passage that a copied link means. Nobody may wait for it: the module comes after the start. */
function lightWords(passage, words) {
  if (!words) return;
  import("./selected_place.js").then(({ light }) => light(document.getElementById(`p-${passage}`), words)).catch(say);
}

export function onHistory(event) {
  closeDrawer();
  const address = new URLSearchParams(location.search);
  if (event.state?.yuanwen === "passage") goTo(event.state.id, { name: event.state.name, keep: false }).catch(say);
  else if (!phone.matches && !address.has("p")) putOut();
  else if (!phone.matches) goTo(address.get("p"), { name: address.get("d"), keep: false }).catch(say);
}
