import assert from "node:assert/strict";
import { freshKey } from "../../frontend/js/ui/fresh_key.js";
import { test } from "node:test";

import {
  byDue,
  byStatus,
  countdown,
  dueCount,
  isLate,
  marked,
  ordered,
  orderSince,
  running,
  stageOf,
} from "../../frontend/js/incidents/model.js";
import { classOf, inMapOrder, named, strength } from "../../frontend/js/units/model.js";

const NOW = Date.parse("2026-11-22T10:00:00Z");
const ago = (/** @type {number} */ s) => new Date(NOW - s * 1000).toISOString();

/** @param {Record<string, unknown>} changes */
const incident = (changes) => ({
  id: 1,
  severity: 3,
  state: "open",
  reported_at: ago(10),
  closed_at: null,
  assignments: [],
  geometry: null,
  told_at: ago(0),
  ...changes,
});

/** @param {Record<string, unknown>} changes */
const task = (changes) => ({
  id: 1,
  state: "running",
  stage: 0,
  amber_at: ago(-80),
  due: ago(-100),
  geometry: null,
  told_at: ago(0),
  ...changes,
});

test("the queue: waiting before active before closed; late first, worst, oldest", () => {
  const rows = [
    incident({ id: 1, state: "closed", closed_at: ago(60) }),
    incident({ id: 2, state: "active", severity: 1 }),
    incident({ id: 3, severity: 3 }),
    incident({ id: 4, severity: 2 }),
    incident({ id: 5, severity: 4, reported_at: ago(700) }),
    incident({ id: 6, severity: 2, reported_at: ago(20) }),
    incident({ id: 7, state: "closed", closed_at: ago(1801) }),
    incident({ id: 8, state: "closed", closed_at: ago(30) }),
  ];
  assert.deepEqual(ordered(rows, NOW).map((one) => one.id), [5, 6, 4, 3, 2, 8, 1]);
});

test("only what waits for a first unit is late", () => {
  assert.ok(isLate(incident({ severity: 1, reported_at: ago(61) }), NOW));
  assert.ok(!isLate(incident({ severity: 1, reported_at: ago(59) }), NOW));
  assert.ok(!isLate(incident({ severity: 1, reported_at: ago(999), state: "active" }), NOW));
});

test("a task turns amber and red by the clock, before the server says so", () => {
  assert.equal(stageOf(task({}), NOW), 0);
  assert.equal(stageOf(task({ amber_at: ago(1) }), NOW), 1);
  assert.equal(stageOf(task({ due: ago(0) }), NOW), 2);
  assert.equal(countdown(task({}), NOW), "1:40");
  assert.equal(countdown(task({ due: ago(12) }), NOW), "−0:12");
});

test("due tasks are counted while they run, the first due first", () => {
  const all = [
    task({ id: 1, due: ago(5) }),
    task({ id: 2, due: ago(50) }),
    task({ id: 3, due: ago(60), state: "done" }),
    task({ id: 4 }),
  ];
  assert.equal(dueCount(all, NOW), 2);
  assert.deepEqual(byDue(all).map((one) => one.id), [2, 1, 4]);
});

test("orders that run, and since when they are what they are", () => {
  const order = { available_at: null, dispatched_at: "a", en_route_at: "b", on_scene_at: null, left_at: null };
  const over = { ...order, available_at: "z" };
  assert.deepEqual(running(incident({ assignments: [order, over] })), [order]);
  assert.equal(orderSince(order), "b");
  const sent = (/** @type {string} */ code, status = "dispatched") => ({ available_at: null, code, status });
  const mixed = incident({ assignments: [sent("D1"), sent("F1", "on_scene"), sent("D2")] });
  assert.deepEqual(byStatus(mixed), [["on_scene", ["F1"]], ["dispatched", ["D1", "D2"]]]);
});

test("words that led to a type are marked where they stand, the longer one first", () => {
  assert.deepEqual(marked("隧道积水很深", ["积水", "隧道积水"]), [
    { text: "隧道积水", marked: true },
    { text: "很深", marked: false },
  ]);
  assert.deepEqual(marked("smoke, no more", ["smoke"]), [
    { text: "smoke", marked: true },
    { text: ", no more", marked: false },
  ]);
  assert.deepEqual(marked("", ["x"]), []);
});

test("keys are UUIDs and differ", () => {
  const keys = new Set(Array.from({ length: 50 }, freshKey));
  assert.equal(keys.size, 50);
  for (const key of keys)
    assert.match(key, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

/** @param {string} code @param {string} district @param {number} lon @param {number} lat */
const unit = (code, district, lon, lat, status = "available") => ({
  id: code,
  code,
  district_zh: district,
  district_en: district,
  lon,
  lat,
  status,
  geometry: null,
  told_at: ago(0),
});

test("units stand by district as the map lies: rows from the north, each from the west", () => {
  const all = [
    unit("D2", "南", 113.6, 34.6),
    unit("D1", "东", 113.8, 34.9),
    unit("F1", "西", 113.5, 34.91),
    unit("D3", "西", 113.5, 34.9),
  ];
  assert.deepEqual(inMapOrder(all, "zh").map((one) => one.code), ["D3", "F1", "D1", "D2"]);
  assert.deepEqual(strength([...all, unit("D9", "南", 1, 1, "en_route")]), { all: 5, free: 4 });
});

test("call signs are found in any case, and a wrong one refuses all", () => {
  const all = [unit("D1", "东", 1, 1), unit("F1", "东", 1, 1)];
  assert.deepEqual(named(all, ["f1", "D1", "d1"]).units.map((one) => one.code), ["F1", "D1"]);
  assert.deepEqual(named(all, ["D1", "X9"]), { units: [], unknown: "X9" });
  assert.equal(classOf("on_scene"), "OS");
  assert.equal(classOf("asleep"), "OOS");
});
