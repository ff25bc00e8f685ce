// ---- the list of conversations that this browser keeps (HTML: web/templates/conversations_dialog.html)

import { actions, all, box, filled, find, language, showLanguage, template } from "./base.js";
import { LONGEST, matching, MOST, nameOf } from "./conversation_store.js";
import { begin, current, drop, forget, keeps, open, setKeeping, showResume, store } from "./conversations.js";

const dialog = () => find("#yw-conversations");
const part = (selector) => find(selector, dialog());
const deleted = []; // what can be undone, the last one at the end: one conversation, or all that there were
let there = []; // the conversations, the newest first

export function openList() {
  const finding = part(".finding");
  finding.replaceChildren(template("yw-findkept"));
  part(".most").replaceChildren(filled("yw-most", { most: MOST, longest: LONGEST }));
  showLanguage();
  read();
  showUndo();
  part(".forbidden").hidden = store.isAllowed;
  for (const one of all(".keeps, .most, .does", dialog())) one.hidden = !store.isAllowed;
  dialog().showModal();
  (find('[aria-current="true"]', dialog()) ?? find(".kept .name", dialog()) ?? part("[type=submit]")).focus();
}

function read() {
  there = store.list();
  part(".keeps input").checked = keeps();
  part('[data-act="deleteAll"]').hidden = !there.length;
  part(".finding").hidden = there.length < 2;
  show();
}

function show() {
  const found = matching(there, find("input", part(".finding")).value);
  part(".kept").replaceChildren(...found.map(rowOf));
  const none = part(".none");
  if (found.length) none.replaceChildren();
  else none.replaceChildren(template(there.length ? "yw-unmatched" : "yw-nonekept"));
}

function rowOf(conversation) {
  const row = template("yw-kept").firstElementChild;
  row.dataset.id = conversation.id;
  const name = nameOf(conversation);
  find(".of", row).textContent = name;
  const { turns, at, id } = conversation;
  const note = find(".note", row);
  const when = new Intl.DateTimeFormat(language() === "en" ? "en-GB" : "zh-CN", { dateStyle: "medium", timeStyle: "short" });
  note.append(turns.length === 1 ? template("yw-one") : filled("yw-several", { count: turns.length }), ` · ${when.format(at)}`);
  if (id === current()) {
    find(".name", row).setAttribute("aria-current", "true");
    note.append(" · ", template("yw-current"));
  }
  for (const act of ["renameConversation", "deleteConversation"]) {
    find(`[data-act="${act}"] .sr:last-child`, row).textContent = ` ${name}`;
  }
  return row;
}

const idOf = (element) => element.closest("li").dataset.id;

actions.openConversation = (button) => {
  const conversation = store.read(idOf(button));
  dialog().close();
  if (conversation && conversation.id !== current()) open(conversation);
  else box().focus();
};

actions.freshInstead = () => {
  dialog().close();
  begin();
};

// ---- renaming: in the row, Enter keeps the name, Esc the one before; an empty name is the first question again

actions.renameConversation = (button) => {
  const row = button.closest("li");
  const conversation = store.read(row.dataset.id);
  if (!conversation) { read(); return; }
  const field = find("input", template("yw-rename"));
  field.value = nameOf(conversation);
  field.maxLength = 200;
  find(".name", row).replaceWith(field);
  showLanguage();
  field.focus();
  field.select();
  let isOver = false;
  const end = (isKept) => {
    if (isOver) return;
    isOver = true;
    const now = store.read(conversation.id);
    const title = field.value.trim();
    if (isKept && now && title !== nameOf(now)) store.write({ ...now, title });
    const isFocused = document.activeElement === field;
    there = store.list();
    show();
    showResume();
    if (isFocused) focusRow(conversation.id, "renameConversation");
  };
  field.addEventListener("blur", () => end(true));
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || (event.key !== "Enter" && event.key !== "Escape")) return;
    event.preventDefault();
    event.stopPropagation();
    end(event.key === "Enter");
  });
};

function focusRow(id, act) {
  const row = [...all(".kept li", dialog())].find((one) => one.dataset.id === id);
  (row ? find(`[data-act="${act}"]`, row) : part("[type=submit]")).focus();
}

// ---- deleting, which can be undone as long as the page is open

actions.deleteConversation = (button) => {
  const row = button.closest("li");
  const next = row.nextElementSibling ?? row.previousElementSibling;
  const conversation = store.read(row.dataset.id);
  if (conversation) remove([conversation]);
  if (next) focusRow(next.dataset.id, "deleteConversation");
  else find(".undoing button", dialog())?.focus();
};

actions.deleteAll = () => {
  remove(there);
  find(".undoing button", dialog())?.focus();
};

function remove(conversations) {
  for (const { id } of conversations) store.remove(id);
  const wasOpen = conversations.some(({ id }) => id === current());
  deleted.push({ conversations, wasOpen });
  forget(conversations.map(({ id }) => id));
  if (wasOpen) drop();
  showResume();
  read();
  showUndo();
}

function showUndo() {
  const last = deleted.at(-1);
  const line = part(".undoing");
  if (!last) line.replaceChildren();
  else if (last.conversations.length === 1) line.replaceChildren(filled("yw-deleted", { name: nameOf(last.conversations[0]) }));
  else line.replaceChildren(filled("yw-deletedall", { count: last.conversations.length }));
}

actions.undoDelete = () => {
  const { conversations, wasOpen } = deleted.pop();
  for (const conversation of conversations) store.write(conversation);
  if (wasOpen && !current()) open(conversations.find(({ id }) => store.read(id)) ?? conversations[0]);
  read();
  showUndo();
  showResume();
  const [first] = conversations;
  focusRow(first.id, "openConversation");
};

actions.keepConversations = () => {
  setKeeping(!keeps());
  read();
};

document.addEventListener("input", ({ target }) => {
  if (target.matches("#yw-conversations .finding input")) show();
});

document.addEventListener("keydown", (event) => {
  if (!dialog().open || !event.target.matches("#yw-conversations .kept button, #yw-conversations .finding input")) return;
  const rows = [...all(".kept li", dialog())];
  const { act } = event.target.dataset;
  const at = rows.indexOf(event.target.closest("li"));
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: act ? 0 : NaN, End: act ? rows.length - 1 : NaN }[event.key];
  if (to === undefined || Number.isNaN(to)) return;
  event.preventDefault();
  if (to < 0) find("input", part(".finding")).focus();
  else if (rows[to]) find(`[data-act="${act ?? "openConversation"}"]`, rows[to])?.focus();
});

// Another tab has kept, renamed or deleted one.
window.addEventListener("storage", () => {
  if (!dialog().open || find(".renaming", dialog())) return;
  const held = document.activeElement?.closest("#yw-conversations li") ? {
    id: idOf(document.activeElement), act: document.activeElement.dataset.act,
  } : null;
  read();
  if (held) focusRow(held.id, held.act);
});
