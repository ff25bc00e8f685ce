// ---- many questions at once: a sheet goes in, its answers come out (HTML: web/templates/sheet_dialog.html)

import { actions, call, closeMenus, find, fragment, language, template } from "./base.js";
import { form } from "./cards.js";
import { asked, mayAsk, names } from "./texts.js";

const KEPT = "yuanwen.sheet"; // a reload goes on following
const OVER = ["done", "stopped", "failed"];
const dialog = () => find("#yw-sheet");
const part = (selector) => find(selector, dialog());
let run = null; // the key of the sheet that is followed
let stream = null;

export function openSheet() {
  closeMenus();
  if (!mayAsk()) return;
  const count = (asked().length ? asked() : names()).length;
  part(".across").hidden = count < 2;
  part(".each").checked = count <= Number(part(".each").dataset.most);
  dialog().showModal();
  if (!run) {
    try { run = sessionStorage.getItem(KEPT); } catch { /* forbidden */ }
    if (run) follow();
  }
}

actions.chooseSheet = () => part("input[type=file]").click();

actions.stopSheet = async () => {
  part(".how").replaceChildren(template("yw-stopping"));
  await call("grid/stop", { run }).catch(tell);
};

document.addEventListener("change", ({ target }) => {
  if (!target.matches("#yw-sheet input[type=file]")) return;
  const [file] = target.files;
  if (file) begin(file).catch(tell);
  target.value = "";
});

async function begin(file) {
  part(".run").hidden = true;
  part(".answers").hidden = true;
  part(".how").replaceChildren(template("yw-reading"));
  await file.slice(0, 1).arrayBuffer() // a folder, or a file that is gone
    .catch(() => { throw Object.assign(new Error("unreadable"), { content: template("yw-unreadable") }); });
  const sent = new FormData();
  sent.append("name", file.name); // a file's own name is not sent as it is: quotation marks become %22
  sent.append("documents", JSON.stringify(asked()));
  sent.append("across", !part(".across").hidden && part(".each").checked ? "yes" : "no");
  sent.append("form", form());
  sent.append("file", file);
  const begun = await call("grid", sent);
  run = begun.run;
  try { sessionStorage.setItem(KEPT, run); } catch { /* forbidden */ }
  show(begun);
  part(".stop").focus();
  follow();
}

function follow() {
  stream?.close();
  stream = new EventSource(`page/grid/progress?run=${encodeURIComponent(run)}`);
  stream.addEventListener("message", ({ data }) => show(JSON.parse(data)));
  stream.addEventListener("error", () => tell({})); // the browser tries again, and then shows how far it is
}

/**
 * Shows how far the sheet is; at the end it is also said aloud.
 * @param {Answer} _
 */
function show({ stage, name, done, all, has_answers: hasAnswers, html }) {
  const isOver = OVER.includes(stage);
  if (isOver) stream?.close();
  part(".run").hidden = all === undefined;
  part(".which").textContent = name ?? "";
  part("progress").max = all ?? 1;
  part("progress").value = done ?? 0;
  part(".how").replaceChildren(fragment(html));
  part(".heard").textContent = isOver ? find(language() === "en" ? ".en" : ".zh", part(".how")).textContent : "";
  part(".answers").hidden = !hasAnswers;
  if (hasAnswers) part(".answers").href = `page/grid/answers?run=${encodeURIComponent(run)}`;
  const held = part(".stop") === document.activeElement;
  part(".stop").hidden = isOver;
  part(".choose").hidden = !isOver;
  if (isOver && held) (hasAnswers ? part(".answers") : part(".choose")).focus();
}

function tell(error) {
  part(".how").replaceChildren(error.content ?? (error.html ? fragment(error.html) : template("yw-lost")));
  part(".heard").textContent = part(".how").innerText;
}
