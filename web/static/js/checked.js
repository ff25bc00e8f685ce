// ---- results of the quotation check: filter, order, copy, report; a whole draft (HTML: web/html/quotation.py)

import { actions, all, call, copyText, filled, find, fragment, language, saveFile, say, showLanguage, template } from "./base.js";

const KEPT = "yuanwen.check"; // a reload checks the same again
const AT_ONCE = 10; // quotations of a draft in one request: others have their turn between
let checked = {}; // what is shown: { text } or a draft as the server read it
let round = 0; // counts the checks: an earlier one that is still under way shows nothing more

const view = () => find("#yw-check");
const results = () => find(".results", view());

function keep(what) {
  checked = what;
  try { sessionStorage.setItem(KEPT, JSON.stringify(what)); } catch { /* forbidden, or a draft too large to keep */ }
}

function busy(isBusy) {
  if (isBusy) results().setAttribute("aria-busy", "true");
  else results().removeAttribute("aria-busy");
}

/** Checks what was typed. */
export async function checkText(text) {
  const own = ++round;
  busy(true);
  try {
    const { html } = await call("check", { text });
    if (own !== round) return;
    find(".draftread", view()).replaceChildren();
    results().replaceChildren(fragment(html));
    showLanguage();
    keep({ text });
  } catch (error) { say(error); }
  busy(false);
}

/** Checks the quotations of a draft, a few at a time, and shows how far it is. */
async function checkDraft(draft) {
  const own = ++round;
  results().replaceChildren();
  const told = find(".draftread", view());
  told.replaceChildren(fragment(draft.html));
  const progress = told.appendChild(document.createElement("div"));
  try {
    for (let done = 0; done < draft.items.length; done += AT_ONCE) {
      progress.replaceChildren(filled("yw-checkingdraft", { done, all: draft.items.length }));
      const { html } = await call("check", { items: draft.items.slice(done, done + AT_ONCE) });
      if (own !== round) return;
      results().append(fragment(html));
    }
    const shown = [...all(".result", results())];
    if (shown.length) {
      const { html } = await call("tally", {
        groups: shown.map((one) => one.dataset.group), kinds: shown.map((one) => one.dataset.kind),
      });
      if (own !== round) return;
      results().prepend(fragment(html));
      showLanguage();
    }
  } catch (error) { say(error); }
  progress.remove();
}

export async function readDraft(file) {
  const told = find(".draftread", view());
  told.replaceChildren(template("yw-readingdraft"));
  try {
    await file.slice(0, 1).arrayBuffer() // a folder, or a file that is gone
      .catch(() => { throw Object.assign(new Error("unreadable"), { content: template("yw-unreadable") }); });
    const form = new FormData();
    form.append("name", file.name); // a file's own name is not sent as it is: quotation marks become %22
    form.append("file", file);
    const { name, sha256, items, short, unclosed, html } = await call("draft", form);
    keep({ name, sha256, items, short, unclosed, html });
    await checkDraft(checked);
  } catch (error) {
    told.replaceChildren(error.content ?? (error.html ? fragment(error.html) : template("yw-lost")));
  }
}

/** Checks again what was shown before a reload. */
export function recheck() {
  let kept = null;
  try { kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null"); } catch { /* forbidden */ }
  if (kept?.items) {
    checked = kept;
    checkDraft(kept);
  } else if (kept?.text) {
    const typed = find(".tocheck textarea", view());
    typed.value ||= kept.text; // it may have been changed since
    checkText(kept.text);
  }
}

actions.onlyGroup = (button) => {
  for (const one of all('[data-act="onlyGroup"]', results())) one.setAttribute("aria-pressed", String(one === button));
  const { group } = button.dataset;
  for (const one of all(".result", results())) one.hidden = Boolean(group) && one.dataset.group !== group;
};

actions.orderChecks = (button) => {
  for (const one of all('[data-act="orderChecks"]', results())) one.setAttribute("aria-pressed", String(one === button));
  const shown = [...all(".result", results())];
  shown.forEach((one, row) => { one.dataset.row ??= String(row); });
  const bySeverity = button.dataset.order === "severity";
  const key = (one) => [bySeverity ? Number(one.dataset.rank) : 0, Number(one.dataset.row)];
  shown.sort((a, b) => key(a)[0] - key(b)[0] || key(a)[1] - key(b)[1]);
  results().append(...shown);
};

actions.copyRight = (button) => {
  const place = find(".place", button.closest(".result"));
  return copyText(`${find("blockquote", place).textContent}\n${find("cite", place).textContent}`, button);
};

actions.saveReport = async (button) => {
  const { name, data } = await call("checkreport", { ...checked, html: undefined, ending: button.dataset.ending, language: language() });
  saveFile(name, data);
};

actions.chooseDraft = () => find("input.draft", view()).click();

view().addEventListener("change", ({ target }) => {
  if (!target.matches("input.draft")) return;
  if (target.files[0]) readDraft(target.files[0]);
  target.value = "";
});

// A file that is dropped here is a draft; elsewhere it is a text to be added (uploads.js).
const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
const isHere = (event) => !view().hidden && hasFiles(event);
const frame = () => find(".checks", view());

document.addEventListener("dragover", (event) => {
  if (!isHere(event)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  frame().classList.add("dropping");
}, true);
document.addEventListener("dragleave", (event) => {
  if (isHere(event) && !event.relatedTarget) frame().classList.remove("dropping");
}, true);
document.addEventListener("drop", (event) => {
  if (!isHere(event)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  frame().classList.remove("dropping");
  if (event.dataTransfer.files[0]) readDraft(event.dataTransfer.files[0]);
}, true);
