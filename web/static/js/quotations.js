// ---- the two tabs of the left side: asking, and checking quotations (whose results: checked.js)

import { actions, all, find, keepTyped, phone, say, showLanguage, template } from "./base.js";
import { closeDrawer } from "./reader.js";

const TAB = "yuanwen.tab"; // a reload shows the same one
const results = () => import("./checked.js"); // few need it

export function showTab(name) {
  const view = find("#yw-check");
  if (name === "check" && !view.firstChild) {
    view.append(template("yw-checking"));
    keepTyped(find(".tocheck textarea", view), "quotations");
    showLanguage();
    results().then(({ recheck }) => recheck()).catch(say);
  }
  for (const tab of all('[role="tab"]')) {
    const isIt = tab.dataset.tab === name;
    tab.setAttribute("aria-selected", String(isIt));
    tab.tabIndex = isIt ? 0 : -1;
    find(`#yw-${tab.dataset.tab}`).hidden = !isIt;
  }
  try { sessionStorage.setItem(TAB, name); } catch { /* forbidden */ }
}

/** Shows the tab that was shown before a reload. */
export function restoreTab() {
  let name = null;
  try { name = sessionStorage.getItem(TAB); } catch { /* forbidden */ }
  if (name === "check") showTab(name);
}

actions.tab = (tab) => {
  closeDrawer();
  showTab(tab.dataset.tab);
  if (!phone.matches) find(`#yw-${tab.dataset.tab} textarea`).focus();
};

export async function check(sheet) {
  const { checkText } = await results();
  await checkText(find("textarea", sheet).value);
}
