// A window for the page's modules, which read `document` when they are imported: import this first, then them.
// Each file of tests has a process of its own, so modules keep nothing from one file to the next.

import { Window } from "happy-dom";

const window = new Window({ url: "http://127.0.0.1/" });
const NAMES = [
  "CustomEvent", "DOMParser", "DocumentFragment", "Event", "FormData", "HTMLElement", "Node", "NodeFilter", "Range",
  "document", "history", "localStorage", "location", "sessionStorage",
];
for (const name of NAMES) {
  Object.defineProperty(globalThis, name, { value: window[name], configurable: true, writable: true });
}
globalThis.window = window;

// A page looks now and then whether the program is there, for as long as it is open; a test's process ends all the same.
const { setInterval: repeat } = globalThis;
globalThis.setInterval = (...given) => repeat(...given).unref();

/** Puts HTML in place of the page's body. */
export function show(html) { document.body.innerHTML = html; }

/** Has the browser forbid storage, as some do in private windows; returns what allows it again. */
export function forbidStorage() {
  const there = Object.getOwnPropertyDescriptor(globalThis, "localStorage");
  Object.defineProperty(globalThis, "localStorage", {
    configurable: true, get() { throw new Error("SecurityError"); },
  });
  return () => Object.defineProperty(globalThis, "localStorage", there);
}
