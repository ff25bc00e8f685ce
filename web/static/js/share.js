// ---- one passage for others: a link, a file, a picture (HTML: web/templates/share_dialog.html). The file is made by the
// server from the text as it is now; the picture is drawn from that file, so that both say the same.

import { actions, call, copyText, find, fragment, language, showLanguage, shownBy, template } from "./base.js";
import { cardOf } from "./cards.js";
import { historyOf, questionOf, scopeOf } from "./talk.js";

const dialog = () => find("#yw-share");
const part = (selector) => find(selector, dialog());
let openings = 0; // an answer for an earlier opening is ignored
let addresses = []; // of blobs, to be given back
let link = "";
let png = null;

/** Whether an address names the machine itself: nobody else can open it. */
export function isLoopback(host) {
  return /^(localhost|.*\.localhost|127(\.\d+){1,3}|\[::1\]|\[::ffff:7f[0-9a-f:]+\])$/iu.test(host);
}

export async function openShare(button) {
  const card = cardOf(button);
  const turn = button.closest(".turn");
  openings += 1;
  const opening = openings;
  link = new URL(card.dataset.link, location.origin + location.pathname).href;
  clear();
  part(".here").hidden = !isLoopback(location.hostname);
  showLanguage();
  dialog().showModal();
  dialog().onclose = () => { openings += 1; clear(); button.focus(); };
  try {
    const { name, html } = await call("share", {
      passage: shownBy(find(":scope > .quote", card)), language: language(),
      question: questionOf.get(turn), history: historyOf(turn), documents: scopeOf.get(turn),
    });
    if (opening !== openings) return;
    offer(part(".file"), new Blob([html], { type: "text/html" }), name);
    const { draw } = await import("./picture.js");
    const bare = html.replace(/<style>[^]*?<\/style>/u, ""); // a style in it would be refused, and reported, by our policy
    png = await draw(new DOMParser().parseFromString(bare, "text/html"));
    if (opening !== openings) return;
    showPicture(name.replace(/html$/u, "png"));
  } catch (error) {
    if (opening !== openings) return;
    find(".picture", dialog()).replaceChildren();
    part(".wrong").replaceChildren(error.html ? fragment(error.html) : template("yw-lost"));
    part(".wrong").hidden = false;
  }
}

function showPicture(name) {
  part(".picture").replaceChildren();
  part(".long").hidden = Boolean(png);
  if (!png) return;
  part(".picture").append(template("yw-shared"));
  showLanguage();
  find("img", part(".picture")).src = offer(part(".png"), png, name);
  part(".copypng").hidden = !(navigator.clipboard?.write && window.ClipboardItem);
}

/** Lets a link download a file. Returns the address. */
function offer(anchor, blob, name) {
  const address = URL.createObjectURL(blob);
  addresses.push(address);
  anchor.href = address;
  anchor.download = name;
  anchor.removeAttribute("aria-disabled");
  return address;
}

function clear() {
  const old = addresses;
  setTimeout(() => old.forEach((address) => URL.revokeObjectURL(address)), 10_000); // a download may still read it
  addresses = [];
  png = null;
  for (const anchor of [part(".file"), part(".png")]) {
    anchor.removeAttribute("href");
    anchor.setAttribute("aria-disabled", "true");
  }
  for (const one of [".wrong", ".long", ".copypng"]) part(one).hidden = true;
  const drawn = document.createElement("p");
  drawn.className = "note";
  drawn.append(template("yw-drawing"));
  part(".picture").replaceChildren(drawn);
}

actions.shareLink = (button) => copyText(link, button);

actions.copyPicture = async (button) => {
  await navigator.clipboard.write([new ClipboardItem({ "image/png": png })]);
  button.classList.add("copied");
  setTimeout(() => button.classList.remove("copied"), 1600);
};
