// ---- the documents: asking only some of them, their citation fields (the list: library.js)

import {
  actions, all, box, call, closeMenus, filled, find, fragment, inPlace, language, openBeside, phone, say, showLanguage,
  shownBy, signal, template, whenever,
} from "./base.js";
import { followChange } from "./changes.js";
import { reveal, shown } from "./pane.js";
import { openDrawer, showDocument } from "./reader.js";

const NAMED = 3; // documents that are named where only some are asked
export let only = []; // the names of the documents that are asked; none: all, unless `isNone`
let isNone = false; // whether no document at all is checked

export function askOnly(wanted) {
  only = wanted;
  isNone = false;
}

export const leaving = new Map(); // the names of documents that leave the list (library.js), each with what removes it
export const isLeaving = (name) => leaving.has(name);
const rows = () => [...all("#yw-texts .row")];
/** The names of the documents, without those that are being removed. */
export const names = () => rows().map((row) => row.dataset.document).filter((name) => !isLeaving(name));

const titles = new Map(); // also of documents that are gone
const rowOf = (name) => rows().find((row) => row.dataset.document === name);
/** Returns what a document is called on the page: the titles of its works, or its name. */
export const titleOf = (name) => rowOf(name)?.dataset.title ?? titles.get(name) ?? name;
const inMarks = (title) => (/^[《〔]/.test(title) ? title : `“${title}”`);
export const called = (name) => inMarks(titleOf(name));
whenever("document", (name) => { find(".readerbar .docname").textContent = titleOf(name); });

export const isChecked = (name) => !isNone && (!only.length || only.includes(name));

/** Has only these documents asked; all of them: whatever comes is asked too. */
export function check(wanted) {
  isNone = !wanted.length && names().length > 0;
  only = wanted.length === names().length ? [] : wanted;
  showOnly();
}

/** Returns the names that a question is sent with. While a document is being removed, it is not asked any more. */
export function asked() {
  const there = only.filter((name) => !isLeaving(name));
  if (there.length) return there;
  return rows().length > names().length ? names() : only;
}

/** Says what to do where no document is checked. Returns whether one is. */
export function mayAsk() {
  if (isNone) say({ content: template("yw-nonechecked") });
  return !isNone;
}

/** Returns which asked documents are left. Where none is, those that are gone stay: all are asked only on request. */
export function stillAsked(there) {
  const left = only.filter((name) => there.includes(name));
  return left.length ? left : only.filter((name) => !isLeaving(name));
}

export function sayGone(gone) {
  const content = new DocumentFragment();
  for (const name of gone) content.append(filled("yw-gonetext", { name: called(name) }), " ");
  if (gone.length) say({ content });
}

// Each answer of the server has the version of the index: a change of another tab is noticed at the next call.
let known = null;
let refreshing = Promise.resolve();

/** Waits until the list shows the last change. */
export const refreshed = () => refreshing.catch(() => {});

export async function noticeChange(version) {
  if ((version ?? null) === null || version === known) return;
  const isFirst = known === null && String(version) === find(".yuanwen").dataset.version;
  known = version;
  if (isFirst) return;
  refreshing = refreshTexts();
  await refreshing;
}

/** Renews the document list and the citations. The document in the reading pane stays, unless it has changed or is gone. */
async function refreshTexts() {
  const answer = await call("texts");
  const list = find("#yw-texts .rows");
  const held = list.contains(document.activeElement) ? { ...document.activeElement.dataset } : null;
  const { scrollTop } = list;
  const here = shown();
  const missed = [...new Set([...only.filter((name) => names().includes(name)), ...(here ? [here] : [])])]
    .filter((name) => !answer.names.includes(name) && !isLeaving(name));
  list.replaceChildren(fragment(answer.html));
  const introduce = () => {
    find(".intro .heading")?.replaceChildren(fragment(answer.heading));
    find(".intro .canask")?.replaceChildren(fragment(answer.can_ask));
    showLanguage();
  };
  const turn = find(".log > .turn:last-child"); // it is being read: what stands above it moves
  if (turn) inPlace(turn, introduce);
  else introduce();
  only = stillAsked(answer.names);
  isNone = isNone && answer.names.length > 0;
  signal("list");
  showOnly();
  if (here) find(".readerbar .docname").textContent = titleOf(here);
  list.scrollTop = scrollTop;
  if (held) {
    ([...all("button, input", list)].find((one) => one.dataset.act === held.act && one.dataset.document === held.document)
      ?? find("#yw-texts button"))?.focus();
  }
  sayGone(missed);
  await refreshCitations();
  const at = answer.names.indexOf(here);
  if (at >= 0 && answer.digests[at] === find(".source").dataset.sha256) return;
  await showDocument(at >= 0 ? here : answer.names[0] ?? "", { again: true });
}

/** Renews the citations on the page: citation fields that a person supplies change them. */
async function refreshCitations() {
  const stale = [...all(".log cite")].filter((cite) => cite.previousElementSibling?.dataset.passage);
  const passages = [...new Set(stale.map((cite) => shownBy(cite.previousElementSibling)))];
  if (!passages.length) return;
  const { cites } = await call("cites", { passages });
  for (const cite of stale) {
    const now = fragment(cites[shownBy(cite.previousElementSibling)] ?? "").firstElementChild;
    if (now && cite.id) now.id = cite.id; // the buttons of its card are described by it
    if (now && !now.isEqualNode(cite)) cite.replaceWith(now);
  }
}

/** Shows which documents are asked: in the list, above the question box and in it. */
export function showOnly() {
  const there = names();
  for (const row of rows()) titles.set(row.dataset.document, row.dataset.title);
  for (const box of all("#yw-texts .row .pick input")) box.checked = isChecked(box.dataset.document);
  showGroups();
  const some = isNone ? 0 : only.filter((name) => !isLeaving(name)).length || there.length;
  const isAll = there.every(isChecked) && some === there.length;
  const scope = () => (isAll
    ? filled("yw-inall", { count: there.length }) : filled("yw-insome", { some, count: there.length }));
  for (const place of all(".scope")) place.replaceChildren(scope());
  find("#yw-texts .choosing").hidden = there.length < 2 && !only.length;
  const asking = find(".asking");
  asking.hidden = there.length < 2 && !only.length;
  const named = isAll ? [] : only;
  find("b", asking).textContent = named.slice(0, NAMED).map(called).join("");
  find(".others", asking).replaceChildren(...(named.length > NAMED ? [template("yw-andothers")] : []));
  find(".every", asking).hidden = isAll;
  const words = find("span", template(there.length ? `yw-ask${some > 1 ? "several" : "one"}` : "yw-asknone"));
  for (const tongue of ["zh", "en"]) {
    const name = `data-placeholder-${tongue}`;
    box().setAttribute(name, words.getAttribute(name).replace("{count}", String(some)));
  }
  showLanguage();
  signal("scope");
}

/** Shows at the head of each group whether its documents are asked. */
function showGroups() {
  for (const box of all("#yw-texts .group input")) {
    const checked = rows().filter((row) => row.dataset.group === box.dataset.group && !isLeaving(row.dataset.document))
      .map((row) => isChecked(row.dataset.document));
    box.checked = checked.every(Boolean);
    box.indeterminate = !box.checked && checked.some(Boolean);
  }
}

actions.only = ({ checked, dataset }) => {
  check(names().filter((name) => (name === dataset.document ? checked : isChecked(name))));
};

actions.checkGroup = ({ checked, dataset }) => {
  check(names().filter((name) => {
    const row = rowOf(name);
    return row.dataset.group === dataset.group && !row.hidden ? checked : isChecked(name);
  }));
};

/** Checks those that are in sight, or none of them; what is filtered out stays as it is. */
const checkShown = (isOn) => check(names().filter((name) => (rowOf(name).hidden ? isChecked(name) : isOn)));
actions.checkAll = () => checkShown(true);
actions.checkNone = () => checkShown(false);

actions.everything = () => { askOnly([]); showOnly(); box().focus(); };

// ---- the citation fields of a document

let described = null; // the name of the document whose form is open
let openings = 0; // how often the form was opened: an answer for an earlier opening is ignored

actions.about = async (button) => {
  closeMenus();
  const name = button.dataset.document;
  openings += 1;
  const opening = openings;
  const { html } = await call("about", { document: name });
  if (opening !== openings) return; // the form was opened for another document meanwhile
  described = name;
  const dialog = find("#yw-about");
  find(".which", dialog).textContent = titleOf(name);
  find(".works", dialog).replaceChildren(fragment(html));
  showLanguage();
  find(".wrong", dialog).hidden = true;
  showSaving(false);
  dialog.showModal();
  dialog.scrollTop = 0;
  dialog.onclose = () => find(".readerbar .texts").focus();
};

actions.closeAbout = () => find("#yw-about").close();

function showSaving(saving) {
  find("form.about [type=submit]").ariaDisabled = String(saving); // one that is `disabled` would lose the focus
  find("form.about .saving").replaceChildren(...(saving ? [template("yw-saving")] : []));
}

const worksOf = (form) => [...all("[data-work]", form)].map((work) =>
  Object.fromEntries([...all("input, select", work)].map((field) => [field.name, field.value])));

/** Saves the form. Meanwhile it may be closed, opened for another document, or edited further. */
async function describe(form) {
  if (find("[type=submit]", form).ariaDisabled === "true") return;
  const opening = openings;
  const dialog = find("#yw-about");
  const isThere = () => opening === openings && dialog.open;
  const works = worksOf(form);
  const wrong = find(".wrong", form);
  wrong.hidden = true;
  showSaving(true);
  try {
    const { change } = await call("describe", { document: described, works });
    await followChange(change);
    if (!isThere()) return;
    showSaving(false);
    if (JSON.stringify(worksOf(form)) === JSON.stringify(works)) dialog.close();
  } catch (error) {
    if (!isThere()) {
      say(error);
      return;
    }
    showSaving(false);
    wrong.replaceChildren(error.html ? fragment(error.html) : template("yw-lost"));
    wrong.hidden = false;
    wrong.scrollIntoView({ block: "nearest" });
  }
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form.about")) return;
  event.preventDefault();
  describe(event.target);
});

// ---- the parser's warnings

actions.warning = (mark) => {
  const note = find("#yw-warning");
  const why = document.createElement("p");
  why.className = "note";
  why.textContent = mark.dataset[language()];
  note.replaceChildren(why);
  const howTo = find("#yw-texts .warnings .note")?.cloneNode(true);
  if (howTo) note.append(howTo);
  openBeside(mark);
  note.showPopover();
};

let warningShown = -1;

whenever("document", () => { warningShown = -1; });

actions.nextWarning = () => {
  closeMenus();
  const marks = [...all(".source .warning")];
  if (!marks.length) return;
  warningShown = (warningShown + 1) % marks.length;
  const mark = marks[warningShown];
  if (phone.matches) openDrawer(null);
  reveal(mark.nextElementSibling ?? mark);
  mark.focus({ preventScroll: true });
};
