import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const FOLDER = new URL("../../web/static/js/", import.meta.url);
const MODULES = readdirSync(FOLDER).filter((name) => name.endsWith(".js"));
const code = (name) => readFileSync(new URL(name, FOLDER), "utf8");
const named = (text, pattern) => [...text.matchAll(pattern)].map((match) => match[1]);

/** Which modules a module has at once, and which on demand. */
const needs = new Map(MODULES.map((name) => [name, named(code(name), /^(?:import|export|\}).*"\.\/([\w.]+)";$/gm)]));
const mayNeed = new Map(MODULES.map((name) => [name, named(code(name), /\bimport\("\.\/([\w.]+)"\)/g)]));

/** Returns a circle of modules that import each other, or nothing. */
function circle(graph) {
  const done = new Set();
  const visit = (name, way) => {
    if (way.includes(name)) return [...way.slice(way.indexOf(name)), name];
    if (done.has(name)) return null;
    done.add(name);
    for (const next of graph.get(name)) {
      const found = visit(next, [...way, name]);
      if (found) return found;
    }
    return null;
  };
  for (const name of graph.keys()) {
    const found = visit(name, []);
    if (found) return found;
  }
  return null;
}

test("modules do not import each other in a circle: nothing hangs on which is read first", () => {
  assert.deepEqual(circle(new Map([["a", ["b"]], ["b", ["c", "d"]], ["c", []], ["d", ["b"]]])), ["b", "d", "b"]);
  assert.ok(needs.get("start.js").length > 5);

  assert.equal(circle(needs), null);
});

test("the page has each module, from the start or on demand", () => {
  const there = new Set(["start.js"]);
  for (const name of there) for (const other of [...needs.get(name), ...mayNeed.get(name)]) there.add(other);

  assert.deepEqual([...there].sort(), MODULES.toSorted());
});

test("what all share imports nothing", () => {
  assert.deepEqual(needs.get("base.js"), []);
});
