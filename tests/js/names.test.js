import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const WEB = new URL("../../web/", import.meta.url);

function code(folder, ending) {
  const files = readdirSync(new URL(folder, WEB)).filter((name) => name.endsWith(ending));
  return files.map((name) => readFileSync(new URL(`${folder}/${name}`, WEB), "utf8")).join("\n");
}

const modules = code("static/js", ".js");
const html = code("templates", ".html") + code("html", ".py");
const named = (text, pattern) => new Set([...text.matchAll(pattern)].map((match) => match[1]));

const ACTIONS = named(modules, /^\s*actions\.(\w+) = /gm);
const ACTS = named(html + modules, /(?:data-act=|dataset\.act = |_button\()\\?"(\w+)\\?"/g);

test("what a button does is there", () => {
  assert.ok(ACTS.size > 30);
  assert.deepEqual([...ACTS.difference(ACTIONS)], []);
});

test("each action is named by a button, or by a module", () => {
  const used = (name) => html.includes(`"${name}"`) || modules.includes(`"${name}"`)
    || new RegExp(`actions\\.${name}\\b(?! = )`).test(modules);

  assert.deepEqual([...ACTIONS].filter((name) => !used(name)), []);
});

test("what modules find by its id, or make of a template, is in the HTML", () => {
  const ids = named(html, /\bid="([\w-]+)"/g);
  const wanted = named(modules, /(?:template\(|filled\(|find\(|all\()["'`]#?(yw-[a-z-]+)(?=["'` .])/g);

  assert.ok(wanted.size > 20);
  assert.deepEqual([...wanted.difference(ids)], []);
});

test("no two elements have one id: of two templates the second would never be found", () => {
  const ids = [...html.matchAll(/\bid="(yw-[\w-]+)"/g)].map((match) => match[1]);

  assert.deepEqual(ids.filter((id, at) => ids.indexOf(id) !== at), []);
});

test("each class that modules look for is given to something", () => {
  const selectors = [...modules.matchAll(/\b(?:find|all|closest|matches|at|part)\((["'`])(.+?)\1/g)]
    .map((match) => match[2].replace(/\$\{.*?\}/g, ""));
  const wanted = named(selectors.join(" "), /\.([a-z][\w-]*)/g);
  const given = new Set((html + modules).match(/(?<![.\w-])[a-z][\w-]*/g)); // any word that no selector has
  const isBuilt = (name) => modules.includes(`${name.split("-")[0]}-\${`);

  assert.ok(wanted.size > 60);
  assert.deepEqual([...wanted.difference(given)].filter((name) => !isBuilt(name)), []);
});
