// Behaviour of the page. Listeners sit on the document, so that nothing is lost when Gradio renders again.
(() => {
  "use strict";
  const root = document.documentElement;
  const phone = window.matchMedia("(max-width: 799px)");
  const darkSystem = window.matchMedia("(prefers-color-scheme: dark)");
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  const find = (selector, scope = document) => scope.querySelector(selector);
  const all = (selector, scope = document) => scope.querySelectorAll(selector);

  // A browser may forbid storage; then a choice lasts as long as the page.
  const chosen = {};
  const recall = (key) => {
    try { return localStorage.getItem(`yuanwen.${key}`) ?? chosen[key]; } catch { return chosen[key]; }
  };
  const remember = (key, value) => {
    chosen[key] = value;
    try { localStorage.setItem(`yuanwen.${key}`, value); } catch { /* see above */ }
  };

  // ---- light and dark, Chinese and English

  const isDark = () => (recall("theme") ?? (darkSystem.matches ? "dark" : "light")) === "dark";

  function showTheme() {
    root.dataset.theme = isDark() ? "dark" : "light";
    document.body?.classList.toggle("dark", isDark()); // for what Gradio itself may show
    for (const button of all('[data-act="theme"]')) button.setAttribute("aria-pressed", String(isDark()));
  }

  function language() {
    const tongues = (navigator.languages ?? [navigator.language]).map((tag) => tag.slice(0, 2).toLowerCase());
    return recall("language") ?? tongues.find((tongue) => tongue === "zh" || tongue === "en") ?? "zh";
  }

  function showLanguage() {
    const tongue = language();
    root.lang = tongue === "en" ? "en" : "zh-Hans";
    for (const box of all("[data-placeholder-zh]")) box.placeholder = box.getAttribute(`data-placeholder-${tongue}`);
  }

  // ---- asking: one question at a time, in order; the server keeps the session's earlier ones

  let trigger = null;
  let turns = 0;
  let asked = null;
  const waiting = [];

  function ask(question) {
    const log = find(".log");
    const turn = document.createElement("section");
    turn.className = "turn";
    log.append(turn);
    if (question.trim()) {
      const bubble = document.createElement("p");
      bubble.className = "question";
      bubble.textContent = question;
      turn.append(bubble);
      if (bubble.scrollHeight > bubble.clientHeight) bubble.tabIndex = 0; // a long one scrolls, by keys too
    }
    moveExamples(question);
    look(turn, question);
    const scroller = log.parentElement;
    const top = turn.getBoundingClientRect().top - scroller.getBoundingClientRect().top + scroller.scrollTop;
    scroller.scrollTo({ top, behavior: calm.matches ? "instant" : "smooth" });
  }

  function look(turn, question) {
    turn.append(find("#yw-seeking").content.cloneNode(true));
    waiting.push({ turn, question, number: ++turns });
    next();
  }

  function next() {
    if (asked || !waiting.length || !trigger) return;
    asked = waiting.shift();
    trigger("submit", { question: asked.question, turn: asked.number });
  }

  function answered(content) {
    find(".seeking", asked.turn).replaceWith(content);
    asked = null;
    next();
  }

  /** A reply: `{turn, html}`, the HTML escaped by the server. */
  function receive(reply) {
    if (asked?.number !== reply?.turn) return;
    const holder = document.createElement("template");
    holder.innerHTML = reply.html;
    restoreNul(holder.content);
    answered(holder.content);
  }

  /** The question did not reach the engine. */
  function failed() {
    if (!asked) return;
    asked.turn.dataset.question = asked.question;
    answered(find("#yw-failed").content.cloneNode(true));
  }

  function retry(button) {
    const turn = button.closest(".turn");
    button.closest(".failed").remove();
    look(turn, turn.dataset.question);
    find("textarea").focus();
  }

  function send() {
    const box = find("textarea");
    const question = box.value;
    box.value = "";
    grow(box);
    ask(question);
    box.focus();
  }

  function moveExamples(question) {
    const examples = find(".chips");
    if (!examples) return;
    for (const chip of examples.children) if (chip.textContent === question) chip.classList.add("asked");
    if (!phone.matches && !find(".dock .chips")) {
      find(".try").hidden = true;
      find(".dock").prepend(examples);
    }
  }

  function grow(box) {
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight}px`;
  }

  /** HTML cannot carry U+0000; the server sends a mark in its place. */
  function restoreNul(scope) {
    for (const mark of all("i.nul", scope)) mark.replaceWith("\0");
  }

  // ---- the source pane; on a phone it is a drawer

  let opener = null;

  function reveal(target) {
    const pane = find(".reader .scroller");
    const top = target.getBoundingClientRect().top - pane.getBoundingClientRect().top + pane.scrollTop;
    pane.scrollTo({ top: top - Math.min(pane.clientHeight * 0.2, 140), behavior: "instant" });
  }

  function goTo(id, from) {
    const passage = document.getElementById(`p-${id}`);
    if (!passage) return;
    if (phone.matches) openDrawer(from);
    for (const lit of all(".passage.lit")) {
      lit.classList.remove("lit");
      lit.removeAttribute("aria-current");
    }
    passage.classList.add("lit");
    passage.setAttribute("aria-current", "true");
    reveal(passage);
  }

  function openDrawer(from) {
    if (root.classList.contains("drawer")) return;
    opener = from;
    root.classList.add("drawer");
    const reader = find(".reader");
    reader.setAttribute("role", "dialog");
    reader.setAttribute("aria-modal", "true");
    reader.setAttribute("aria-labelledby", "yw-reader");
    for (const other of all(".bar, .talk")) other.inert = true;
    find('[data-act="close"]').focus({ preventScroll: true });
    history.pushState({ yuanwen: "drawer" }, ""); // so that a phone's Back closes it and loses nothing
  }

  function closeDrawer() {
    if (!root.classList.contains("drawer")) return;
    root.classList.remove("drawer");
    for (const name of ["role", "aria-modal", "aria-labelledby"]) find(".reader").removeAttribute(name);
    for (const other of all(".bar, .talk")) other.inert = false;
    opener?.focus({ preventScroll: true });
    if (history.state?.yuanwen === "drawer") history.back();
  }

  function followScroll() {
    const pane = find(".reader .scroller");
    const links = [...all(".toc a")];
    if (!pane || !links.length || !links[0].offsetParent) return;
    const edge = pane.getBoundingClientRect().top + 150;
    const passed = links.filter((link) => {
      const target = document.getElementById(link.dataset.to);
      return target && target.getBoundingClientRect().top < edge;
    });
    const current = passed.at(-1) ?? links[0];
    for (const link of links) {
      if (link !== current) link.removeAttribute("aria-current");
      else if (!link.hasAttribute("aria-current")) {
        link.setAttribute("aria-current", "location");
        const toc = find(".toc");
        const { top, bottom } = link.getBoundingClientRect();
        if (top < toc.offsetTop || bottom > toc.offsetTop + toc.clientHeight) {
          toc.scrollTop += top - toc.offsetTop - toc.clientHeight / 2;
        }
      }
    }
  }

  // ---- copying: the exact characters, also where the clipboard interface is missing (plain http)

  async function copy(button) {
    const text = find(".quote", button.closest(".card")).textContent;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const put = (event) => { event.clipboardData.setData("text/plain", text); event.preventDefault(); };
      document.addEventListener("copy", put, { once: true });
      document.execCommand("copy");
      document.removeEventListener("copy", put);
    }
    button.classList.add("copied");
    setTimeout(() => button.classList.remove("copied"), 1600);
  }

  // ---- listeners

  const actions = {
    language() { remember("language", language() === "en" ? "zh" : "en"); showLanguage(); },
    theme() { remember("theme", isDark() ? "light" : "dark"); showTheme(); },
    open: openDrawer,
    close: closeDrawer,
    copy,
    retry,
  };

  document.addEventListener("click", (event) => {
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || !event.target.closest) return;
    const at = (selector) => event.target.closest(selector);
    const source = at("[data-goto]") ?? (at("cite") && find("[data-goto]", at("cite")));
    if (source) {
      event.preventDefault();
      goTo(source.dataset.goto, source);
    } else if (at("[data-to]")) {
      event.preventDefault();
      reveal(document.getElementById(at("[data-to]").dataset.to));
    } else if (at("[data-ask]")) {
      ask(at("[data-ask]").textContent);
      if (!phone.matches) find("textarea").focus();
    } else if (at("[data-act]")) {
      actions[at("[data-act]").dataset.act](at("[data-act]"));
    }
  });

  document.addEventListener("submit", (event) => {
    if (!event.target.closest(".dock")) return;
    event.preventDefault();
    send();
  });

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("textarea, input, select, [contenteditable]");
    // Enter that ends the composition of ideographs belongs to the input method.
    if (event.key === "Enter" && typing?.closest(".dock") && !event.shiftKey && !event.isComposing) {
      if (event.keyCode === 229) return;
      event.preventDefault();
      send();
    } else if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      closeDrawer();
      find("textarea")?.focus();
    } else if (event.key === "Escape") {
      closeDrawer();
    }
  });

  document.addEventListener("input", (event) => { if (event.target.closest(".dock")) grow(event.target); });
  document.addEventListener("scroll", () => requestAnimationFrame(followScroll), { capture: true, passive: true });
  window.addEventListener("popstate", closeDrawer);
  phone.addEventListener("change", closeDrawer);
  darkSystem.addEventListener("change", showTheme);

  /** Called once the page stands; `send` hands a question to the server. */
  function connect(element, send) {
    trigger = send;
    restoreNul(element);
    showTheme();
    showLanguage();
    followScroll();
    const passage = new URLSearchParams(location.search).get("p");
    if (passage) goTo(passage, find('[data-act="open"]'));
    next();
  }

  showTheme();
  showLanguage();
  window.yuanwen = { connect, receive, failed };
})();
