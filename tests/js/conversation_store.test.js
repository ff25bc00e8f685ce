import assert from "node:assert/strict";
import { test } from "node:test";

import { ConversationStore, LONGEST, matching, MOST, nameOf } from "../../web/static/js/conversation_store.js";

/** A storage as a browser has it, with room for some characters. */
class Storage {
  entries = new Map();
  constructor(room = Infinity) { this.room = room; }
  get length() { return this.entries.size; }
  key(index) { return [...this.entries.keys()][index] ?? null; }
  getItem(key) { return this.entries.get(key) ?? null; }
  removeItem(key) { this.entries.delete(key); }
  setItem(key, value) {
    const others = [...this.entries].filter(([other]) => other !== key).reduce((sum, [, text]) => sum + text.length, 0);
    if (others + value.length > this.room) throw Object.assign(new Error("full"), { name: "QuotaExceededError" });
    this.entries.set(key, value);
  }
}

const conversation = (id, at, questions = ["问"]) => ({
  id, revision: "r", title: "", at, only: [],
  turns: questions.map((question) => ({ question, documents: [], alone: false, quotes: null })),
});

test("what is kept is read again, the newest first", () => {
  const store = new ConversationStore(new Storage(), "@/");
  store.write(conversation("a", 1));
  store.write(conversation("b", 2, ["甲", "乙"]));

  assert.deepEqual(store.list().map(({ id }) => id), ["b", "a"]);
  assert.deepEqual(store.read("b"), conversation("b", 2, ["甲", "乙"]));
  assert.equal(store.read("c"), null);
});

test("beyond the most that are kept the oldest goes; of one only the last questions are kept", () => {
  const store = new ConversationStore(new Storage(), "@/");
  for (let n = 0; n <= MOST; n += 1) store.write(conversation(`c${n}`, n));
  const { kept, isWhole } = store.write(conversation("long", MOST + 1, Array.from({ length: LONGEST + 5 }, (_, n) => `问${n}`)));

  assert.equal(store.list().length, MOST);
  assert.equal(store.read("c0"), null);
  assert.deepEqual([kept, isWhole], [LONGEST, true]);
  assert.equal(store.read("long").turns[0].question, "问5");
});

test("where the room is short older ones go first, then earlier questions; what is not ours stays", () => {
  const storage = new Storage(1500);
  storage.setItem("another's", "x".repeat(400));
  const store = new ConversationStore(storage, "@/");
  store.write(conversation("a", 1, ["甲".repeat(300)]));
  store.write(conversation("b", 2, ["乙".repeat(300)]));
  const { kept, isWhole, dropped } = store.write(conversation("c", 3, Array.from({ length: 8 }, () => "丙".repeat(100))));

  assert.deepEqual(store.list().map(({ id }) => id), ["c"]);
  assert.deepEqual([kept, isWhole, dropped], [4, false, 2]);
  assert.equal(storage.getItem("another's").length, 400);
  assert.deepEqual(store.write(conversation("d", 4, ["丁".repeat(2000)])), { kept: 0, isWhole: false, dropped: 1 });
});

test("where storage is forbidden nothing is kept and nothing is thrown", () => {
  const forbidden = new Proxy({}, { get() { throw Object.assign(new Error("no"), { name: "SecurityError" }); } });
  for (const storage of [forbidden, null]) {
    const store = new ConversationStore(storage, "@/");
    assert.equal(store.isAllowed, false);
    assert.deepEqual(store.write(conversation("a", 1)), { kept: 0, isWhole: false, dropped: 0 });
    assert.deepEqual(store.list(), []);
    store.remove("a");
  }
});

test("a storage that is full still allows to read and to delete", () => {
  const storage = new Storage(0);
  assert.equal(new ConversationStore(storage, "@/").isAllowed, true);
});

test("what others have written is no conversation", () => {
  const storage = new Storage();
  const store = new ConversationStore(storage, "@/");
  for (const value of ["{", "null", "[]", '{"turns": 7}', '{"turns": [{"question": " "}, null, 3]}']) {
    storage.setItem(`${store.prefix}x`, value);
    assert.equal(store.read("x"), null);
  }
  storage.setItem(`${store.prefix}x`, '{"turns": [{"question": "问", "documents": [3, "甲"], "quotes": [null]}], "at": "x"}');
  const [turn] = store.read("x").turns;
  assert.deepEqual(turn.documents, ["甲"]);
  assert.deepEqual(turn.quotes, [{ document: "", sha256: "", passage: "", spans: "" }]);
});

test("one is found by words of its name or of a question, however they are written", () => {
  const there = [conversation("a", 1, ["秘书处在哪里？", "Who Spoke"]), { ...conversation("b", 2), title: "第２章" }];
  const found = (words) => matching(there, words).map(({ id }) => id);

  assert.deepEqual(found(""), ["a", "b"]);
  assert.deepEqual(found("who 秘书处"), ["a"]);
  assert.deepEqual(found("第2章"), ["b"]);
  assert.deepEqual(found("没有"), []);
  assert.equal(nameOf(there[1]), "第２章");
  assert.equal(nameOf(conversation("c", 1, ["甲\n\n 乙"])), "甲 乙");
});
