import assert from "node:assert/strict";
import { test } from "node:test";

import { forbidStorage, show } from "./window.js";
import { fragment, language, lastLine, problemHtml, recall, remember, signal, whenever } from "../../web/static/js/base.js";

const bytes = (text) => new TextEncoder().encode(text);

/** Returns an answer whose body comes in pieces that end where `cuts` says, in bytes. */
function inPieces(body, cuts) {
  const whole = bytes(body);
  const ends = [...cuts, whole.length];
  const stream = new ReadableStream({
    start(controller) {
      ends.forEach((end, piece) => controller.enqueue(whole.slice(ends[piece - 1] ?? 0, end)));
      controller.close();
    },
  });
  return new Response(stream);
}

test("the last line is the answer, wherever the body is cut, within a character too", async () => {
  const body = '{"place": 2}\n{"place": 1}\n{"html": "<p>原文𠮷</p>"}\n';
  for (let first = 0; first <= bytes(body).length; first++) {
    for (const second of [first, Math.floor((first + bytes(body).length) / 2)]) {
      const told = [];
      const answer = await lastLine("ask", inPieces(body, [first, second]), (line) => told.push(line.place));

      assert.deepEqual(answer, { html: "<p>原文𠮷</p>" });
      assert.deepEqual([...new Set(told)], [2, 1]);
    }
  }
});

test("an answer that failed is thrown with its HTML", async () => {
  const body = '{"place": 1}\n{"failed": "<p>忙</p>", "gone": true}\n';

  await assert.rejects(lastLine("ask", inPieces(body, [4]), () => {}), { html: "<p>忙</p>", gone: true });
});

test("a problem of the server is thrown in both languages", async () => {
  const response = new Response('{"message": {"zh": "太多", "en": "Too many"}}', { status: 503 });

  await assert.rejects(lastLine("ask", response, () => {}), {
    html: '<span class="zh">太多</span><span class="en">Too many</span>',
  });
});

test("the sentence of a problem is text, never markup", () => {
  const html = problemHtml({ zh: "<img src=x>&", en: "</span><b>" });

  assert.equal(html, '<span class="zh">&lt;img src=x&gt;&amp;</span><span class="en">&lt;/span&gt;&lt;b&gt;</span>');
  assert.equal(problemHtml({}), '<span class="zh"></span><span class="en"></span>');
});

test("what is remembered is recalled, under the page's own name", () => {
  remember("form", "gbt7714");

  assert.equal(recall("form"), "gbt7714");
  assert.equal(localStorage.getItem("yuanwen.form"), "gbt7714");
  assert.equal(recall("never"), undefined);
});

test("where storage is forbidden, a choice lasts as long as the page", () => {
  const allow = forbidStorage();
  try {
    remember("theme", "dark");

    assert.equal(recall("theme"), "dark");
  } finally { allow(); }
});

test("a chosen language goes before the browser's", () => {
  remember("language", "en");
  assert.equal(language(), "en");
  remember("language", "zh");
  assert.equal(language(), "zh");
});

test("a mark stands for U+0000, in templates too", () => {
  show("");
  document.body.append(fragment('<p>a<i class="nul"></i>b</p><template><q><i class="nul"></i></q></template>'));

  assert.equal(document.querySelector("p").textContent, "a\0b");
  assert.equal(document.querySelector("template").content.querySelector("q").textContent, "\0");
});

test("what is signalled is heard by all who listen for it, at once", () => {
  const heard = [];
  whenever("document", (what) => heard.push(["one", what]));
  whenever("document", (what) => heard.push(["two", what]));
  whenever("scope", () => heard.push(["never"]));
  signal("document", "甲");

  assert.deepEqual(heard, [["one", "甲"], ["two", "甲"]]);
});
