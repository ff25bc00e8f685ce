// Behaviour of the page, in one scope (web/html/page.py joins the files). Listeners sit on the document, so that nothing
// is lost when Gradio renders again.
const root = document.documentElement;
const phone = window.matchMedia("(max-width: 799px)");
const darkSystem = window.matchMedia("(prefers-color-scheme: dark)");
const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
const find = (selector, scope = document) => scope.querySelector(selector);
const all = (selector, scope = document) => scope.querySelectorAll(selector);
const actions = {};

// A browser may forbid storage; then a choice lasts as long as the page.
const chosen = {};
const recall = (key) => {
  try { return localStorage.getItem(`yuanwen.${key}`) ?? chosen[key]; } catch { return chosen[key]; }
};
const remember = (key, value) => {
  chosen[key] = value;
  try { localStorage.setItem(`yuanwen.${key}`, value); } catch { /* see above */ }
};

// ---- the server: one function, a JSON value in and one out

let server = null;

async function call(kind, values = {}) {
  const answer = await server({ kind, ...values });
  if (kind !== "texts") noticeChange(answer?.version).catch(() => {});
  if (answer?.failed) throw Object.assign(new Error("failed"), { html: answer.failed, gone: answer.gone });
  return answer;
}

/** Returns the server's HTML as nodes. It is escaped there. HTML cannot carry U+0000; a mark stands for it. */
function fragment(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  restoreNul(holder.content);
  return holder.content;
}

function restoreNul(scope) {
  for (const mark of all("i.nul", scope)) mark.replaceWith("\0");
  for (const inner of all("template", scope)) restoreNul(inner.content);
}

const template = (id) => find(`#${id}`).content.cloneNode(true);

// ---- light and dark, Chinese and English

const isDark = () => (recall("theme") ?? (darkSystem.matches ? "dark" : "light")) === "dark";

function showTheme() {
  root.dataset.theme = isDark() ? "dark" : "light";
  document.body?.classList.toggle("dark", isDark()); // for what Gradio itself may show
  for (const button of all('[data-act="theme"]')) button.setAttribute("aria-pressed", String(isDark()));
}

function language() {
  const tongues = (navigator.languages ?? [navigator.language]).map((tag) => tag.slice(0, 2).toLowerCase());
  return recall("language") ?? tongues.find((tongue) => tongue === "zh" || tongue === "en") ?? "zh";
}

function showLanguage() {
  const tongue = language();
  root.lang = tongue === "en" ? "en" : "zh-Hans";
  for (const name of ["placeholder", "aria-label"]) {
    for (const one of all(`[data-${name}-zh]`)) one.setAttribute(name, one.getAttribute(`data-${name}-${tongue}`));
  }
  for (const one of all("option[data-zh]")) one.textContent = one.dataset[tongue];
}

actions.language = () => { remember("language", language() === "en" ? "zh" : "en"); showLanguage(); };
actions.theme = () => { remember("theme", isDark() ? "light" : "dark"); showTheme(); };

// ---- copying: the exact characters, also where the clipboard interface is missing (plain http)

async function copyText(text, button) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const put = (event) => { event.clipboardData.setData("text/plain", text); event.preventDefault(); };
    document.addEventListener("copy", put, { once: true });
    document.execCommand("copy");
    document.removeEventListener("copy", put);
  }
  button?.classList.add("copied");
  setTimeout(() => button?.classList.remove("copied"), 1600);
}

// ---- menus: each opens beside the button that was pressed, inside the window

let opened = null;

document.addEventListener("click", (event) => {
  opened = event.target.closest?.("[popovertarget]") ?? opened;
}, true);

document.addEventListener("beforetoggle", (event) => {
  const menu = event.target;
  if (event.newState !== "open" || !menu.classList?.contains("pop") || !opened) return;
  const { left, right, bottom, top } = opened.getBoundingClientRect();
  // Aligned with the end of the button; the document list, which is wider, with its start, as far as there is room.
  const isList = menu.id === "yw-texts";
  const end = isList ? left + Math.min(440, innerWidth - 16) : Math.max(right, 232);
  menu.style.insetInlineEnd = `${Math.max(8, innerWidth - end)}px`;
  const up = bottom > innerHeight * 0.6;
  menu.style.insetBlock = up ? `auto ${innerHeight - top + 6}px` : `${bottom + 6}px auto`;
  menu.style.maxHeight = `${(up ? top : innerHeight - bottom) - 24}px`;
}, true);

function closeMenus() {
  for (const menu of all(".pop:popover-open")) menu.hidePopover();
}
