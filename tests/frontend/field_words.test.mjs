import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";
import { words as inspect } from "../../frontend/js/field/inspect/words.js";
import { words as citizen } from "../../frontend/js/field/public_words.js";
import { words as unit } from "../../frontend/js/field/unit/words.js";
import { say, shared, speak, teach } from "../../frontend/js/field/words.js";

const ROOT = path.join(import.meta.dirname, "../../frontend/js/field");
const CATALOGUES = { shared, inspect, unit, citizen };

test("both languages say everything, with the same words filled in", () => {
  const slots = (text) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();
  for (const [name, words] of Object.entries(CATALOGUES))
    for (const [key, [zh, en]] of Object.entries(words)) {
      assert.ok(zh.trim() && en.trim(), `${name}: ${key}`);
      assert.deepEqual(slots(zh), slots(en), `${name}: ${key}`);
    }
});

test("every key that a script names literally is known to its page, and none is left unused", () => {
  const used = new Set();
  for (const file of fs.readdirSync(ROOT, { recursive: true }).filter((one) => one.endsWith(".js") && !one.endsWith("words.js"))) {
    const source = fs.readFileSync(path.join(ROOT, file), "utf8");
    const own = file.startsWith("inspect") ? inspect : file.startsWith("unit") ? unit : citizen;
    for (const [, key] of source.matchAll(/\bsay\("([^"]+)"/g)) {
      used.add(key);
      const known = key in shared || key in own || key === "app";
      assert.ok(known, `${file}: ${key}`);
    }
    for (const [, text] of source.matchAll(/"([a-z_]+(?:\.[a-z_0-9]+)?)"/g)) used.add(text);
    for (const [, prefix] of source.matchAll(/`([a-z]+)\.\$\{/g)) used.add(`${prefix}.`);
  }
  const known = Object.values(CATALOGUES).flatMap((words) => Object.keys(words));
  const silent = known.filter((key) => !used.has(key) && !used.has(`${key.split(".")[0]}.`));
  assert.deepEqual(silent, []);
});

test("words are filled in, in the language that is spoken", () => {
  teach(citizen);
  speak("en");
  assert.equal(say("follow.as_of", { time: "08:05" }), "As of 08:05");
  speak("zh");
  assert.equal(say("follow.as_of", { time: "08:05" }), "08:05 更新");
  assert.equal(say("no.such.key"), "no.such.key");
});
