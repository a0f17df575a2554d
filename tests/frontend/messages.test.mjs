import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";
import { messages } from "../../frontend/js/ui/messages.js";

const SCRIPTS = path.join(import.meta.dirname, "../../frontend/js");

test("Chinese and English have the same keys, and none is empty", () => {
  assert.deepEqual(Object.keys(messages.zh).sort(), Object.keys(messages.en).sort());
  for (const side of Object.values(messages))
    for (const [key, text] of Object.entries(side)) assert.ok(text.trim(), key);
});

test("both sides of a message fill in the same words", () => {
  const slots = (text) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();
  for (const key of Object.keys(messages.zh))
    assert.deepEqual(slots(messages.zh[key]), slots(messages.en[key]), key);
});

test("every key that the scripts name literally is in the catalogue", () => {
  for (const file of fs
    .readdirSync(SCRIPTS, { recursive: true })
    .filter((name) => name.endsWith(".js"))) {
    const source = fs.readFileSync(path.join(SCRIPTS, file), "utf8");
    for (const [, key] of source.matchAll(/\bt\("([^"]+)"/g))
      assert.ok(key in messages.zh, `${file}: ${key}`);
  }
});
