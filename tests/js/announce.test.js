import assert from "node:assert/strict";
import { test } from "node:test";

import { show } from "./window.js";

const { describe } = await import("../../web/static/js/announce.js");

const CARD = '<article class="card"><p class="grade">回答了</p><blockquote class="quote">甲</blockquote>'
  + "<cite>第一章</cite><button>复制</button></article>";

/** Puts a turn on the page and describes it; returns what is read out. */
function heard(reply, { isHeard = true } = {}) {
  show(`<template id="yw-nth">第 {number} 段，共 {count} 段</template><p id="yw-heard"></p>
    <section class="turn">${reply}</section>`);
  describe(document.querySelector(".turn"), { isHeard });
  return document.querySelector("#yw-heard").textContent;
}

const answered = (cards) => `<div data-status="answered"><p class="count">两段</p><div class="cards">${cards}</div></div>`;

test("each card says which of how many it is, and its grade", () => {
  heard(answered(CARD + CARD));
  const cards = [...document.querySelectorAll(".card")];
  const nameOf = (card) => document.getElementById(card.getAttribute("aria-labelledby")).textContent;

  assert.equal(document.querySelector(".cards").getAttribute("role"), "list");
  assert.deepEqual(cards.map((card) => card.getAttribute("role")), ["listitem", "listitem"]);
  assert.deepEqual(cards.map(nameOf), ["第 1 段，共 2 段 回答了", "第 2 段，共 2 段 回答了"]);
});

test("each button says whose it is; names of cards are never given twice", () => {
  heard(answered(CARD + CARD));
  const described = [...document.querySelectorAll("button")].map((button) => button.getAttribute("aria-describedby"));

  assert.deepEqual(described, [...document.querySelectorAll("cite")].map((cite) => cite.id));
  assert.equal(new Set([...document.querySelectorAll(".card [id]")].map((one) => one.id)).size, 4);
});

test("a card whose quote was not the document's any more has a name all the same", () => {
  heard(answered('<article class="card"><p>!</p><button>?</button></article>'));

  assert.equal(document.querySelector(".card .sr").textContent, "第 1 段，共 1 段 ");
  assert.equal(document.querySelector("button").hasAttribute("aria-describedby"), false);
});

test("of an answer is read out how many passages it has, and where the first stands", () => {
  assert.equal(heard(answered(CARD + CARD)), "两段: 第一章");
  assert.equal(document.querySelector(".count").textContent, "两段", "the page keeps its own");
});

test("where nothing was found, or something went wrong, that is read out", () => {
  assert.equal(heard('<div data-status="not_found"><p class="verdict">没有</p></div>'), "没有");
  assert.equal(heard('<p class="failed"><span class="why">断了</span><button>再问</button></p>'), "断了");
  assert.equal(heard('<p class="failed">模型打不开</p>'), "模型打不开");
});

test("what a reload asks again is not read out", () => {
  assert.equal(heard(answered(CARD), { isHeard: false }), "");
  assert.equal(document.querySelector(".card").getAttribute("role"), "listitem");
});
