import assert from "node:assert/strict";
import test from "node:test";
import {
  alike, answersTo, atOnce, byUrgency, leftText, light, shortNumber, STEPS, waitsFor, zoned,
} from "../../frontend/js/cases/model.js";
import { messages } from "../../frontend/js/ui/messages.js";

const NOW = Date.parse("2026-11-23T10:00:00+08:00");
const at = (minutes) => new Date(NOW + minutes * 60_000).toISOString();
const one = (changes = {}) => ({
  id: 1, number: "20261123-000012", kind: "matter", code: "06010", state: "dispatched",
  source: "inspector", department: "sanitation", name_zh: "暴露垃圾", name_en: "Exposed rubbish",
  place_zh: "金水区", place_en: "Jinshui", lon: 113.66, lat: 34.76,
  clock: { from: at(-60), yellow_at: at(30), due_at: at(60) },
  ...changes,
});

test("a clock is green, then yellow from 80 %, then red; on hold it stands still", () => {
  const clock = { from: at(-80), yellow_at: at(0), due_at: at(20) };
  assert.equal(light(one(), NOW), "green");
  assert.equal(light(one({ clock }), NOW), "yellow");
  assert.equal(light(one({ clock }), NOW + 20 * 60_000), "yellow");
  assert.equal(light(one({ clock }), NOW + 20 * 60_000 + 1), "red");
  assert.equal(light(one({ clock: null, state: "hung" }), NOW), "held");
  assert.equal(light(one({ state: "closed" }), NOW), "over");
});

test("what is left is counted down, and up with a plus once it has passed", () => {
  assert.equal(leftText(one(), NOW), "1h00");
  assert.equal(leftText(one(), NOW + 61 * 60_000), "+1:00");
  assert.equal(leftText(one({ clock: null }), NOW), "–");
});

test("a number is called by its end", () => assert.equal(shortNumber(one()), "12"));

test("each role has before it what waits for its posts", () => {
  const waits = (role, changes, department = "sanitation") =>
    waitsFor(one(changes), { role, department });
  assert.ok(waits("dispatcher", { state: "reported" }));
  assert.ok(waits("dispatcher", { state: "asked_hang" }));
  assert.ok(!waits("dispatcher", {}));
  assert.ok(waits("responder", {}));
  assert.ok(!waits("responder", {}, "drainage"));
  assert.ok(waits("inspector", { state: "checking" }));
  assert.ok(waits("inspector", { state: "reported", source: "public" }));
  assert.ok(!waits("inspector", { state: "reported" }));
  assert.ok(!waits("planner", { state: "reported" }));
});

test("what ends soonest comes first, what is on hold last", () => {
  const soon = one({ id: 2, clock: { yellow_at: at(1), due_at: at(2) } });
  const held = one({ id: 3, clock: null });
  const order = [held, one(), soon].sort(byUrgency).map((each) => each.id);
  assert.deepEqual(order, [2, 1, 3]);
});

test("search looks at number, kind and place in both languages", () => {
  for (const word of ["000012", "垃圾", "jinshui", " RUBBISH "]) assert.ok(answersTo(one(), word));
  assert.ok(!answersTo(one(), "路灯"));
});

test("only open cases of the same kind within reach may be the same", () => {
  const spot = { kind: "matter", code: "06010", lon: 113.6603, lat: 34.76 };
  const far = one({ id: 4, lon: 113.662 });
  const found = alike([one(), far, one({ code: "06013" }), one({ state: "closed" })], spot);
  assert.equal(found.length, 1);
  assert.ok(Math.abs(found[0].metres - 27.4) < 0.2);
});

// which steps may stand side by side (platform/urban/move.py)
const TOGETHER = [
  ["accept", "reject", "send_verify", "verify", "merge"],
  ["reject", "send_verify", "register", "merge"],
  ["dispatch", "void", "merge"],
  ["handle", "answer", "extend", "return", "hang"],
  ["grant", "refuse", "dispatch"],
  ["send_check", "check"],
];

test("no two steps of one state share a key, and none takes a key of the map", () => {
  for (const steps of TOGETHER) {
    const keys = steps.map((step) => STEPS[step].key);
    assert.equal(new Set(keys).size, keys.length, steps.join());
  }
  for (const { key } of Object.values(STEPS)) assert.ok(!"fgvlkdtqbniwjy".includes(key), key);
});

test("every step has its words in both languages", () => {
  for (const [step, ask] of Object.entries(STEPS)) {
    for (const side of [messages.zh, messages.en]) {
      assert.ok(side[`cases.do.${step}`] && side[`cases.did.${step}`], step);
      if (ask.words) assert.ok(side[`cases.words.${step}`], step);
    }
  }
  assert.ok(atOnce("accept") && !atOnce("dispatch"));
});

test("a time is sent with the city's offset, wherever the desk stands", () => {
  assert.equal(zoned("2026-11-24T09:30", "Asia/Shanghai"), "2026-11-24T09:30:00+08:00");
  assert.equal(zoned("2026-07-01T09:30", "UTC"), "2026-07-01T09:30:00+00:00");
  assert.equal(zoned("", "UTC"), "");
});
