// ---- listeners

import { actions, darkSystem, find, phone, restoreNul, root, showLanguage, showTheme, whenAnswered } from "./base.js";
import { applyFeedback, pick, picking, say, showForm } from "./cards.js";
import { findAll } from "./find.js";
import { attend, forgetRecalled, onKey } from "./keys.js";
import { copyWords, openPages, showAt } from "./pages.js";
import { check } from "./quotations.js";
import { browse, closeDrawer, follow, followAddress, followScroll, onHistory } from "./reader.js";
import "./sheets.js";
import { ask, box, grow, next, restore, send, watchLoading } from "./talk.js";
import { narrow, noticeChange, showNarrowing } from "./texts.js";
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
    ask(at("[data-ask]").textContent);
    if (!phone.matches) box().focus();
  } else if (at("[data-act]")) {
    Promise.resolve(actions[at("[data-act]").dataset.act](at("[data-act]"))).catch(say);
  }
});

document.addEventListener("submit", (event) => {
  if (event.target.matches(".dock")) {
    event.preventDefault();
    send();
  } else if (event.target.matches(".tocheck")) {
    event.preventDefault();
    check(event.target);
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
phone.addEventListener("change", closeDrawer);
darkSystem.addEventListener("change", showTheme);

export async function start() {
  restoreNul(document.body);
  showTheme();
  showLanguage();
  showForm();
  applyFeedback();
  followScroll();
  showNarrowing();
  openPages();
  if (!find(".log > .turn")) restore();
  delete root.dataset.again;
  next();
  watchLoading();
  root.dataset.ready = ""; // for whoever waits until the page hears
  await followAddress().catch(say);
}

whenAnswered(noticeChange);
await start();
