// ---- uploads: one file after the other, each with a line that shows its progress (HTML: web/html/upload_menu.py)

import {
  actions, all, box, call, closeMenus, filled, find, fragment, language, mayChange, problemHtml, renewToken, taken,
  template, token,
} from "./base.js";
import { followChange, sayHow } from "./changes.js";
import { paged } from "./pages.js";
import { pane, shown } from "./pane.js";
import { showTab } from "./quotations.js";
import { closeDrawer, showDocument } from "./reader.js";
import { check, names, only, refreshed } from "./texts.js";

const waitingFiles = []; // the files that are not sent yet
let isSending = false;
const sentFiles = []; // the files that are sent, and not followed yet
const FOLLOWERS = 8; // files that are followed at a time: one that takes long does not hide how the others end
let followers = 0;
let isOpened = false; // whether one of the files that are being added was opened

actions.add = () => { closeMenus(); find("#yw-texts input[type=file]").click(); };

function addFiles(files) {
  showTab("talk"); // where the lines are
  if (!all('.coming [data-stage="coming"]').length) isOpened = false;
  for (const file of files) {
    const line = document.createElement("li");
    line.dataset.stage = "coming";
    const name = document.createElement("b");
    name.textContent = name.title = file.name;
    const how = document.createElement("span");
    how.className = "how";
    line.append(name, how, template("yw-gone"));
    find(".coming").append(line);
    waitingFiles.push({ file, line });
    sayHow(line, template("yw-waiting"));
  }
  countLines();
  sendFiles();
}

/** Counts the files and their outcomes. Once all have ended, those that were added are folded into one line. */
function countLines() {
  const lines = [...all(".coming li")];
  const count = (stage) => lines.filter((line) => line.dataset.stage === stage).length;
  const counts = { all: lines.length, done: count("done"), refused: count("refused") };
  find(".adding").hidden = !lines.length;
  if (!count("coming")) foldUploads();
  else if (!counts.done) unfold();
  const isFolded = find(".adding").classList.contains("folded") && counts.done > 0;
  find(".adding .sum").hidden = lines.length < 2 && !isFolded;
  find(".adding .unfold").hidden = !counts.done || (!isFolded && count("coming") > 0);
  const words = counts.refused || count("coming") ? (counts.refused ? "yw-counts" : "yw-counts-well") : "yw-folded";
  find(".adding .counts").replaceChildren(filled(words, { ...counts, count: counts.done }));
}

const showFolded = (isFolded) => {
  find(".adding").classList.toggle("folded", isFolded);
  find(".adding .unfold").setAttribute("aria-expanded", String(!isFolded));
};

const unfold = () => showFolded(false);

/** Folds the files that were added into one line; what was refused stays. */
export function foldUploads() {
  if (!find('.coming [data-stage="done"]')) return;
  const isNew = !find(".adding").classList.contains("folded");
  showFolded(true);
  if (isNew && find('.coming [data-stage="coming"]')) countLines();
}

actions.unfold = () => showFolded(!find(".adding").classList.contains("folded"));

/** Shows the button that cancels an upload, until it has ended. */
function letCancel(line, change) {
  const cancel = template("yw-cancel");
  find("button", cancel).dataset.change = change;
  find(".how", line).after(" ", cancel);
}

actions.cancel = (button) => {
  button.replaceChildren(template("yw-cancelling")); // what is being embedded goes on for some seconds
  call("cancel", { change: Number(button.dataset.change) }).catch(() => {}); // its line says how it ends
};

function endLine(line, stage) {
  line.dataset.stage = stage;
  const cancel = find(".stop", line);
  if (cancel && cancel === document.activeElement) find("[data-act=dismiss]", line).focus();
  cancel?.remove();
  countLines();
  const said = line.cloneNode(true);
  for (const one of all(`button, ${language() === "en" ? ".zh" : ".en"}`, said)) one.remove();
  find(".adding .heard").textContent = [...said.children].map((one) => one.textContent).join(" ");
}

async function sendFiles() {
  if (isSending) return;
  isSending = true;
  for (let next = waitingFiles.shift(); next; next = waitingFiles.shift()) {
    const { file, line } = next;
    if (!line.isConnected) continue; // its line was removed
    try {
      const change = await sendFile(file, line);
      sayHow(line, template("yw-waiting"));
      letCancel(line, change);
      sentFiles.push({ change, line });
      if (followers < FOLLOWERS) followFiles();
    } catch (error) { failLine(line, error); }
  }
  isSending = false;
}

window.addEventListener("beforeunload", (event) => {
  if (isSending) event.preventDefault(); // the browser asks: what this tab has not sent would not be added
});

async function followFiles() {
  followers += 1;
  for (let next = sentFiles.shift(); next; next = sentFiles.shift()) {
    const { change, line } = next;
    try {
      const name = await followChange(change, line);
      endLine(line, "done");
      await begin(name).catch(() => {});
    } catch (error) { failLine(line, error); }
  }
  followers -= 1;
}

/** Has a document that was added asked, and opens the first of several, unless the reader is reading another. */
async function begin(name) {
  await refreshed();
  if (!names().includes(name)) return;
  if (only.length && !only.includes(name)) check([...only, name]);
  const isReading = shown() && (pane().scrollTop > 0 || paged() || find(".passage.lit"));
  if (isOpened || isReading) return;
  isOpened = true;
  await showDocument(name);
}

function failLine(line, error) {
  const outcome = document.createElement("span");
  outcome.className = "outcome";
  outcome.append(template("yw-notadded"));
  find("b", line).before(outcome);
  sayHow(line, error.html ? fragment(error.html) : template(error.unreadable ? "yw-unreadable" : "yw-lost"));
  endLine(line, "refused");
}

/** Sends a file as a stream, and returns the number of the change that adds it. */
async function sendFile(file, line) {
  await file.slice(0, 1).arrayBuffer() // a folder, or a file that is gone
    .catch(() => { throw Object.assign(new Error("unreadable"), { unreadable: true }); });
  const form = new FormData();
  form.append("name", file.name); // a file's own name is not sent as it is: quotation marks become %22
  form.append("file", file);
  let request = await posted(form, line);
  if (request.status === 403 && await renewToken()) request = await posted(form, line);
  const answer = request.response ?? {};
  const isAnswer = request.status === 200 || answer.failed;
  return taken("upload", isAnswer ? answer : { failed: problemHtml(answer.message ?? {}) }).change;
}

/** Sends a form and shows on a line how much of it is sent, which `fetch` does not tell. */
function posted(form, line) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      const share = document.createElement("span");
      share.textContent = ` ${Math.round((loaded / total) * 100)}%`;
      sayHow(line, template("yw-uploading"), share);
    });
    request.addEventListener("load", () => resolve(request));
    request.addEventListener("error", () => reject(new Error("lost")));
    request.open("POST", "page/upload");
    request.setRequestHeader("Yuanwen-Token", token);
    request.responseType = "json";
    request.send(form);
  });
}

/** Removes a line; a file that is still waiting is not sent. */
actions.dismiss = (button) => {
  const line = button.closest("li");
  const next = find("[data-act=dismiss]", line.nextElementSibling ?? line.previousElementSibling ?? document);
  line.remove();
  countLines();
  (next?.isConnected ? next : box()).focus();
};

/** Removes the lines of added files first, so that refused files stay in sight. */
actions.clear = () => {
  const done = [...all('.coming [data-stage="done"]')];
  for (const line of done.length ? done : all('.coming [data-stage="refused"]')) line.remove();
  countLines();
  box().focus();
};

const hasFiles = (event) => mayChange() && [...(event.dataTransfer?.types ?? [])].includes("Files");

document.addEventListener("dragover", (event) => {
  if (!hasFiles(event)) return;
  event.preventDefault();
  find(".drophere").hidden = false;
});
document.addEventListener("dragleave", (event) => {
  if (mayChange() && !event.relatedTarget) find(".drophere").hidden = true;
});
document.addEventListener("drop", (event) => {
  if (!hasFiles(event)) return;
  event.preventDefault();
  find(".drophere").hidden = true;
  closeDrawer();
  addFiles(event.dataTransfer.files);
});
document.addEventListener("change", (event) => {
  if (!event.target.matches("#yw-texts input[type=file]")) return;
  closeDrawer();
  addFiles(event.target.files);
  event.target.value = "";
});
