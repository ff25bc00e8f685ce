// ---- for a screen reader: a reply's cards are a list with names, their buttons say whose they are, and of a new reply
// one sentence is read out instead of all of it

import { all, filled, find } from "./base.js";

let named = 0; // cards that have got a name

/**
 * Names the cards of a turn. `isHeard`: whether its reply is new, and read out.
 * @param {Element} turn
 * @param {{ isHeard: boolean }} how
 */
export function describe(turn, { isHeard }) {
  for (const list of all(".cards", turn)) {
    list.setAttribute("role", "list");
    const cards = [...list.children];
    cards.forEach((card, at) => nameCard(card, at + 1, cards.length));
  }
  if (isHeard) find("#yw-heard").replaceChildren(...sentence(turn));
}

/** @type {(card: Element, number: number, count: number) => void} */
function nameCard(card, number, count) {
  named += 1;
  card.setAttribute("role", "listitem");
  const name = document.createElement("span");
  name.className = "sr";
  name.id = `yw-card-${named}`;
  name.append(filled("yw-nth", { number, count }), " ", ...copies(find(".grade", card)));
  card.prepend(name);
  card.setAttribute("aria-labelledby", name.id);
  const cite = find(":scope > cite", card);
  if (!cite) return; // the quote was not the document's any more
  cite.id = `yw-cite-${named}`;
  for (const button of all("button", card)) button.setAttribute("aria-describedby", cite.id);
}

const copies = (/** @type {Element | null} */ element) => [...(element?.cloneNode(true).childNodes ?? [])];

/**
 * Returns what came: how many passages and where the first stands, that there is none, or what went wrong.
 * @param {Element} turn
 */
function sentence(turn) {
  const reply = find("[data-status]", turn);
  if (!reply) return copies(find(".failed .why", turn) ?? find(".failed", turn));
  if (reply.dataset.status !== "answered") return copies(find(".verdict", reply));
  return [...copies(find(".count", reply)), ": ", find(".cards cite", reply)?.textContent ?? ""];
}
