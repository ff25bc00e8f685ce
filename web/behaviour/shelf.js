
// ---- the texts: adding, removing, asking only some of them, what citations say of them

const PIECE = 393_216; // bytes of a file that are sent at a time
let only = []; // the names of the texts that are asked; none: all

const mayChange = () => Boolean(find(".yuanwen[data-version]"));

// Whatever the server answers says how often the texts have changed: a change of another tab is seen at the next call.
let known = null;

async function noticeChange(version) {
  if (version === undefined || version === known) return;
  const isFirst = known === null && String(version) === find(".yuanwen").dataset.version;
  known = version;
  if (isFirst) return;
  await refreshTexts();
}

async function refreshTexts() {
  const { html, names } = await call("texts");
  find("#yw-texts .rows").replaceChildren(fragment(html));
  only = only.filter((name) => names.includes(name));
  showOnly();
  const here = shown();
  await showDocument(here && names.includes(here) ? here : names[0] ?? "", { again: true });
}

function showOnly() {
  for (const button of all("#yw-texts .only")) {
    button.setAttribute("aria-pressed", String(only.includes(button.dataset.document)));
  }
  const asking = find(".asking");
  asking.hidden = !only.length;
  find("b", asking).textContent = only.map((name) => `《${name}》`).join("");
}

actions.only = (button) => {
  const name = button.dataset.document;
  only = only.includes(name) ? only.filter((other) => other !== name) : [...only, name];
  showOnly();
};

actions.everything = () => { only = []; showOnly(); box().focus(); };

// ---- adding: one file after the other, each with a line that says how far it is

const coming = [];
let isSending = false;

actions.add = () => { closeMenus(); find("#yw-texts input[type=file]").click(); };

function addFiles(files) {
  for (const file of files) {
    const line = document.createElement("li");
    const name = document.createElement("b");
    name.textContent = file.name;
    const how = document.createElement("span");
    how.className = "how";
    line.append(name, how, template("yw-gone"));
    find(".coming").append(line);
    coming.push({ file, line });
    sayHow(line, template("yw-uploading"));
  }
  find(".coming").hidden = !find(".coming li");
  sendFiles();
}

function sayHow(line, ...what) { find(".how", line).replaceChildren(...what); }

async function sendFiles() {
  if (isSending) return;
  isSending = true;
  for (let next = coming.shift(); next; next = coming.shift()) {
    const { file, line } = next;
    try {
      const change = await sendFile(file, line);
      followChange(change, line).catch((error) => failLine(line, error));
    } catch (error) { failLine(line, error); }
  }
  isSending = false;
}

function failLine(line, error) {
  line.classList.add("refused");
  sayHow(line, error.html ? fragment(error.html) : template("yw-failed"));
  find(".how button", line)?.remove();
}

async function sendFile(file, line) {
  let upload = null;
  let at = 0;
  for (;;) {
    const bytes = new Uint8Array(await file.slice(at, at + PIECE).arrayBuffer());
    let binary = "";
    for (let from = 0; from < bytes.length; from += 8192) binary += String.fromCharCode(...bytes.subarray(from, from + 8192));
    // The size is said first, so that one too large is refused before it is sent.
    const first = upload === null && file.size > PIECE;
    const answer = await call("upload", { upload, name: file.name, size: file.size, data: btoa(binary) });
    if (answer.change) return answer.change;
    upload = answer.upload;
    at += bytes.length;
    const share = document.createElement("span");
    share.textContent = ` ${Math.round((at / file.size) * 100)}%`;
    if (first || at) sayHow(line, template("yw-uploading"), share);
  }
}

/** Wait for a change, and say on its line how far it is. Returns what became of it. */
async function followChange(change, line = null) {
  for (;;) {
    const { stage, name, html } = await call("progress", { change });
    if (line) sayHow(line, fragment(html));
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

actions.dismiss = (button) => {
  button.closest("li").remove();
  find(".coming").hidden = !find(".coming li");
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

// ---- removing

actions.remove = (button) => {
  closeMenus();
  const sure = find("#yw-sure");
  find(".which", sure).textContent = button.dataset.document;
  sure.returnValue = "";
  sure.showModal();
  find('button[value=""]', sure).focus();
  sure.onclose = () => {
    if (sure.returnValue !== "yes") return;
    call("remove", { document: button.dataset.document }).then(({ change }) => followChange(change)).catch(say);
  };
};

// ---- what citations say of a text

let described = null;

actions.about = async () => {
  closeMenus();
  described = shown();
  const { html } = await call("about", { document: described });
  const dialog = find("#yw-about");
  find(".which", dialog).textContent = described;
  find(".works", dialog).replaceChildren(fragment(html));
  find(".wrong", dialog).hidden = true;
  dialog.showModal();
};

actions.closeAbout = () => find("#yw-about").close();

async function describe(form) {
  const works = [...all("[data-work]", form)].map((work) =>
    Object.fromEntries([...all("input, select", work)].map((field) => [field.name, field.value])));
  try {
    const { change } = await call("describe", { document: described, works });
    await followChange(change);
    find("#yw-about").close();
  } catch (error) {
    const wrong = find(".wrong", form);
    wrong.replaceChildren(error.html ? fragment(error.html) : "…");
    wrong.hidden = false;
  }
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form.about")) return;
  event.preventDefault();
  describe(event.target);
});

// ---- where the rules were unsure

actions.doubt = (mark) => {
  const note = find("#yw-doubt");
  const why = document.createElement("p");
  why.className = "note";
  why.textContent = mark.dataset[language()];
  note.replaceChildren(why);
  const mend = find("#yw-texts .doubts .note")?.cloneNode(true);
  if (mend) note.append(mend);
  opened = mark;
  note.showPopover();
};

let doubted = -1;

actions.doubts = () => {
  closeMenus();
  const marks = [...all(".source .doubt")];
  if (!marks.length) return;
  doubted = (doubted + 1) % marks.length;
  const mark = marks[doubted];
  if (phone.matches) openDrawer(null);
  reveal(mark.nextElementSibling ?? mark);
  mark.focus({ preventScroll: true });
};
