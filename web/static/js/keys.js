// ---- the keyboard

import { actions, all, box, closeMenus, copyText, find, root, say, whenever } from "./base.js";
import { cardOf, endPicking, pick, picking } from "./cards.js";
import { endFind, step } from "./find.js";
import { pageKeys, paged } from "./pages.js";
import { check, showTab } from "./quotations.js";
import { closeDrawer, follow } from "./reader.js";
import { grow, questions, send } from "./talk.js";

let current = null;
let recalled = null; // how far back ↑ has gone

/** Makes a quote the current one, from which j and k go on. */
export function attend(quote) { current = quote; }

whenever("quote", attend);

export function forgetRecalled() { recalled = null; }

/** Returns the visible quotes, in their order. */
const quotes = () => [...all(".talk:not([hidden]) .quote")].filter((quote) => quote.checkVisibility());

function move(by) {
  const there = quotes();
  if (!there.length) return;
  const at = there.indexOf(current);
  const to = at < 0 ? (by > 0 ? 0 : there.length - 1) : Math.min(Math.max(at + by, 0), there.length - 1);
  for (const card of all(".current")) card.classList.remove("current");
  current = there[to];
  (cardOf(current) ?? current).classList.add("current");
  current.tabIndex = -1;
  current.focus({ preventScroll: true });
  current.scrollIntoView({ block: "nearest", behavior: "instant" });
}

function previousQuestion(by) {
  const asked = questions();
  recalled = Math.min(Math.max((recalled ?? asked.length) + by, 0), asked.length);
  box().value = asked[recalled] ?? "";
  grow(box());
}

const keys = {
  j: () => move(1),
  k: () => move(-1),
  c() {
    if (!current?.isConnected) return;
    copyText(current.textContent, find('[data-act="copy"]', cardOf(current) ?? current.parentElement));
  },
  o() {
    const link = current?.isConnected && current.nextElementSibling?.querySelector("[data-goto]");
    if (link) follow(link).catch(say);
  },
  f: () => actions.find(),
  s: () => actions.toolbar(),
  p: () => actions.present(),
  "?": () => actions.help(),
  "/"() {
    closeDrawer();
    showTab("talk");
    box().focus();
  },
};

/** Shows quotes large, one at a time, from the one of a card or the current one on. */
actions.present = async (button) => {
  closeMenus();
  const { present } = await import("./presenter.js");
  const card = button && cardOf(button);
  await present(quotes(), card ? find(":scope > .quote", card) : current);
};

actions.help = () => { closeMenus(); find("#yw-help").showModal(); };

function escape() {
  if (endFind()) return;
  if (picking) { endPicking(); return; }
  if (root.classList.contains("contents-open")) { root.classList.remove("contents-open"); return; }
  if (root.classList.contains("drawer")) { closeDrawer(); return; }
  if (document.activeElement?.closest(".dock, .adding")) document.activeElement.blur();
}

/** Moves the focus to the next line; in the document list, to the same button of the next document. */
function stepInMenu(target, by) {
  const act = target.closest(".row") && target.dataset.act;
  const items = [...all("button, input:not([type=file])", target.closest(".pop"))].filter((item) =>
    item.checkVisibility() && (!item.closest(".row") || (act ? item.dataset.act === act : item.matches(".name"))));
  items[(items.indexOf(target) + by + items.length) % items.length]?.focus();
}

/** Returns whether a key turns or enlarges pages: it does while nothing else has the focus. */
function isForPages({ key, target, shiftKey }) {
  const isHere = target === document.body || target.closest?.(".reader");
  return paged() && pageKeys[key] && isHere && !(shiftKey && key.startsWith("Arrow")) && !find("dialog[open]");
}

export function onKey(event) {
  const { key, target } = event;
  const typing = target.closest?.("textarea, input:not([type=checkbox]), select, [contenteditable]");
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
  if (event.isComposing || event.keyCode === 229) return; // the input method uses this key
  if (key === "Enter" && typing?.closest(".dock") && !event.shiftKey) {
    event.preventDefault();
    recalled = null;
    send();
  } else if (key === "Enter" && typing?.closest(".find")) {
    event.preventDefault();
    step(event.shiftKey ? -1 : 1);
  } else if (key === "Enter" && typing?.closest(".tocheck") && (event.ctrlKey || event.metaKey)) {
    check(typing.form).catch(say);
  } else if (key === "Enter" && picking && target.matches?.(".source .passage")) {
    event.preventDefault();
    pick(target);
  } else if ((key === "ArrowUp" || key === "ArrowDown") && typing?.closest(".dock") && plain) {
    if (typing.value && recalled === null) return;
    event.preventDefault();
    previousQuestion(key === "ArrowUp" ? -1 : 1);
  } else if ((key === "ArrowLeft" || key === "ArrowRight") && target.matches?.('[role="tab"]')) {
    const tabs = [...all('[role="tab"]')].filter((tab) => tab.checkVisibility());
    const other = tabs[(tabs.indexOf(target) + (key === "ArrowRight" ? 1 : tabs.length - 1)) % tabs.length];
    showTab(other.dataset.tab);
    if (other.dataset.act !== "tab") actions[other.dataset.act](other); // the list of excerpts
    other.focus();
  } else if ((key === "ArrowUp" || key === "ArrowDown") && target.closest?.(".pop") && !target.matches("select")) {
    event.preventDefault();
    stepInMenu(target, key === "ArrowUp" ? -1 : 1);
  } else if ((key === "ArrowLeft" || key === "ArrowRight") && !typing && target.closest?.(".row")) {
    const items = [...all("button, input", target.closest(".row"))].filter((item) => item.checkVisibility());
    items[items.indexOf(target) + (key === "ArrowLeft" ? -1 : 1)]?.focus();
  } else if (!typing && plain && isForPages(event)) {
    event.preventDefault();
    pageKeys[key]();
  } else if (key === "Escape" && !find(".pop:popover-open, dialog[open]")) {
    escape();
  } else if (!typing && plain && keys[key] && !find("dialog[open]")) {
    event.preventDefault();
    keys[key]();
  }
}
