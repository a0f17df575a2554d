import assert from "node:assert/strict";
import test from "node:test";
import { questionOf } from "../../frontend/js/review/ask.js";
import { byTopic, columnsOf, lateness, lengthIn, timeline } from "../../frontend/js/review/model.js";
import { NOW } from "./make.mjs";

const step = (name, minutes) => ({
  step: name, at: new Date(NOW + minutes * 60_000).toISOString(), known_at: "", delay_s: 0,
  actor: "user:1", actor_zh: null, actor_en: null, count: 1,
});
const item = (id, steps, more = {}) => ({
  topic: "incident", id, number: id, title_zh: "", title_en: "", ended: null, steps, late: [], ...more,
});

test("lengths read alike from seconds to days", () => {
  assert.deepEqual([7, 760, 3600, 11_100, 90_000, -30].map((s) => lengthIn(s, "en")),
    ["0:07", "12:40", "1 h 00", "3 h 05", "1 d 1 h", "−0:30"]);
  assert.deepEqual([11_100, 90_000].map((s) => lengthIn(s, "zh")), ["3 小时 05 分", "1 天 1 小时"]);
});

test("columns are the usual steps in the order in which they usually come", () => {
  const items = [
    item("1", [step("reported", 0), step("dispatched", 2), step("on_scene", 9)]),
    item("2", [step("reported", 1), step("on_scene", 7), step("dispatched", 9)]),
    item("3", [step("reported", 1), step("dispatched", 2)]),
  ];
  assert.deepEqual(columnsOf(items), ["dispatched", "on_scene"]);
});

test("incidents come first, unknown kinds last", () => {
  const topics = ["rule", "alert", "incident"].map((topic) => item("1", [], { topic }));
  assert.deepEqual(byTopic(topics).map(([topic]) => topic), ["incident", "alert", "rule"]);
});

test("the worst lateness stands first; the timeline runs through all items", () => {
  const late = (by_s) => ({ step: "x", due: "", at: null, by_s, why_zh: "", why_en: "" });
  const items = [
    item("1", [step("b", 5)], { late: [late(5)] }),
    item("2", [step("a", 1)], { late: [late(99), late(1)] }),
  ];
  assert.deepEqual(lateness(items).map((one) => one.late.by_s), [99, 5, 1]);
  assert.deepEqual(timeline(items).map((one) => one.step.step), ["a", "b"]);
});

test("an address without a question means the last twelve hours", () => {
  const asked = questionOf("", NOW);
  assert.equal(Date.parse(asked.get("to")) - Date.parse(asked.get("from")), 12 * 3600_000);
  assert.equal(questionOf("?entity=incident:17", NOW).toString(), "entity=incident%3A17");
});
