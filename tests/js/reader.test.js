import assert from "node:assert/strict";
import { test } from "node:test";

import { show } from "./window.js";

const { bestOf } = await import("../../web/static/js/reader.js");

function best(spans, html) {
  show(`<blockquote class="quote" data-spans="${spans}">${html}</blockquote>`);
  return bestOf(document.querySelector(".quote"));
}

test("the marked words are named by where they stand in the source", () => {
  assert.equal(best("100-106", "一二<mark>三四</mark>五六"), "102-104");
  assert.equal(best("100-106", "<mark>一</mark>二三四<mark>五六</mark>"), "100-101,104-106");
  assert.equal(best("100-106", "一二三四五六"), "");
});

test("places are counted in code points, as the server counts", () => {
  assert.equal(best("7-11", "𠮷野<mark>家𠮷</mark>"), "9-11");
});

test("marks inside other marks of the quote are counted by their text alone", () => {
  assert.equal(best("0-6", "<b>一<i>二</i></b><mark>三<b>四</b></mark>五六"), "2-4");
});

test("words that a break cuts are named in both parts", () => {
  assert.equal(best("10-13,20-23", '一二<mark>三<span class="gap"></span>四五</mark>六'), "12-13,20-22");
  assert.equal(best("10-13,20-23", "一二三<mark>四</mark>五六"), "20-21");
});
