// Runs before the first paint, so that nothing jumps: light or dark, Chinese or English, a reload.
(() => {
  "use strict";
  const root = document.documentElement;
  const recall = (/** @type {string} */ key) => { try { return localStorage.getItem(`yuanwen.${key}`); } catch { return null; } };
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = recall("theme") ?? (dark ? "dark" : "light");
  const tongues = (navigator.languages ?? [navigator.language]).map((tag) => tag.slice(0, 2).toLowerCase());
  const tongue = recall("language") ?? tongues.find((one) => one === "zh" || one === "en") ?? "zh";
  root.lang = tongue === "en" ? "en" : "zh-Hans";
  if (recall("gloss") === "off") root.dataset.gloss = "off"; // else the contents keep room for the dictionary
  root.dataset.size = recall("size") ?? "0"; // of the type, in steps (js/viewport.js)
  // A reload asks the questions of this tab again (js/talk.js): until then, nothing that stands before them is shown.
  try {
    const isReload = performance.getEntriesByType("navigation")[0]?.type !== "navigate";
    const kept = JSON.parse(sessionStorage.getItem("yuanwen.questions") ?? "{}");
    if (isReload && kept?.turns?.length) root.dataset.again = "";
  } catch { /* forbidden */ }
})();
