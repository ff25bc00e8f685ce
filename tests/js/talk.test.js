import assert from "node:assert/strict";
import { test } from "node:test";

import { show } from "./window.js";

const { historyOf, questionOf } = await import("../../web/static/js/talk.js");

/** Puts turns on the page, each with its question and its status; returns them. */
function converse(...turns) {
  show(`<div class="log">${turns.map(([, status]) =>
    `<section class="turn"><div class="reply" data-status="${status}"></div></section>`).join("")}</div>`);
  const sections = [...document.querySelectorAll(".turn")];
  sections.forEach((section, at) => questionOf.set(section, turns[at][0]));
  return sections;
}

test("the history of a turn is the questions before it, the oldest first", () => {
  const [first, , third] = converse(["一", "answered"], ["二", "not_found"], ["三", "answered"]);

  assert.deepEqual(historyOf(first), []);
  assert.deepEqual(historyOf(third), ["一", "二"]);
});

test("a question that was rejected, or has no reply yet, is not looked back at", () => {
  const turns = converse(["一", "answered"], ["？", "rejected"], ["二", "answered"], ["三", ""]);
  turns[2].querySelector(".reply").remove();

  assert.deepEqual(historyOf(turns[3]), ["一"]);
});
