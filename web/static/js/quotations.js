// ---- the two tabs of the left side: asking, and checking quotations

import { actions, all, call, find, fragment, phone, showLanguage, template } from "./base.js";
import { say } from "./cards.js";
import { closeDrawer } from "./reader.js";

export function showTab(name) {
  const view = find("#yw-check");
  if (name === "check" && !view.firstChild) {
    view.append(template("yw-checking"));
    showLanguage();
  }
  for (const tab of all('[role="tab"]')) {
    const isIt = tab.dataset.tab === name;
    tab.setAttribute("aria-selected", String(isIt));
    tab.tabIndex = isIt ? 0 : -1;
    find(`#yw-${tab.dataset.tab}`).hidden = !isIt;
  }
}

actions.tab = (tab) => {
  closeDrawer();
  showTab(tab.dataset.tab);
  if (!phone.matches) find(`#yw-${tab.dataset.tab} textarea`).focus();
};

export async function check(sheet) {
  const results = find(".results", sheet.parentElement);
  results.setAttribute("aria-busy", "true");
  try {
    const { html } = await call("check", { text: find("textarea", sheet).value });
    results.replaceChildren(fragment(html));
  } catch (error) { say(error); }
  results.removeAttribute("aria-busy");
}
