import assert from "node:assert/strict";
import { test } from "node:test";

import { graphemes, linesOf } from "../../web/static/js/line_breaks.js";

/** Returns the lines of a text of which each character is one wide. */
const broken = (text, width) =>
  linesOf([{ text }], width, (part) => graphemes(part).length).map((line) => line.map((piece) => piece.text).join(""));

test("no mark that closes begins a line, and none that opens ends one", () => {
  assert.deepEqual(broken("甲乙丙丁，戊己", 4), ["甲乙丙", "丁，戊己"]);
  assert.deepEqual(broken("甲乙丙（丁戊）己", 4), ["甲乙丙", "（丁戊）", "己"]);
  assert.deepEqual(broken("他说：“好。”走", 5), ["他说：", "“好。”走"]);
});

test("words of letters stay whole; a blank at the end of a line takes no room", () => {
  assert.deepEqual(broken("甲 word 乙", 4), ["甲 ", "word ", "乙"]);
  assert.deepEqual(broken("甲乙丙丁 戊", 4), ["甲乙丙丁 ", "戊"]);
});

test("what is wider than a line is broken anywhere, but not inside a character", () => {
  assert.deepEqual(broken("abcdefghij", 4), ["abcd", "efgh", "ij"]);
  assert.deepEqual(broken("👩‍👧👩‍👧👩‍👧", 2), ["👩‍👧👩‍👧", "👩‍👧"]);
});

test("no character is lost, whatever the width, and each keeps what it is marked with", () => {
  const pieces = [{ text: "各国“共商”，", mark: "" }, { text: "共建 and 共享。", mark: "best" }, { text: "（完）", mark: "" }];
  const text = (all) => all.map((piece) => piece.mark + piece.text.replace(/\s/gu, "")).join("");
  for (let width = 1; width < 30; width += 1) {
    const lines = linesOf(pieces, width, (part) => part.length);
    const joined = lines.flat().reduce((all, piece) => {
      if (all.at(-1)?.mark === piece.mark) all.at(-1).text += piece.text; else all.push({ ...piece });
      return all;
    }, []);
    assert.equal(text(joined), text(pieces));
  }
});

test("what has a width of its own is never divided or joined", () => {
  const lines = linesOf([{ text: "甲乙" }, { width: 3, line: "57" }, { text: "丙" }], 4, (part) => part.length);
  assert.deepEqual(lines, [[{ text: "甲乙" }], [{ width: 3, line: "57" }, { text: "丙" }]]);
});
