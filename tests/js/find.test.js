import assert from "node:assert/strict";
import { test } from "node:test";

import { show } from "./window.js";

const { search } = await import("../../web/static/js/find.js");

/** Returns what is found in a document, as text. */
function found(words, html) {
  show(`<article class="source">${html}</article>`);
  return search(words).map((range) => range.toString());
}

test("each place is found, in reading order, however letters are written", () => {
  assert.deepEqual(found("sco", "<p>SCO与Sco</p><p>sco</p>"), ["SCO", "Sco", "sco"]);
});

test("places do not overlap", () => {
  assert.deepEqual(found("哈哈", "<p>哈哈哈哈哈</p>"), ["哈哈", "哈哈"]);
});

test("words may run over marks and line ends, and not from one paragraph into the next", () => {
  assert.deepEqual(found("共同发展", '<p>共<b>同</b><span class="gap">\n  </span>发展</p>').length, 1);
  assert.deepEqual(found("共同发展", "<p>共同</p><p>发展</p>"), []);
});

test("a character whose small form is longer shifts nothing after it", () => {
  assert.deepEqual(found("原文", "<p>İİ原文</p>"), ["原文"]);
});

test("characters of two units are found whole", () => {
  assert.deepEqual(found("𠮷", "<p>吉𠮷𠮷</p>"), ["𠮷", "𠮷"]);
});

test("nothing is found of nothing", () => {
  assert.deepEqual(found("", "<p>原文</p>"), []);
  show("");
  assert.deepEqual(search("原文"), []);
});
