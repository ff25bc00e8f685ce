// ---- the documents: asking only some of them, removing them, their citation fields

import {
  actions, all, call, closeMenus, find, fragment, language, openBeside, phone, showLanguage, template,
} from "./base.js";
import { say, shownBy } from "./cards.js";
import { openDrawer, reveal, showDocument, shown } from "./reader.js";
import { box, keepQuestions } from "./talk.js";
import { followChange } from "./uploads.js";

const MANY = 8; // with more documents than this, there is a box to find one by its name
const NAMED = 3; // documents that are named where only some are asked
export let only = []; // the names of the documents that are asked; none: all

export function askOnly(wanted) { only = wanted; }

export const mayChange = () => Boolean(find(".yuanwen[data-version]"));
export const names = () => [...all("#yw-texts .row .name")].map((button) => button.dataset.document);

/** Returns a copy of a template with its {fields} filled in. */
export function filled(id, values) {
  const made = template(id);
  const walker = document.createTreeWalker(made, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    walker.currentNode.data = walker.currentNode.data.replace(/\{(\w+)\}/g, (_, key) => values[key]);
  }
  return made;
}

const removing = new Set(); // documents that this tab removes: it reports them itself

/** Returns which asked documents are left. Where none is, those that are gone stay: all are asked only on request. */
export function stillAsked(there) {
  const left = only.filter((name) => there.includes(name));
  return left.length ? left : only.filter((name) => !removing.has(name));
}

export function sayGone(gone) {
  const content = new DocumentFragment();
  for (const name of gone) content.append(filled("yw-gonetext", { name }), " ");
  if (gone.length) say({ content });
}

// Each answer of the server has the version of the index: a change of another tab is noticed at the next call.
let known = null;
let refreshing = Promise.resolve();

export async function noticeChange(version) {
  if (version === undefined || version === known) return;
  const isFirst = known === null && String(version) === find(".yuanwen").dataset.version;
  known = version;
  if (isFirst) return;
  refreshing = refreshTexts();
  await refreshing;
}

/** Renews the document list and the citations. The document in the reading pane stays, unless it has changed or is gone. */
async function refreshTexts() {
  const answer = await call("texts");
  const rows = find("#yw-texts .rows");
  const held = rows.contains(document.activeElement) ? { ...document.activeElement.dataset } : null;
  const { scrollTop } = rows;
  const here = shown();
  const missed = [...new Set([...only.filter((name) => names().includes(name)), ...(here ? [here] : [])])]
    .filter((name) => !answer.names.includes(name) && !removing.has(name));
  rows.replaceChildren(fragment(answer.html));
  only = stillAsked(answer.names);
  showOnly();
  showNarrowing();
  rows.scrollTop = scrollTop;
  if (held) {
    ([...all("button", rows)].find((button) => button.dataset.act === held.act && button.dataset.document === held.document)
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

export function showOnly() {
  for (const button of all("#yw-texts .only")) {
    button.setAttribute("aria-pressed", String(only.includes(button.dataset.document)));
  }
  const asking = find(".asking");
  asking.hidden = !only.length;
  find("b", asking).textContent = only.slice(0, NAMED).map((name) => `《${name}》`).join("");
  find(".others", asking).replaceChildren(...(only.length > NAMED ? [filled("yw-others", { count: only.length })] : []));
  keepQuestions();
}

actions.only = (button) => {
  const name = button.dataset.document;
  const others = only.filter((other) => other !== name && names().includes(other));
  only = only.includes(name) ? others : [...others, name];
  showOnly();
};

actions.everything = () => { only = []; showOnly(); box().focus(); };

/** Shows a box to find a document by its name, among many only: otherwise the question box is the page's one text box. */
export function showNarrowing() {
  const menu = find("#yw-texts");
  const count = all(".row", menu).length;
  const there = find(".narrowing", menu);
  if (count <= MANY) there?.remove();
  else if (!there) {
    menu.prepend(template("yw-narrowing"));
    showLanguage();
  }
  narrow();
}

export function narrow() {
  const wanted = (find("#yw-texts .narrowing input")?.value ?? "").trim().toLowerCase();
  let left = 0;
  for (const row of all("#yw-texts .row")) {
    row.hidden = !find(".of", row).textContent.toLowerCase().includes(wanted);
    left += row.hidden ? 0 : 1;
  }
  const none = find("#yw-texts .none");
  if (none) none.hidden = left > 0;
}

// ---- removing

actions.remove = (button) => {
  closeMenus();
  const name = button.dataset.document;
  const sure = find("#yw-sure");
  find(".which", sure).textContent = name;
  sure.returnValue = "";
  sure.showModal();
  find('button[value=""]', sure).focus();
  sure.onclose = () => {
    find(".readerbar .texts").focus();
    if (sure.returnValue !== "yes") return;
    remove(name);
  };
};

async function remove(name) {
  removing.add(name);
  try {
    const { change } = await call("remove", { document: name });
    let isSaid = false;
    await followChange(change, null, () => {
      if (!isSaid) say({ content: filled("yw-behind", { name }), stays: true });
      isSaid = true;
    });
    sayGone([name]);
  } catch (error) { say(error); }
  await refreshing.catch(() => {});
  removing.delete(name);
}

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
  find(".which", dialog).textContent = name;
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

export function beginWarnings() { warningShown = -1; }

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
