import assert from "node:assert/strict";
import test from "node:test";
import { Alarm, REPEAT_MS } from "../../frontend/js/ui/alarm.js";
import { alert, NOW } from "./make.mjs";

test("what already waits when a shift begins: red sounds, the rest does not", () => {
  assert.equal(new Alarm().due([alert({ severity: 3 })], NOW), null);
  assert.equal(new Alarm().due([alert({ severity: 1 })], NOW), "red");
});

test("a new alert sounds once; a red one each 30 s until somebody acknowledges", () => {
  const alarm = new Alarm();
  alarm.due([], NOW);
  assert.equal(alarm.due([alert({ severity: 3 })], NOW), "other");
  assert.equal(alarm.due([alert({ severity: 3 })], NOW + 60_000), null);
  const red = alert({ id: 2, severity: 1 });
  assert.equal(alarm.due([red], NOW), "red");
  assert.equal(alarm.due([red], NOW + REPEAT_MS - 1), null);
  assert.equal(alarm.due([red], NOW + REPEAT_MS), "red");
  assert.equal(alarm.due([{ ...red, state: "acknowledged" }], NOW + 2 * REPEAT_MS), null);
});

test("the worst sound wins, and one repetition serves all reds", () => {
  const alarm = new Alarm();
  alarm.due([], NOW);
  const alerts = [
    alert({ id: 1, severity: 4 }),
    alert({ id: 2, severity: 1 }),
    alert({ id: 3, severity: 1 }),
  ];
  assert.equal(alarm.due(alerts, NOW), "red");
  assert.equal(alarm.due(alerts, NOW + 1000), null);
});

test("a rise in severity sounds like a new alert; easing does not", () => {
  const alarm = new Alarm();
  alarm.due([alert({ severity: 3 })], NOW);
  assert.equal(alarm.due([alert({ severity: 2 })], NOW), "other");
  assert.equal(alarm.due([alert({ severity: 4 })], NOW), null);
});

test("losing the feed is heard once after ten seconds, and its return once", () => {
  const alarm = new Alarm();
  assert.equal(alarm.link(false, 9000), null);
  assert.equal(alarm.link(false, 11_000), "lost");
  assert.equal(alarm.link(false, 60_000), null);
  assert.equal(alarm.link(true, 0), "back");
  assert.equal(alarm.link(true, 0), null);
});
