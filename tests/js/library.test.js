import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { show } from "./window.js";

globalThis.EventSource = class {
  addEventListener(kind, listener) { globalThis.tell = (progress) => listener({ data: JSON.stringify(progress) }); }
  close() {}
};
globalThis.Option = class {
  constructor(text, value) {
    return Object.assign(document.createElement("option"), { textContent: text, value });
  }
};
const sent = [];
globalThis.fetch = async (address, { body }) => {
  sent.push([address, JSON.parse(body)]);
  return new Response(JSON.stringify({ change: 1 }));
};

const { actions, signal } = await import("../../web/static/js/base.js");
const { arrange, narrow } = await import("../../web/static/js/library.js");
const { names } = await import("../../web/static/js/texts.js");

const SELECTS = `<select class="order"><option value=""></option><option value="newest"></option><option value="date"></option>
  <option value="title"></option><option value="name"></option><option value="kind"></option><option value="folder"></option></select>
  <select class="kind"><option value=""></option><option value="law" data-zh="法律" data-en="Law"></option>
    <option value="speech" data-zh="讲话" data-en="Speech"></option><option value="letter" data-zh="信" data-en="Letter"></option></select>
  <select class="year"><option value=""></option><option value="none"></option></select>`;
const TEMPLATES = `<template id="yw-narrowing"><div class="narrowing"><input><div class="filters">${SELECTS}</div>
    <p class="none" hidden></p></div></template>
  <template id="yw-ingroup">{count} 篇</template><template id="yw-folder">文件夹 {number}</template>
  <template id="yw-nofolder">单独</template><template id="yw-otherkind" data-zh="其他" data-en="Other"></template>
  <template id="yw-inall">{count}</template><template id="yw-insome">{some}/{count}</template>
  <template id="yw-andothers">等</template><template id="yw-gonetext"><span>{name}没有了</span></template>
  <template id="yw-removed"><span>移除{name}</span><button data-act="undoAll"></button></template>
  <template id="yw-behind"><span>{name}等着</span></template>
  <template id="yw-asknone"><span data-placeholder-zh="" data-placeholder-en=""></span></template>
  <template id="yw-askone"><span data-placeholder-zh="" data-placeholder-en=""></span></template>
  <template id="yw-askseveral"><span data-placeholder-zh="{count}" data-placeholder-en="{count}"></span></template>`;

const row = ({ name, title = name, kind = "", date = "", folder = 0, within = "" }, at) => `
  <div class="row" data-document="${name}" data-title="${title}" data-kind="${kind}" data-date="${date}"
    data-folder="${folder}" data-within="${within}" data-at="${at}"><label class="pick"><input type="checkbox" data-document="${name}"></label>
    <button class="remove" data-act="remove" data-document="${name}"></button>
    <p class="left" hidden><span class="undone"><button data-act="undo" data-document="${name}"></button></span>
    <span class="going"></span></p></div>`;

/** Puts documents on the page, as the server lists them. */
function put(documents) {
  show(`<div class="yuanwen"><div id="yw-texts"><div class="choosing"></div><div class="rows">${documents.map(row).join("")}</div>
    </div><div class="dock"><div class="asking"><b></b><span class="others"></span><button class="every"></button></div>
    <textarea></textarea></div><div class="readerbar"><button class="texts"></button></div></div>${TEMPLATES}`);
  arrange();
}

const TEN = Array.from("甲乙丙丁戊己庚辛壬癸", (name, at) => ({
  name, kind: ["law", "speech", ""][at % 3], date: at < 8 ? `20${10 + at % 4}-0${at + 1}` : "", folder: at < 5 ? 0 : 7 - (at % 2),
}));
const find = (selector) => document.querySelector(selector);
const listed = () => [...document.querySelectorAll("#yw-texts .row")].filter((one) => !one.hidden)
  .map((one) => one.dataset.document).join("");
const outline = () => [...find(".rows").children].filter((one) => !one.hidden)
  .map((one) => one.dataset.document ?? `[${one.querySelector("b").textContent} ${one.querySelector(".note").textContent}]`).join("");

function choose(name, value) {
  find(`.narrowing .${name}`).value = value;
  arrange();
}

beforeEach(() => mock.timers.reset());

test("among few documents there are neither a box nor an order", () => {
  put(TEN.slice(0, 8));

  assert.equal(find(".narrowing"), null);
  assert.equal(listed(), "甲乙丙丁戊己庚辛");
});

test("an order or a filter that tells no documents apart is not offered", () => {
  put(TEN.map((one) => ({ ...one, kind: "law", date: "", folder: 0 })));
  const offered = [...document.querySelectorAll(".order option")].map((option) => option.value);

  assert.deepEqual(offered, ["", "newest", "title", "name"]);
  assert.equal(find("select.kind").hidden, true);
  assert.equal(find("select.year").hidden, true);
});

test("the filters have the kinds and years that these documents have, the newest first", () => {
  put(TEN);
  const values = (name) => [...document.querySelectorAll(`.${name} option`)].map((option) => option.value);

  assert.deepEqual(values("kind"), ["", "law", "speech"]);
  assert.deepEqual(values("year"), ["", "2013", "2012", "2011", "2010", "none"]);
});

test("the newest document stands first; those without a date stand last", () => {
  put(TEN);
  choose("order", "newest");
  assert.equal(listed(), "癸壬辛庚己戊丁丙乙甲");
  choose("order", "date");
  assert.equal(listed(), "辛丁庚丙己乙戊甲壬癸");
  choose("order", "");
  assert.equal(listed(), "甲乙丙丁戊己庚辛壬癸");
});

test("titles are ordered as one reads them: without their marks, numbers by what they count", () => {
  put(Array.from({ length: 10 }, (_, at) => ({ name: `n${at}`, title: at % 2 ? `《第${10 - at}号》` : `第${10 - at}号` })));
  choose("order", "title");

  assert.equal(listed(), "n9n8n7n6n5n4n3n2n1n0");
});

test("a folder has its name, by which its documents are found, and a number where no name was kept", () => {
  put(TEN.map((one) => (one.folder === 6 ? { ...one, within: "规章" } : one)));
  choose("order", "folder");
  assert.equal(outline(), "[规章 3 篇]己辛癸[文件夹 7 2 篇]庚壬[单独 5 篇]甲乙丙丁戊");
  find(".narrowing input").value = "规";
  narrow();
  assert.equal(listed(), "己辛癸");
});

test("kinds and folders have headings that count; what has none stands last", () => {
  put(TEN);
  choose("order", "kind");
  assert.equal(outline(), "[法律Law 4 篇]甲丁庚癸[讲话Speech 3 篇]乙戊辛[其他Other 3 篇]丙己壬");
  choose("order", "folder");
  assert.equal(outline(), "[文件夹 6 3 篇]己辛癸[文件夹 7 2 篇]庚壬[单独 5 篇]甲乙丙丁戊");
  choose("order", "");
  assert.equal(outline(), "甲乙丙丁戊己庚辛壬癸");
});

test("words, a kind and a year narrow the list together; a group that is empty hides", () => {
  put(TEN.map((one) => ({ ...one, title: `《${one.name}之Law》` })));
  choose("order", "kind");
  find(".narrowing input").value = " law ";
  choose("kind", "law");
  choose("year", "2013");
  assert.equal(outline(), "[法律Law 1 篇]丁");
  find(".narrowing input").value = "没有";
  narrow();
  assert.equal(outline(), "");
  assert.equal(find(".none").hidden, false);
});

test("when the documents are listed anew, the choices stay as far as they can", () => {
  put(TEN);
  choose("order", "kind");
  choose("kind", "speech");
  find(".narrowing input").value = "乙";
  signal("list");
  assert.equal(outline(), "[讲话Speech 1 篇]乙");
  for (const one of document.querySelectorAll('.row[data-kind="speech"]')) Object.assign(one.dataset, { kind: "" });
  find(".narrowing input").value = "";
  signal("list");
  assert.equal(find("select.kind").value, "");
  assert.equal(listed(), "甲丁庚癸乙丙戊己辛壬");
});

test("a document that is removed leaves at once, and comes back when that is undone", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  put(TEN.slice(0, 3));
  actions.remove(find('.remove[data-document="乙"]'));
  const left = find('.row[data-document="乙"] .left');

  assert.deepEqual(names(), ["甲", "丙"]);
  assert.equal(left.hidden, false);
  assert.equal(document.activeElement, left.querySelector("[data-act=undo]"));
  actions.undo(left.querySelector("[data-act=undo]"));
  mock.timers.tick(60_000);
  assert.deepEqual(names(), ["甲", "乙", "丙"]);
  assert.equal(left.hidden, true);
  assert.deepEqual(sent, []);
});

test("after some seconds it is removed, and from then on there is no way back", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  put(TEN.slice(0, 3));
  actions.remove(find('.remove[data-document="乙"]'));
  mock.timers.tick(7999);
  assert.deepEqual(sent, []);
  mock.timers.tick(1);
  assert.deepEqual(sent, [["page/remove", { document: "乙" }]]);
  assert.equal(find('.row[data-document="乙"] .undone').hidden, true);
  assert.equal(find('.row[data-document="乙"] .going').hidden, false);
  actions.undoAll();
  assert.deepEqual(names(), ["甲", "丙"]);
  await new Promise((resolve) => { setImmediate(resolve); });
  globalThis.tell({ change: 1, stage: "waiting", html: "" });
  assert.equal(find(".said").textContent, "“乙”等着");
  globalThis.tell({ change: 1, stage: "done", html: "" });
  await new Promise((resolve) => { setImmediate(resolve); });
  assert.equal(find(".said").textContent.trim(), "“乙”没有了");
});
