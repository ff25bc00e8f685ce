// ---- the list of documents: its order, what is filtered out, and removing with a way back

import { actions, all, call, filled, find, language, say, showLanguage, template, token, whenever } from "./base.js";
import { followChange } from "./changes.js";
import { called, leaving, noticeChange, refreshed, sayGone, showOnly } from "./texts.js";

const MANY = 8; // with more documents than this, there are a box to find one, an order and filters
const UNDO = 8000; // milliseconds in which a removal can be undone
const LEFT = "yuanwen.left"; // the names of what was to leave when this tab was left

const menu = () => find("#yw-texts");
const rows = () => [...all(".row", menu())];
const choice = (name) => find(`.filters .${name}`, menu())?.value ?? "";
const yearOf = (row) => row.dataset.date.slice(0, 4) || "none";

/** Shows the box, the order and the filters among many documents only, with the choices that these documents have. */
function showTools() {
  const there = find(".narrowing", menu());
  if (rows().length <= MANY) {
    there?.remove();
    return;
  }
  const before = Object.fromEntries(["order", "kind", "year"].map((name) => [name, choice(name)]));
  const words = find("input", there ?? document.createElement("div"))?.value ?? "";
  const held = there?.contains(document.activeElement) ? document.activeElement.className || "input" : null;
  const tools = template("yw-narrowing").firstElementChild;
  const has = (name, least = 1) => new Set(rows().map((row) => row.dataset[name])).size > least;
  const kinds = new Set(rows().map((row) => row.dataset.kind));
  for (const option of all(".kind option", tools)) if (option.value && !kinds.has(option.value)) option.remove();
  for (const [name, is] of [["kind", has("kind")], ["folder", has("folder")], ["date", has("date")]]) {
    if (!is) find(`.order [value="${name}"]`, tools).remove();
  }
  const years = [...new Set(rows().map(yearOf))].sort().reverse();
  const unknown = find(".year [value=none]", tools);
  for (const year of years) if (year !== "none") unknown.before(new Option(year, year));
  if (!years.includes("none")) unknown.remove();
  find(".kind", tools).hidden = !has("kind");
  find(".year", tools).hidden = years.length < 2;
  for (const [name, value] of Object.entries(before)) {
    const select = find(`.${name}`, tools);
    select.value = [...select.options].some((option) => option.value === value) ? value : "";
  }
  find("input", tools).value = words;
  if (there) there.replaceWith(tools);
  else menu().prepend(tools);
  showLanguage();
  if (held) find(held === "input" ? "input" : `.${held}`, tools).focus();
}

/** Hides the documents that are filtered out. */
export function narrow() {
  const wanted = (find(".narrowing input", menu())?.value ?? "").trim().toLowerCase();
  const [kind, year] = [choice("kind"), choice("year")];
  for (const row of rows()) {
    const { title, document: name, within } = row.dataset;
    row.hidden = !`${title}\n${name}\n${within}`.toLowerCase().includes(wanted)
      || Boolean(kind && row.dataset.kind !== kind) || Boolean(year && yearOf(row) !== year);
  }
  for (const group of all(".group", menu())) {
    const own = rows().filter((row) => row.dataset.group === group.dataset.group && !row.hidden
      && !leaving.has(row.dataset.document));
    group.hidden = !own.length;
    find(".note", group).replaceChildren(filled("yw-ingroup", { count: own.length }));
  }
  const none = find(".none", menu());
  if (none) none.hidden = rows().some((row) => !row.hidden);
}

const orders = {
  newest: (one, other) => other.dataset.at - one.dataset.at,
  // Those without a date stand last.
  date: (one, other) => other.dataset.date.localeCompare(one.dataset.date),
  title: byWords((row) => row.dataset.title.replace(/[《》〈〉〔〕“”]/g, "")),
  name: byWords((row) => row.dataset.document),
  kind: byGroup((row) => [...all(".narrowing .kind option", menu())].findIndex((one) => one.value === row.dataset.kind)),
  folder: byGroup((row) => Number(row.dataset.folder)),
};

function byWords(of) {
  return (one, other) => of(one).localeCompare(of(other), language() === "en" ? "en" : "zh-Hans-CN", { numeric: true });
}

/** Returns an order by a number; what has none (0) stands last. */
function byGroup(of) {
  return (one, other) => (of(one) || Infinity) - (of(other) || Infinity) || 0;
}

/** Puts the documents in the chosen order, those of a kind or a folder below a heading of theirs. */
export function arrange() {
  showTools();
  const order = choice("order");
  const sorted = rows().sort((one, other) => Number(one.dataset.at) - Number(other.dataset.at));
  if (orders[order]) sorted.sort(orders[order]);
  for (const group of all(".group", menu())) group.remove();
  const list = find(".rows", menu());
  let last = null;
  for (const row of sorted) {
    if (order === "kind" || order === "folder") row.dataset.group = row.dataset[order];
    else delete row.dataset.group;
    if (row.dataset.group !== undefined && row.dataset.group !== last) list.append(heading(order, row));
    last = row.dataset.group ?? null;
    list.append(row);
  }
  narrow();
}

/** Returns the heading of a row's group, which has a box for all of it. */
function heading(order, row) {
  const { group: key, within } = row.dataset;
  const made = document.createElement("label");
  made.className = "group";
  made.dataset.group = key;
  const box = document.createElement("input");
  box.type = "checkbox";
  Object.assign(box.dataset, { act: "checkGroup", group: key });
  const name = document.createElement("b");
  name.append(order === "kind" ? kindNamed(key) : folderNamed(key, within));
  const count = document.createElement("span");
  count.className = "note";
  made.append(box, name, " ", count);
  return made;
}

function folderNamed(key, within) {
  if (key === "0") return template("yw-nofolder");
  return within || filled("yw-folder", { number: key });
}

function kindNamed(key) {
  const { zh, en } = key ? find(`.narrowing .kind [value="${key}"]`, menu()).dataset : find("#yw-otherkind").dataset;
  const both = new DocumentFragment();
  for (const [tongue, words] of Object.entries({ zh, en })) {
    const span = document.createElement("span");
    span.className = tongue;
    span.textContent = words;
    both.append(span);
  }
  return both;
}

document.addEventListener("change", ({ target }) => {
  if (!target.matches(".narrowing select")) return;
  arrange();
  showOnly();
});

// ---- removing: a document leaves at once, and is removed when the time to undo it is over

// What leaves is in `leaving`: names, each with the timer that removes it; null: it is being removed.

/** Shows in the list which documents leave, each with the way back while there is one. */
export function showLeaving() {
  for (const row of rows()) {
    const left = find(".left", row);
    if (!left) continue;
    const name = row.dataset.document;
    const isGoing = leaving.get(name) === null;
    row.classList.toggle("leaving", leaving.has(name));
    left.hidden = !leaving.has(name);
    find(".undone", left).hidden = isGoing;
    find(".going", left).hidden = !isGoing;
  }
}

whenever("list", () => {
  showLeaving();
  arrange();
});

actions.remove = (button) => {
  const name = button.dataset.document;
  if (leaving.has(name)) return;
  leaving.set(name, setTimeout(() => remove(name).catch(say), UNDO));
  showLeaving();
  showOnly();
  find(".left [data-act=undo]", button.closest(".row")).focus();
};

function undo(name) {
  clearTimeout(leaving.get(name));
  leaving.delete(name);
  showLeaving();
  showOnly();
}

actions.undo = (button) => {
  const row = button.closest(".row");
  undo(button.dataset.document);
  find(".remove", row).focus();
};

const undoable = () => [...leaving].filter(([, timer]) => timer !== null).map(([name]) => name);

actions.undoAll = () => {
  for (const name of undoable()) undo(name);
  find(".said")?.remove();
  find(".readerbar .texts").focus();
};

// When the list is closed, what leaves is said where the way back stays in sight.
document.addEventListener("toggle", ({ target, newState }) => {
  if (target !== menu() || newState !== "closed" || !undoable().length) return;
  say({ content: filled("yw-removed", { name: undoable().map(called).join("") }), stays: true });
}, true);

async function remove(name) {
  const title = called(name);
  leaving.set(name, null);
  showLeaving();
  if (!undoable().length && find(".said [data-act=undoAll]")) find(".said").remove();
  try {
    const { change } = await call("remove", { document: name });
    let isSaid = false;
    await followChange(change, null, () => {
      if (!isSaid) say({ content: filled("yw-behind", { name: title }), stays: true });
      isSaid = true;
    });
    sayGone([name]);
  } catch (error) { say(error); }
  await refreshed();
  leaving.delete(name);
  showLeaving();
  showOnly();
}

// Who leaves the page has not undone it.
window.addEventListener("pagehide", () => {
  const left = undoable();
  for (const name of left) {
    clearTimeout(leaving.get(name));
    leaving.set(name, null);
    fetch("page/remove", {
      method: "POST", keepalive: true, body: JSON.stringify({ document: name }),
      headers: { "Content-Type": "application/json", "Yuanwen-Token": token },
    }).catch(() => {});
  }
  try { if (left.length) sessionStorage.setItem(LEFT, JSON.stringify(left)); } catch { /* forbidden */ }
});

/**
 * Looks for the documents that were to leave when this tab was left: the page may have come back before they were gone.
 * They are not removed once more, since one of the same name may have been added in between.
 */
export async function awaitRemovals() {
  let left = [];
  try {
    left = JSON.parse(sessionStorage.getItem(LEFT) ?? "[]");
    sessionStorage.removeItem(LEFT);
  } catch { return; } // forbidden
  const here = () => left.filter((name) => rows().some((row) => row.dataset.document === name));
  for (const name of here()) leaving.set(name, null);
  showLeaving();
  showOnly();
  for (let time = 500; here().length && time < 20_000; time *= 2) {
    await new Promise((resolve) => { setTimeout(resolve, time); });
    await call("texts").then(({ version }) => noticeChange(version)).catch(() => {});
  }
  for (const name of left) leaving.delete(name);
  showLeaving();
  showOnly();
}
window.addEventListener("pageshow", ({ persisted }) => { if (persisted) awaitRemovals(); });
