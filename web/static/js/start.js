
// ---- listeners

document.addEventListener("click", (event) => {
  if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || !event.target.closest) return;
  const at = (selector) => event.target.closest(selector);
  const link = at("[data-goto]") ?? (at("cite") && find("[data-goto]", at("cite")));
  if (picking && at(".source .passage")) {
    pick(at(".source .passage"));
  } else if (link) {
    event.preventDefault();
    follow(link).catch(say);
  } else if (at("[data-to]")) {
    event.preventDefault();
    browse(at("[data-to]")).catch(say);
  } else if (at("[data-ask]")) {
    ask(at("[data-ask]").textContent);
    if (!phone.matches) box().focus();
  } else if (at("[data-act]")) {
    Promise.resolve(actions[at("[data-act]").dataset.act](at("[data-act]"))).catch(say);
  }
});

document.addEventListener("submit", (event) => {
  if (event.target.matches(".dock")) {
    event.preventDefault();
    send();
  } else if (event.target.matches(".tocheck")) {
    event.preventDefault();
    check(event.target);
  }
});

document.addEventListener("input", (event) => {
  if (event.target.closest(".dock")) {
    recalled = null;
    grow(event.target);
  } else if (event.target.closest(".find")) findAll();
  else if (event.target.closest(".narrowing")) narrow();
});

document.addEventListener("focusin", (event) => {
  const card = event.target.closest?.(".card, .place");
  const quote = card && find(":scope > .quote", card);
  if (quote && !event.target.matches(".quote")) current = quote;
});

document.addEventListener("keydown", onKey);
document.addEventListener("copy", copyWords);
document.addEventListener("scroll", () => requestAnimationFrame(() => { followScroll(); showAt(); }), {
  capture: true, passive: true,
});
window.addEventListener("popstate", onHistory);
phone.addEventListener("change", closeDrawer);
darkSystem.addEventListener("change", showTheme);

/** Gradio calls this once the page is there; `function_` calls the server. */
async function connect(element, function_) {
  server = function_;
  restoreNul(element);
  showTheme();
  showLanguage();
  showForm();
  applyFeedback();
  followScroll();
  showNarrowing();
  openPages();
  if (!find(".log > .turn")) restore();
  next();
  watchLoading();
  await followAddress().catch(say);
}

showTheme();
showLanguage();
window.yuanwen = { connect };
