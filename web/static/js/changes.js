// ---- how far changes of the library are: files that are added, documents that are removed or described

import { find, fragment, taken, template } from "./base.js";

/**
 * Says on the line of a file how it fares.
 * @param {Element} line
 * @param {Node[]} what
 */
export function sayHow(line, ...what) { find(".how", line).replaceChildren(...what); }

// The server tells how far changes are. One stream has all that are followed: a browser opens few at a time.
/** @type {Map<number, (progress: Answer) => void>} */
const followed = new Map(); // the changes, by their numbers, with what is told
/** @type {EventSource | null} */
let stream = null;

function openStream() {
  stream?.close();
  stream = followed.size ? new EventSource(`page/progress?changes=${[...followed.keys()].join()}`) : null;
  stream?.addEventListener("message", ({ data }) => {
    const progress = JSON.parse(data);
    followed.get(progress.change)?.(progress);
  });
}

/**
 * Follows a change until it is done, and shows its progress on its line. `behind` is called while it waits for others.
 * @param {number} change
 * @param {Element | null} line
 * @returns {Promise<string>} the document's name
 */
export function followChange(change, line = null, behind = () => {}) {
  return new Promise((resolve, reject) => {
    const end = () => {
      followed.delete(change);
      openStream();
    };
    followed.set(change, (progress) => {
      const { stage, name, html, failed } = progress;
      if (failed) { end(); reject(Object.assign(new Error("failed"), { html: failed })); return; }
      if (line) sayHow(line, fragment(html));
      if (stage === "waiting") behind();
      if (stage === "failed") { end(); reject(Object.assign(new Error("failed"), { html })); }
      if (stage !== "done") return;
      if (line && name) {
        const open = template("yw-readit");
        find("button", open).dataset.document = name;
        find(".how", line).append(" ", open);
      }
      taken("progress", progress);
      end();
      resolve(name);
    });
    openStream();
  });
}
