// ---- why a passage ranks where it does: the share of each word of the question. It is imported when it is first wanted.

import { call, find, fragment, shownBy } from "./base.js";
import { cardOf } from "./cards.js";
import { historyOf, questionOf, scopeOf } from "./talk.js";

/** Draws the shares under the reasons of a card, once, when these are opened. */
export async function showShares(button) {
  const card = cardOf(button);
  const reasons = find(":scope > .more .why", card);
  const turn = card.closest(".turn");
  if (!reasons || !turn || find(".shares", reasons) || find(":scope > .more", card).hidden) return;
  const shares = document.createElement("div");
  shares.className = "shares";
  shares.setAttribute("aria-busy", "true");
  reasons.append(shares);
  try {
    const { html } = await call("why", {
      question: questionOf.get(turn),
      history: historyOf(turn),
      documents: scopeOf.get(turn),
      passage: shownBy(find(":scope > .quote", card)),
    });
    shares.replaceChildren(fragment(html));
    shares.removeAttribute("aria-busy");
  } catch (error) {
    shares.remove();
    throw error;
  }
}
