// ---- a card: copying, its permalink, the neighbouring passages, reasons and proof

import {
  actions, all, call, closeMenus, copyText, find, fragment, inPlace, language, markOf, opened, phone, recall,
  remember, root, saveFile, say, shownBy, signal, template, whenever,
} from "./base.js";
import { leavePages, paged } from "./pages.js";
import { closeDrawer, openDrawer } from "./reader.js";
import { historyOf, questionOf, scopeOf } from "./talk.js";

export const cardOf = (element) => element.closest(".card, .place");
export const form = () => recall("form") ?? "own";

/** Returns the words of a quote; rows of a table, which the text divides by line ends, each on its line. */
function wordsOfQuote(quote) {
  const rows = [...all("tr:not(.gap)", quote)].map((row) => row.textContent.replace(/\n+$/, ""));
  return rows.length ? rows.join("\n") : quote.textContent;
}

actions.copy = (button) => copyText(wordsOfQuote(find(":scope > .quote", cardOf(button))), button);

actions.cite = async (button) => {
  const { text } = await call("cite", { passage: shownBy(find(":scope > .quote", cardOf(button))), form: form() });
  await copyText(text, button);
};

/** Copies the citation alone of the card whose menu of forms is open. */
actions.refer = async () => {
  const card = opened && cardOf(opened);
  const quote = find(":scope > .quote", card);
  const { reference } = await call("cite", { passage: shownBy(quote), form: form() });
  await copyText(reference, find('[data-act="cite"]', card));
  closeMenus();
  opened?.focus();
};

actions.link = (button) => copyText(new URL(cardOf(button).dataset.link, location.origin + location.pathname).href, button);

actions.more = (button) => {
  const card = cardOf(button);
  const more = find(".more", card);
  const around = find('[data-act="around"]', more);
  if (around.getAttribute("aria-expanded") === "true") closeAround(card, around, button);
  more.hidden = !more.hidden;
  button.setAttribute("aria-expanded", String(!more.hidden));
};

// What stands before the passage comes above it, what stands after it below the button: quote and button stay.

actions.around = async (button) => {
  const card = cardOf(button);
  if (button.getAttribute("aria-expanded") === "true") {
    closeAround(card, button, button);
    return;
  }
  const sides = await call("around", { passage: shownBy(find(":scope > .quote", card)) });
  if (button.getAttribute("aria-expanded") === "true") return; // pressed twice
  button.setAttribute("aria-expanded", "true");
  inPlace(button, () => {
    for (const side of ["before", "after"]) {
      const part = document.createElement("div");
      part.className = `around ${side}`;
      part.append(fragment(sides[side]));
      if (side === "before") card.prepend(part);
      else button.closest(".acts").after(part);
    }
  });
};

function closeAround(card, button, stays) {
  button.setAttribute("aria-expanded", "false");
  inPlace(stays, () => { for (const part of all(".around", card)) part.remove(); });
}

/** Puts a whole paragraph in place of the part of it that a card shows, or that part again. */
actions.whole = (button) => {
  const card = cardOf(button);
  const { content } = find(":scope > template.whole", card);
  const parts = [find(":scope > .quote", card), find(":scope > cite", card)];
  const others = [...content.children];
  const opens = button.getAttribute("aria-expanded") === "false";
  const change = () => {
    parts.forEach((part, number) => part.replaceWith(others[number]));
    content.append(...parts);
    button.setAttribute("aria-expanded", String(opens));
    card.classList.toggle("open", opens);
  };
  const [quote, other] = [parts[0], others[0]].map((one) => markOf(one) ?? one);
  if (opens) inPlace(quote, change, other);
  else inPlace(button, change);
  signal("quote", others[0]);
};

// ---- the citation form, chosen once

actions.form = (button) => {
  remember("form", button.dataset.form);
  showForm();
  closeMenus();
  const card = opened && cardOf(opened);
  if (card) actions.cite(find('[data-act="cite"]', card));
  opened?.focus();
};

document.addEventListener("toggle", ({ target, newState }) => {
  if (target.id !== "yw-forms" || newState !== "open") return;
  find('[data-act="refer"]', target).hidden = !(opened && cardOf(opened)); // from the menu, there is no quote
  (find('[aria-checked="true"]', target) ?? find("button", target)).focus();
}, true);

actions.forms = () => { closeMenus(); find("#yw-forms").showPopover(); };

export function showForm() {
  for (const button of all("#yw-forms [data-form]")) {
    button.setAttribute("aria-checked", String(button.dataset.form === form()));
    if (button.dataset.form === form()) find("#yw-menu .form").replaceChildren(...button.cloneNode(true).childNodes);
  }
}

// ---- the conversation as a file

actions.export = async (button) => {
  closeMenus();
  const turns = [...all(".log > .turn")].filter((turn) => find("[data-status]", turn))
    .map((turn) => ({ question: questionOf.get(turn), history: historyOf(turn), documents: scopeOf.get(turn) }));
  try {
    const { name, data, html } = await call("export", {
      format: button.dataset.format, form: form(), language: language(), turns,
    });
    saveFile(name, data);
    if (html) say({ html });
  } catch (error) { say(error); }
};

// ---- feedback: only what the reader stated is kept

export let picking = null;

export function applyFeedback() {
  root.classList.toggle("no-feedback", recall("feedback") === "off");
  const keeps = find('[data-act="keepFeedback"]');
  keeps?.setAttribute("aria-checked", String(recall("feedback") !== "off"));
}

whenever("reply", applyFeedback);

actions.keepFeedback = () => {
  remember("feedback", recall("feedback") === "off" ? "on" : "off");
  applyFeedback();
};

actions.judge = (button) => {
  endPicking();
  const { verdict } = button.dataset;
  const turn = button.closest(".turn");
  const judge = button.closest(".judge");
  for (const other of all("[data-verdict]", judge)) other.setAttribute("aria-pressed", String(other === button));
  const cards = [...all(":scope > .reply > .cards > .card[data-id], :scope > .reply > .rest .card[data-id]", turn)];
  if (verdict === "none") note(judge, verdict, []);
  else if (verdict === "wrong") startPicking(judge);
  else if (cards.length === 1) note(judge, verdict, [cards[0].dataset.id]);
  else {
    const which = template("yw-which");
    cards.forEach((card, number) => which.append(passageButton([card.dataset.id], String(number + 1))));
    which.append(passageButton(cards.map((card) => card.dataset.id), template("yw-each")));
    find(".judged", judge).replaceChildren(which);
  }
  judge.scrollIntoView({ block: "nearest", behavior: "instant" });
};

function passageButton(passages, label) {
  const button = document.createElement("button");
  button.type = "button";
  button.dataset.act = "right";
  button.dataset.passages = passages.join(" ");
  button.append(label);
  return button;
}

actions.right = (button) => note(button.closest(".judge"), "right", button.dataset.passages.split(" "));

function startPicking(judge) {
  picking = judge;
  root.classList.add("picking");
  if (paged()) leavePages();
  find(".judged", judge).replaceChildren(template("yw-pick"));
  if (phone.matches) {
    const note = document.createElement("div");
    note.className = "picknote";
    note.append(template("yw-pick"));
    find(".readerbar").after(note);
    openDrawer(find('[data-act="unpick"]', judge));
  }
  for (const passage of all(".source .passage")) passage.tabIndex = 0;
}

export function endPicking() {
  if (!picking) return;
  find(".judged", picking).replaceChildren();
  picking = null;
  find(".picknote")?.remove();
  root.classList.remove("picking");
  for (const passage of all(".source .passage")) passage.tabIndex = -1;
}

actions.unpick = () => {
  for (const other of all("[data-verdict]", picking)) other.removeAttribute("aria-pressed");
  const judge = picking;
  endPicking();
  closeDrawer();
  find("button", judge).focus();
};

export function pick(passage) {
  const judge = picking;
  endPicking();
  closeDrawer();
  note(judge, "wrong", [passage.dataset.passage]);
}

async function note(judge, verdict, passages) {
  const turn = judge.closest(".turn");
  const leans = find(".understood", turn);
  const values = { verdict, passages, question: questionOf.get(turn), history: leans ? historyOf(turn).slice(-8) : [] };
  try {
    const { html } = await call("feedback", values);
    find(".judged", judge).replaceChildren(fragment(html));
    judge.scrollIntoView({ block: "nearest", behavior: "instant" });
  } catch (error) { say(error); }
}
