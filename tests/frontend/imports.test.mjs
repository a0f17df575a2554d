import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";

const ROOT = path.join(import.meta.dirname, "../../frontend/js");
const files = fs.readdirSync(ROOT, { recursive: true }).filter((name) => name.endsWith(".js"));
const source = (file) => fs.readFileSync(path.join(ROOT, file), "utf8");
const imports = (file) =>
  [...source(file).matchAll(/^(?:import|export)[^;]*?from\s+"([^"]+)"|^import\s+"([^"]+)"/gms)].map(
    (found) => found[1] ?? found[2],
  );

test("only the map speaks Leaflet", () => {
  for (const file of files.filter((name) => !name.startsWith("map/"))) {
    for (const from of imports(file))
      assert.ok(!/leaflet|mapbox|^pbf$/.test(from), `${file} imports ${from}`);
  }
});

test("import maps do not reach workers: what the worker loads is all relative", () => {
  const seen = new Set();
  const walk = (file) => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const from of imports(file)) {
      assert.ok(from.startsWith("."), `${file} imports ${from}`);
      walk(path.join(path.dirname(file), from));
    }
  };
  walk("live/worker.js");
  assert.ok(seen.has("live/link.js"));
});

test("nothing is written as markup, and no module grows large", () => {
  for (const file of files) {
    assert.ok(
      !/innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(/.test(source(file)),
      file,
    );
    if (!/messages_|words/.test(file)) assert.ok(source(file).split("\n").length <= 200, file);
  }
});

test("no script names an address outside this house", () => {
  for (const file of files) {
    const found = [...source(file).matchAll(/https?:\/\/[^\s"'`)]+/g)]
      .map((match) => match[0])
      .filter((url) => !url.startsWith("http://www.w3.org/"));
    assert.deepEqual(found, [], file);
  }
});
