import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { show } from "./window.js";
import { call, renewToken, token, whenAnswered } from "../../web/static/js/base.js";

const PAGE = '<html><head><meta name="yuanwen-token" content="new"></head></html>';
const json = (value, status = 200) => new Response(JSON.stringify(value), { status });

let asked = []; // what the server was sent
let answers = []; // what it answers, in order

globalThis.fetch = async (address, options = {}) => {
  asked.push({ address, token: options.headers?.["Yuanwen-Token"], body: options.body });
  return answers.shift();
};

beforeEach(() => {
  show("");
  asked = [];
});

test("a token that the server no longer knows is got anew, and the request sent again", async () => {
  answers = [json({}, 403), new Response(PAGE), json({ html: "好" })];

  assert.deepEqual(await call("ask", { question: "“甲”" }), { html: "好" });
  assert.deepEqual(asked.map(({ address, token: sent }) => [address, sent]), [
    ["page/ask", ""], ["/", undefined], ["page/ask", "new"],
  ]);
  assert.equal(asked[2].body, '{"question":"“甲”"}');
});

test("a request that is refused with the newest token is not sent again", async () => {
  answers = [json({ message: { zh: "不许", en: "No" } }, 403), new Response(PAGE)];

  await assert.rejects(call("ask"), { html: '<span class="zh">不许</span><span class="en">No</span>' });
  assert.equal(asked.length, 2);
});

test("a page without a token leaves the token as it is", async () => {
  answers = [new Response("<p>!</p>")];

  assert.equal(await renewToken(), false);
  assert.equal(token, "new");
});

test("each answer tells the version of the index, except that of the list of documents itself", async () => {
  const told = [];
  whenAnswered(async (version) => { told.push(version); });
  answers = [json({ version: 7 }), json({ version: 8 }), json({ version: 9, failed: "<p>!</p>" })];
  await call("source");
  await call("texts");
  await call("cite").catch(() => {});

  assert.deepEqual(told, [7, 9]);
});
