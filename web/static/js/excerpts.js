// ---- excerpts across questions and texts. This browser keeps where the words stand, each excerpt under a key of its
// own, so that two tabs do not overwrite each other; the words are cut by the server each time they are shown.

import {
  EXCERPT, actions, all, call, closeMenus, copyText, excerptKeys, find, fragment, saveFile, say, showLanguage, template,
} from "./base.js";
import { form } from "./cards.js";
import { showTab } from "./quotations.js";
import { closeDrawer } from "./reader.js";
import { grow } from "./talk.js";

const AT_ONCE = 200; // that are asked for at a time
const removed = new WeakMap(); // the excerpt that a line offers to bring back, with the line that showed it
let isStale = false; // whether another tab changed something while a note is being written

const view = () => find("#yw-excerpts");

// ---- what is kept

const isSpan = (span) => Array.isArray(span) && span.length === 2 && span.every(Number.isInteger);

function read(key) {
  try {
    const kept = JSON.parse(localStorage.getItem(key));
    const texts = [kept.document, kept.sha256, kept.digest, kept.note, kept.question];
    const isWhole = texts.every((text) => typeof text === "string") && Array.isArray(kept.spans) && kept.spans.every(isSpan);
    return isWhole ? { ...kept, id: key.slice(EXCERPT.length), at: Number(kept.at) || 0 } : null;
  } catch { return null; }
}

/** Returns all excerpts: those of a text together, the texts in the order of their first excerpts. */
function kept() {
  const found = excerptKeys().map(read).filter(Boolean).sort((one, other) => one.at - other.at);
  return [...new Set(found.map((one) => one.document))]
    .flatMap((name) => found.filter((one) => one.document === name));
}

/** Stores an excerpt. Returns whether the browser did. */
function write({ id, ...values }) {
  try {
    localStorage.setItem(EXCERPT + id, JSON.stringify(values));
    return true;
  } catch {
    say({ content: template("yw-notstored"), stays: true });
    return false;
  }
}

/** Keeps an excerpt: its document, hash, spans, digest and question. Returns whether the browser did. */
export function keep(excerpt) {
  const same = ({ document: name, sha256, spans }) => JSON.stringify([name, sha256, spans]);
  const there = kept().some((one) => same(one) === same(excerpt));
  const now = Date.now();
  const id = now.toString(36) + Math.random().toString(36).slice(2, 8);
  if (!there && !write({ id, ...excerpt, note: "", time: new Date(now).toISOString(), at: now })) return false;
  say({ content: template("yw-excerptkept") });
  showCount();
  if (!view().hidden) draw().catch(say);
  return true;
}

export function showCount() {
  const count = kept().length;
  for (const place of all(".howmany")) place.textContent = count ? ` ${count}` : "";
}

// ---- the list

export async function show() {
  closeMenus();
  closeDrawer();
  find(".said")?.remove();
  if (!view().firstChild) view().append(template("yw-excerpting"));
  showTab("excerpts");
  showLanguage();
  await draw();
}

async function draw() {
  const excerpts = kept();
  isStale = false;
  find(".nothing", view()).hidden = excerpts.length > 0;
  find(".saving", view()).hidden = !excerpts.length;
  const list = new DocumentFragment();
  for (let start = 0; start < excerpts.length; start += AT_ONCE) {
    const some = excerpts.slice(start, start + AT_ONCE);
    const part = fragment((await call("excerpts", { excerpts: some })).html);
    for (const line of all(".excerpt", part)) fill(line, some[Number(line.dataset.at)]);
    list.append(part);
  }
  find(".groups", view()).replaceChildren(list);
  showLanguage();
  for (const note of all(".own", view())) grow(note);
  showCount();
}

function fill(line, excerpt) {
  line.dataset.id = excerpt.id;
  find(".own", line).value = excerpt.note;
  const question = find(".from", line);
  question.hidden = !excerpt.question;
  find("span:last-child", question).textContent = excerpt.question;
}

const of = (element) => read(EXCERPT + element.closest(".excerpt").dataset.id);

async function copyOf(button, what) {
  const { document: name, sha256, spans, digest } = of(button);
  const answer = await call("span", { document: name, sha256, spans, digest, form: form() });
  await copyText(answer[what], button);
}

actions.citeExcerpt = (button) => copyOf(button, "cited");
actions.referExcerpt = (button) => copyOf(button, "reference");

/** Lets an excerpt change places with the one before or after it, of the same text. */
function move(button, by) {
  const line = button.closest(".excerpt");
  const lines = [...all(":scope > .excerpt", line.parentElement)];
  const other = lines[lines.indexOf(line) + by];
  if (!other) return;
  const [one, next] = [of(line), of(other)];
  if (!one || !next || !write({ ...one, at: next.at }) || !write({ ...next, at: one.at })) return;
  if (by < 0) other.before(line); else other.after(line);
  button.focus();
}

actions.excerptUp = (button) => move(button, -1);
actions.excerptDown = (button) => move(button, 1);

actions.removeExcerpt = (button) => {
  const line = button.closest(".excerpt");
  const excerpt = of(line);
  try { localStorage.removeItem(EXCERPT + line.dataset.id); } catch { /* forbidden */ }
  const gone = template("yw-excerptremoved").firstElementChild;
  if (excerpt) removed.set(gone, { excerpt, line });
  line.replaceWith(gone);
  find("button", gone).focus();
  showCount();
};

actions.undoRemoval = (button) => {
  const gone = button.closest(".removed");
  const { excerpt, line } = removed.get(gone) ?? {};
  if (!excerpt || !write(excerpt)) return;
  gone.replaceWith(line);
  find('[data-act="removeExcerpt"]', line).focus();
  showCount();
};

// ---- notes

let writing = 0;

function saveNote(note) {
  clearTimeout(writing);
  const excerpt = of(note);
  if (excerpt && excerpt.note !== note.value) write({ ...excerpt, note: note.value });
}

document.addEventListener("input", ({ target }) => {
  if (!target.matches("#yw-excerpts .own")) return;
  grow(target);
  clearTimeout(writing);
  writing = setTimeout(() => saveNote(target), 300);
});

document.addEventListener("focusout", ({ target }) => {
  if (!target.matches?.("#yw-excerpts .own")) return;
  saveNote(target);
  if (isStale) draw().catch(say);
});

window.addEventListener("pagehide", () => {
  if (document.activeElement?.matches("#yw-excerpts .own")) saveNote(document.activeElement);
});

// ---- what others change: another tab its excerpts, a change of the index the texts

function refresh() {
  showCount();
  if (view().hidden) return;
  isStale = document.activeElement?.matches("#yw-excerpts .own") ?? false;
  if (!isStale) draw().catch(say);
}

window.addEventListener("storage", ({ key }) => { if (key === null || key.startsWith(EXCERPT)) refresh(); });
new MutationObserver(refresh).observe(find("#yw-texts .rows"), { childList: true });

// ---- files

actions.saveExcerpts = async (button) => {
  const excerpts = kept();
  const { name, data, html } = await call("exportexcerpts", { excerpts, format: button.dataset.format, form: form() });
  saveFile(name, data);
  if (html) say({ html });
};
