// ---- listeners

import {
  actions, box, darkSystem, excerptKeys, find, keepTyped, phone, restoreNul, root, say, showLanguage, showTheme,
  wantsDictionary, whenAnswered,
} from "./base.js";
import { applyFeedback, pick, picking, showForm } from "./cards.js";
import { restore } from "./conversations.js";
import { findAll } from "./find.js";
import { attend, forgetRecalled, onKey } from "./keys.js";
import { arrange, awaitRemovals, narrow } from "./library.js";
import { copyWords, openPages, showAt } from "./pages.js";
import { check, restoreTab } from "./quotations.js";
import { browse, closeDrawer, follow, followAddress, followScroll, onHistory } from "./reader.js";
import { ask, grow, next, questions, send, watchLoading } from "./talk.js";
import { mayAsk, noticeChange, showOnly } from "./texts.js";
import "./viewport.js";

document.addEventListener("click", (event) => {
  if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || !event.target.closest) return;
  const at = (selector) => event.target.closest(selector);
  const link = at("[data-goto]") ?? (at("cite") && find("[data-goto]", at("cite")));
  if (picking && at(".source .passage")) {
    pick(at(".source .passage"));
  } else if (link) {
    event.preventDefault();
    follow(link).catch(say);
  } else if (at("[data-to]")) {
    event.preventDefault();
    browse(at("[data-to]")).catch(say);
  } else if (at("[data-ask]")) {
    if (!mayAsk()) return;
    ask(at("[data-ask]").textContent);
    if (!phone.matches) box().focus();
  } else if (at("[data-act]")) {
    Promise.resolve(actions[at("[data-act]").dataset.act](at("[data-act]"))).catch(say);
  } else if (at(".source [data-line]")) {
    selecting((selection) => selection.onNumber(event));
  }
});

// ---- what comes when it is used: the bar of selected words, the list of excerpts, the questions of a sheet

const selecting = (use) => import("./selection.js").then(use).catch(say);

const beginSelecting = (event) => {
  const { type, target } = event;
  if (type === "selectionchange" ? getSelection().isCollapsed : !target.closest?.(".source, .atline")) return;
  for (const other of ["selectionchange", "pointerover", "focusin"]) document.removeEventListener(other, beginSelecting);
  selecting((selection) => selection.begin(event));
};
for (const type of ["selectionchange", "pointerover", "focusin"]) document.addEventListener(type, beginSelecting);

actions.toolbar = () => selecting((selection) => selection.toToolbar());
actions.sheet = () => import("./sheets.js").then(({ openSheet }) => openSheet()).catch(say);
actions.excerpts = () => import("./excerpts.js").then((excerpts) => excerpts.show()).catch(say);

document.addEventListener("submit", (event) => {
  if (event.target.matches(".dock")) {
    event.preventDefault();
    send();
  } else if (event.target.matches(".tocheck")) {
    event.preventDefault();
    check(event.target).catch(say);
  }
});

document.addEventListener("input", (event) => {
  if (event.target.closest(".dock")) {
    forgetRecalled();
    grow(event.target);
  } else if (event.target.closest(".find")) findAll();
  else if (event.target.closest(".narrowing")) narrow();
});

document.addEventListener("focusin", (event) => {
  const card = event.target.closest?.(".card, .place");
  const quote = card && find(":scope > .quote", card);
  if (quote && !event.target.matches(".quote")) attend(quote);
});

document.addEventListener("keydown", onKey);
document.addEventListener("copy", copyWords);
document.addEventListener("scroll", () => requestAnimationFrame(() => { followScroll(); showAt(); }), {
  capture: true, passive: true,
});
window.addEventListener("popstate", onHistory);

// The dictionary and the reasons come when they are first wanted: few need them, and the page begins without.
let dictionary = null;
const wakeDictionary = (event) => (dictionary ??= import("./gloss.js").then(({ wake }) => wake(event)));
actions.gloss = async () => {
  await wakeDictionary();
  actions.gloss();
};
document.addEventListener("click", (event) => {
  const more = event.target.closest?.('[data-act="more"]');
  if (more) import("./why.js").then(({ showShares }) => showShares(more)).catch(say);
  if (!dictionary && wantsDictionary()) wakeDictionary(event).catch(say);
});
document.addEventListener("keydown", (event) => {
  if (!dictionary && event.key === "g") wakeDictionary(event).catch(say);
});

phone.addEventListener("change", closeDrawer);
darkSystem.addEventListener("change", showTheme);

/** Shows how many excerpts there are. */
async function showCount() {
  if (excerptKeys().length) (await import("./excerpts.js")).showCount();
}

export async function start() {
  restoreNul(document.body);
  showTheme();
  showLanguage();
  showForm();
  applyFeedback();
  followScroll();
  showCount();
  arrange();
  restoreTab();
  openPages();
  if (!find(".log > .turn")) restore();
  keepTyped(box(), "question");
  grow(box());
  showOnly();
  awaitRemovals();
  delete root.dataset.again;
  next();
  watchLoading().then(() => wantsDictionary() && wakeDictionary()).catch(() => {});
  root.dataset.ready = ""; // for whoever waits until the page hears
  await followAddress((question) => { if (!questions().includes(question)) ask(question); }).catch(say);
}

whenAnswered(noticeChange);
await start();
