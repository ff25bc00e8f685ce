// ---- whether the program answers. It is looked for after it failed to answer, when the tab comes back into sight, and
// now and then while somebody sees the page: who reads an answer shall know before the next question is typed. While it
// does not answer, a banner says so; afterwards the questions that failed are asked again.

import { find, root, template, whenever } from "./base.js";

const HEALTH = new URL("../../../healthz", import.meta.url); // below the same root path as this file
const PATIENCE = 4000; // ms that an answer may take
const SOON = 1000; // ms until the next look; each takes twice as long as the one before it
const LATE = 15_000; // ms, at most
const BEAT = 30_000; // ms between two looks where nothing has failed
const TRIES = 3; // times that a question is asked again by itself

/** @type {Map<Element, () => void>} */
const failed = new Map(); // how to ask again, by the turn that failed
/** @type {WeakMap<Element, number>} */
const tries = new WeakMap(); // how often that was done, by turn
let isWatching = false;
/** @type {(value?: unknown) => void} */
let wake = () => {};

/**
 * Has a question asked again when the program answers: some times, lest a question that breaks it does so for ever.
 * @param {Element} turn
 * @param {() => void} ask
 */
export function askWhenBack(turn, ask) {
  if ((tries.get(turn) ?? 0) >= TRIES) {
    find(".failed .why", turn)?.replaceChildren(template("yw-lost"));
    return;
  }
  failed.set(turn, ask);
  watch();
}

async function isThere() {
  try {
    return (await fetch(HEALTH, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) })).ok;
  } catch { return false; }
}

/**
 * Waits; a tab that nobody sees waits until somebody does.
 * @param {number} time
 */
async function pause(time) {
  await new Promise((resolve) => { wake = resolve; if (!document.hidden) setTimeout(resolve, time); });
  wake = () => {};
}

/** Looks until the program answers. */
async function watch() {
  if (isWatching) { wake(); return; }
  isWatching = true;
  for (let time = SOON; !await isThere(); time = Math.min(time * 2, LATE)) {
    if (!root.classList.contains("away")) show("away");
    await pause(time);
  }
  if (root.classList.contains("away")) {
    show("back");
    setTimeout(() => { if (!root.classList.contains("away")) show(); }, 3 * SOON);
  } else if (failed.size) await pause(SOON); // it was this one request
  isWatching = false;
  const again = [...failed];
  failed.clear();
  for (const [turn, ask] of again) {
    tries.set(turn, (tries.get(turn) ?? 0) + 1);
    ask();
  }
}

/** Shows in the banner that the program is away or back; nothing hides it. */
function show(state = "") {
  root.classList.toggle("away", state === "away");
  find(".connection").replaceChildren(...(state ? [template(`yw-${state}`)] : []));
}

setInterval(() => { if (!document.hidden && !isWatching) watch(); }, BEAT);
whenever("lost", watch);
document.addEventListener("visibilitychange", () => { if (!document.hidden) watch(); });
window.addEventListener("online", watch);
