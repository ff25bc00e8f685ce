
// ---- uploads: one file after the other, each with a line that shows its progress (HTML: web/html/upload_menu.py)

const PIECE = 393_216; // bytes of a file that are sent at a time
const waitingFiles = []; // the files that are not sent yet
let isSending = false;
const sentFiles = []; // the files that are sent, and not followed yet
const FOLLOWERS = 8; // files that are followed at a time: one that takes long does not hide how the others end
let followers = 0;

actions.add = () => { closeMenus(); find("#yw-texts input[type=file]").click(); };

function addFiles(files) {
  showTab("talk"); // where the lines are
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

function sayHow(line, ...what) { find(".how", line).replaceChildren(...what); }

/** Counts the files and their outcomes, and shows the line that says so. */
function countLines() {
  const lines = [...all(".coming li")];
  const count = (stage) => lines.filter((line) => line.dataset.stage === stage).length;
  find(".adding").hidden = !lines.length;
  find(".adding .sum").hidden = lines.length < 2;
  find(".adding .counts").replaceChildren(
    filled("yw-counts", { all: lines.length, done: count("done"), refused: count("refused") }));
}

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
  find(".adding .heard").textContent = `${find("b", line).textContent}: ${find(".how", line).innerText}`;
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

async function followFiles() {
  followers += 1;
  for (let next = sentFiles.shift(); next; next = sentFiles.shift()) {
    const { change, line } = next;
    try {
      await followChange(change, line);
      endLine(line, "done");
    } catch (error) { failLine(line, error); }
  }
  followers -= 1;
}

function failLine(line, error) {
  sayHow(line, template("yw-notadded"), error.html ? fragment(error.html) : template(error.unreadable ? "yw-unreadable" : "yw-lost"));
  endLine(line, "refused");
}

async function sendFile(file, line) {
  let upload = null;
  let at = 0;
  for (;;) {
    const piece = await file.slice(at, at + PIECE).arrayBuffer()
      .catch(() => { throw Object.assign(new Error("unreadable"), { unreadable: true }); });
    const bytes = new Uint8Array(piece);
    let binary = "";
    for (let from = 0; from < bytes.length; from += 8192) binary += String.fromCharCode(...bytes.subarray(from, from + 8192));
    const answer = await call("upload", { upload, name: file.name, size: file.size, data: btoa(binary) });
    if (answer.change) return answer.change;
    upload = answer.upload;
    at += bytes.length;
    const share = document.createElement("span");
    share.textContent = ` ${Math.round((at / file.size) * 100)}%`;
    sayHow(line, template("yw-uploading"), share);
  }
}

/** Follows a change until it is done, and shows its progress on its line. `behind` is called while it waits for others. */
async function followChange(change, line = null, behind = () => {}) {
  for (;;) {
    const { stage, name, html } = await call("progress", { change });
    if (line) sayHow(line, fragment(html));
    if (stage === "waiting") behind();
    if (stage === "done") {
      if (line && name) {
        const open = template("yw-readit");
        find("button", open).dataset.document = name;
        find(".how", line).append(" ", open);
      }
      return;
    }
    if (stage === "failed") throw Object.assign(new Error("failed"), { html });
    await new Promise((resolve) => { setTimeout(resolve, 300); });
  }
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
