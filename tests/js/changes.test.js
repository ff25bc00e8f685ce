import assert from "node:assert/strict";
import { test } from "node:test";

import { show } from "./window.js";

/** The server's events, which the tests tell. */
class EventSource {
  static opened = [];
  constructor(address) {
    this.address = address;
    this.isOpen = true;
    EventSource.opened.push(this);
  }

  addEventListener(kind, listener) { this.listener = listener; }
  close() { this.isOpen = false; }
}
globalThis.EventSource = EventSource;
const { followChange } = await import("../../web/static/js/changes.js");

const streams = () => EventSource.opened.filter((stream) => stream.isOpen);
const tell = (progress) => streams().at(-1).listener({ data: JSON.stringify({ html: "", ...progress }) });

function line() {
  show('<template id="yw-readit"><button></button></template><ul><li><span class="how"></span></li></ul>');
  return document.querySelector("li");
}

test("one stream has all changes that are followed, and none is left at the end", async () => {
  const first = followChange(1);
  const second = followChange(2);

  assert.deepEqual(streams().map((stream) => stream.address), ["page/progress?changes=1,2"]);
  tell({ change: 1, stage: "done" });
  await first;
  assert.deepEqual(streams().map((stream) => stream.address), ["page/progress?changes=2"]);
  tell({ change: 2, stage: "done" });
  await second;
  assert.deepEqual(streams(), []);
});

test("a line shows how far its change is, and at the end opens the document", async () => {
  const there = line();
  const followed = followChange(3, there);
  tell({ change: 3, stage: "embedding", html: "<b>40%</b>" });

  assert.equal(there.querySelector(".how").innerHTML, "<b>40%</b>");
  tell({ change: 3, stage: "done", html: "好", name: "甲 & 乙" });
  await followed;
  assert.equal(there.querySelector("button").dataset.document, "甲 & 乙");
});

test("a change that waits for others says so; one of another is not heard", async () => {
  let behind = 0;
  const followed = followChange(4, null, () => { behind += 1; });
  tell({ change: 99, stage: "waiting" });
  assert.equal(behind, 0);
  tell({ change: 4, stage: "waiting" });
  assert.equal(behind, 1);
  tell({ change: 4, stage: "done" });
  await followed;
});

test("a change that fails is thrown with the server's sentence", async () => {
  const refused = followChange(5);
  tell({ change: 5, stage: "failed", html: "<p>空</p>" });
  await assert.rejects(refused, { html: "<p>空</p>" });
  const lost = followChange(6);
  tell({ change: 6, failed: "<p>忙</p>" });
  await assert.rejects(lost, { html: "<p>忙</p>" });
  assert.deepEqual(streams(), []);
});
