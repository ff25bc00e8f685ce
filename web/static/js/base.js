// What all the page's modules share. It imports none of them.

export const root = document.documentElement;
export const phone = window.matchMedia("(max-width: 799px)");
export const darkSystem = window.matchMedia("(prefers-color-scheme: dark)");
/** @type {Tongue[]} */
const TONGUES = ["zh", "en"];
export const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
/** @type {Find} */
export const find = (selector, scope = document) => /** @type {Queries} */ (scope).querySelector(selector);
/** @type {FindAll} */
export const all = (selector, scope = document) => /** @type {Queries} */ (scope).querySelectorAll(selector);
/** @type {Actions} */
export const actions = {};

// A browser may forbid storage; then a choice lasts as long as the page.
/** @type {Record<string, string>} */
const chosen = {};
/** @type {(key: string) => string | undefined} */
export const recall = (key) => {
  try { return localStorage.getItem(`yuanwen.${key}`) ?? chosen[key]; } catch { return chosen[key]; }
};
/** @type {(key: string, value: string) => void} */
export const remember = (key, value) => {
  chosen[key] = value;
  try { localStorage.setItem(`yuanwen.${key}`, value); } catch { /* see above */ }
};

/**
 * Brings back what was typed into a field and not sent before this tab was loaded anew, and keeps what is typed from now on.
 * @param {{ value: string }} field
 * @param {string} name
 */
export function keepTyped(field, name) {
  const key = `yuanwen.typed.${name}`;
  try { field.value = sessionStorage.getItem(key) ?? ""; } catch { /* forbidden */ }
  const keep = () => { try { sessionStorage.setItem(key, field.value); } catch { /* forbidden, or too long */ } };
  addEventListener("pagehide", keep);
  document.addEventListener("visibilitychange", keep); // a phone may end a tab that is out of sight
}

/** What the keys of the excerpts that this browser keeps begin with. */
export const EXCERPT = "yuanwen.excerpt.";

/** Returns those keys, without the code that shows excerpts. */
export function excerptKeys() {
  try { return Object.keys(localStorage).filter((key) => key.startsWith(EXCERPT)); } catch { return []; } // forbidden
}

// ---- the server: a JSON object in and one out, at an address for each kind

export let token = find('meta[name="yuanwen-token"]')?.content ?? ""; // shows the server that this page is its own
/** @type {(version?: string | null) => Promise<void>} */
let changed = async () => {};

/**
 * Has `listener` called with the version of the index that an answer carries.
 * @param {typeof changed} listener
 */
export function whenAnswered(listener) { changed = listener; }

/** @type {(kind: string, values?: object) => Promise<Answer>} */
export async function call(kind, values = {}) {
  return taken(kind, await answerOf(await post(kind, values)));
}

/**
 * Sends an object as JSON, or a form as it is.
 * @param {string} kind
 * @param {object} values
 */
export async function post(kind, values) {
  const isForm = values instanceof FormData;
  /** @type {Record<string, string>} */
  const type = isForm ? {} : { "Content-Type": "application/json" };
  const body = isForm ? values : JSON.stringify(values);
  const send = () => fetch(`page/${kind}`, { method: "POST", headers: { ...type, "Yuanwen-Token": token }, body })
    .catch(lose);
  const response = await send();
  return response.status === 403 && await renewToken() ? send() : response;
}

/**
 * Says that the server does not answer (js/connection.js hears it), and throws the error on.
 * @param {unknown} error
 * @returns {never}
 */
export function lose(error) {
  signal("lost");
  throw error;
}

/**
 * Returns the last of the JSON lines that an answer has; `told` gets those before it, as they come.
 * @param {string} kind
 * @param {Response} response
 * @param {(answer: Answer) => void} told
 */
export async function lastLine(kind, response, told) {
  if (!response.ok) return taken(kind, await answerOf(response));
  const body = response.body ?? lose(new Error("no answer"));
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  /** @type {Answer | undefined} */
  let last;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const lines = (rest + part.value).split("\n");
    rest = lines.at(-1) ?? ""; // it is not whole yet
    for (const line of lines.slice(0, -1)) {
      if (last) told(last);
      last = JSON.parse(line);
    }
    if (last?.place) told(last);
  }
  return taken(kind, last ?? lose(new Error("no answer")));
}

/** Gets the token anew: a server that was started again knows no earlier one. Returns whether there is another. */
export async function renewToken() {
  const page = new DOMParser().parseFromString(await (await fetch(location.pathname)).text(), "text/html");
  const now = find('meta[name="yuanwen-token"]', page)?.content ?? token;
  const isNew = now !== token;
  token = now;
  return isNew;
}

/**
 * Returns the JSON of an answer; what stands at the door answers with a problem in both languages.
 * @param {Response} response
 * @returns {Promise<Answer>}
 */
async function answerOf(response) {
  const answer = await response.json().catch(lose);
  return response.ok || answer.failed ? answer : { failed: problemHtml(answer.message ?? {}) };
}

/**
 * Returns the sentence of a problem in both languages, as the server's own sentences come.
 * @param {Both} message
 */
export function problemHtml(message) {
  const holder = document.createElement("div");
  for (const tongue of TONGUES) {
    const span = document.createElement("span");
    span.className = tongue;
    span.textContent = message[tongue] ?? "";
    holder.append(span);
  }
  return holder.innerHTML;
}

/**
 * Returns an answer of the server. Throws an error with its HTML where there is none.
 * @param {string} kind
 * @param {Answer} answer
 */
export function taken(kind, answer) {
  if (kind !== "texts") changed(answer.version).catch(() => {});
  if (answer.failed) throw Object.assign(new Error("failed"), { html: answer.failed, gone: answer.gone });
  return answer;
}

/**
 * Returns the server's HTML as nodes. It is escaped there. HTML cannot carry U+0000; a mark stands for it.
 * @param {string} html
 */
export function fragment(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  restoreNul(holder.content);
  return holder.content;
}

/** @param {ParentNode} scope */
export function restoreNul(scope) {
  for (const mark of all("i.nul", scope)) mark.replaceWith("\0");
  for (const inner of all("template", scope)) restoreNul(inner.content);
}

/** @type {(id: string) => DocumentFragment} */
export const template = (id) => find(`#${id}`).content.cloneNode(true);

/**
 * Returns a copy of a template with its {fields} filled in.
 * @param {string} id
 * @param {Record<string, string | number>} values
 */
export function filled(id, values) {
  const made = template(id);
  const walker = document.createTreeWalker(made, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode;
    text.nodeValue = (text.nodeValue ?? "").replace(/\{(\w+)\}/g, (_, key) => String(values[key]));
  }
  return made;
}

/** Returns whether a module could not be fetched: the program is away, or was updated since this page was loaded. */
const isModule = ({ message = "" }) => /\b(?:imported module|importing a module|module script)\b/.test(message);

/**
 * Shows a message under the header. It disappears after some seconds, or with `stays` at the next message.
 * @param {Said} error
 */
export function say(error) {
  find(".said")?.remove();
  const said = document.createElement("p");
  said.className = "said";
  said.setAttribute("role", "alert");
  said.append(error.content ?? (error.html ? fragment(error.html) : template(isModule(error) ? "yw-nopart" : "yw-lost")));
  find(".yuanwen").append(said);
  if (!error.stays) setTimeout(() => said.remove(), 6000);
}

// ---- what more than one module asks about the page

export const box = () => find(".dock textarea");
export const mayChange = () => Boolean(find(".yuanwen[data-version]"));
/**
 * Says which quote a card shows: a passage, with the spans of what answers together with it.
 * @type {(quote: Element) => string}
 */
export const shownBy = (quote) => `${quote.dataset.passage}@${quote.dataset.spans}`;
/**
 * Returns what a quote or a passage marks: the words that answer, or the sentence with them; null if nothing.
 * @type {(quote: ParentNode) => Found | null}
 */
export const markOf = (quote) => find("mark.answer", quote) ?? find("mark, .best", quote);

// ---- where words stand in the source

/**
 * Returns the number of code points, as the server counts.
 * @type {(text: string) => number}
 */
export const codePoints = (text) => text.length - (text.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0);
/**
 * Returns the pairs of `data-spans`.
 * @type {(text: string) => number[][]}
 */
export const spansIn = (text) => text.split(",").map((span) => span.split("-").map(Number));

/**
 * Returns the spans of the source for code points [start, end) of the concatenated spans.
 * @param {number[][]} spans
 * @param {number} start
 * @param {number} end
 */
export function cutSpans(spans, start, end) {
  /** @type {number[][]} */
  const found = [];
  let offset = 0;
  for (const [first, last] of spans) {
    const [low, high] = [Math.max(start - offset, 0), Math.min(end - offset, last - first)];
    if (low < high) found.push([first + low, first + high]);
    offset += last - first;
  }
  return found;
}

// ---- what one module tells those above it, which listen: none imports another in a circle
//   "lost"      the server does not answer
//   "replace"   the reading pane is about to show something else
//   "text"      a place in the text is to be seen, not on a page
//   "document"  another document is shown: its name
//   "section"   another section is the current one
//   "list"      the documents are listed anew
//   "scope"     other documents are asked
//   "question"  a question is asked, or asked anew
//   "reply"     a reply is shown
//   "quote"     a quote becomes the current one: its element

/** @type {(what: string, detail?: unknown) => void} */
export const signal = (what, detail = null) => document.dispatchEvent(new CustomEvent(`yuanwen:${what}`, { detail }));
/** @type {(what: string, listener: (detail: any) => unknown) => void} */
export const whenever = (what, listener) =>
  document.addEventListener(`yuanwen:${what}`, ({ detail }) => listener(detail));

/**
 * Changes the page while an element, or the one that takes its place, stays where it is on the screen.
 * @param {Element} element
 * @param {() => void} change
 */
export function inPlace(element, change, after = element) {
  const scroller = element.closest(".scroller");
  if (!scroller) { change(); return; } // it is not on the page
  const before = element.getBoundingClientRect().top;
  scroller.style.overflowAnchor = "none"; // the browser would move it once more
  change();
  const moved = after.getBoundingClientRect().top - before;
  if (moved) scroller.scrollTop += moved; // even += 0 would end a scroll that is under way
  requestAnimationFrame(() => { scroller.style.overflowAnchor = ""; });
}

// ---- light and dark, Chinese and English

const isDark = () => (recall("theme") ?? (darkSystem.matches ? "dark" : "light")) === "dark";

export function showTheme() {
  root.dataset.theme = isDark() ? "dark" : "light";
  for (const button of all('[data-act="theme"]')) button.setAttribute("aria-pressed", String(isDark()));
}

const isTongue = (/** @type {string | undefined} */ tag) => tag === "zh" || tag === "en";

/** @returns {Tongue} */
export function language() {
  const tongues = (navigator.languages ?? [navigator.language]).map((tag) => tag.slice(0, 2).toLowerCase());
  return [recall("language"), ...tongues].find(isTongue) ?? "zh";
}

/** Returns whether a word of the source is looked up where it is tapped: for who reads English, unless they said otherwise. */
export const wantsDictionary = () => (recall("gloss") ?? (language() === "en" ? "on" : "off")) === "on";

export function showLanguage() {
  const tongue = language();
  root.lang = tongue === "en" ? "en" : "zh-Hans";
  for (const name of ["placeholder", "aria-label"]) {
    for (const one of all(`[data-${name}-zh]`)) one.setAttribute(name, one.getAttribute(`data-${name}-${tongue}`) ?? "");
  }
  for (const one of all("option[data-zh]")) one.textContent = one.dataset[tongue] ?? "";
}

actions.language = () => { remember("language", language() === "en" ? "zh" : "en"); showLanguage(); };
actions.theme = () => { remember("theme", isDark() ? "light" : "dark"); showTheme(); };

// ---- copying: the exact characters, also where the clipboard interface is missing (plain http)

/** @type {(text: string, button?: Element) => Promise<void>} */
export async function copyText(text, button) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const put = (/** @type {ClipboardEvent} */ event) => {
      event.clipboardData?.setData("text/plain", text);
      event.preventDefault();
    };
    document.addEventListener("copy", put, { once: true });
    document.execCommand("copy");
    document.removeEventListener("copy", put);
  }
  button?.classList.add("copied");
  setTimeout(() => button?.classList.remove("copied"), 1600);
}

/**
 * Has the browser save a file that came in base64.
 * @param {string} name
 * @param {string} data
 */
export function saveFile(name, data) {
  const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes]));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

// ---- menus: each opens beside the button that was pressed, inside the window

/** @type {Element | null} */
export let opened = null;

/**
 * Has the next menu open beside an element.
 * @param {Element | null} element
 */
export function openBeside(element) { opened = element; }

document.addEventListener("click", (event) => {
  opened = event.target?.closest?.("[popovertarget]") ?? opened;
}, true);

document.addEventListener("beforetoggle", (event) => {
  const menu = event.target;
  if (event.newState !== "open" || !(menu instanceof HTMLElement) || !menu.classList.contains("pop") || !opened) return;
  const { left, right, bottom, top } = opened.getBoundingClientRect();
  // Aligned with the end of the button; the document list, which is wider, with its start, as far as there is room.
  const isList = menu.id === "yw-texts";
  const end = isList ? left + Math.min(520, innerWidth - 16) : Math.max(right, 232);
  menu.style.insetInlineEnd = `${Math.max(8, innerWidth - end)}px`;
  const up = bottom > innerHeight * 0.6;
  menu.style.insetBlock = up ? `auto ${innerHeight - top + 6}px` : `${bottom + 6}px auto`;
  menu.style.maxHeight = `${(up ? top : innerHeight - bottom) - 24}px`;
}, true);

export function closeMenus() {
  for (const menu of all(".pop:popover-open")) menu.hidePopover();
}
