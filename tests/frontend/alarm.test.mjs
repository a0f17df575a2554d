import assert from "node:assert/strict";
import test from "node:test";
import { Alarm, FLOOD_MS, REPEAT_MS } from "../../frontend/js/ui/alarm.js";
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

/** Devices of one rule, the last of which fell silent just now. */
const silences = (n, changes = {}) =>
  Array.from({ length: n }, (_, i) =>
    alert({
      id: 100 + i,
      number: 100 + i,
      rule: "silent",
      kind: "silence",
      severity: 4,
      ...changes,
    }),
  );

test("sixty devices that fall silent within a minute make one sound", () => {
  const alarm = new Alarm();
  alarm.due([], NOW);
  const heard = Array.from({ length: 60 }, (_, s) => alarm.due(silences(s + 1), NOW + s * 1000));
  assert.deepEqual(
    heard.filter((sound) => sound !== null),
    ["other"],
  );
  assert.equal(heard[0], "other");
});

test("silences that go on are heard of once a minute", () => {
  const alarm = new Alarm();
  alarm.due([], NOW);
  assert.equal(alarm.due(silences(1), NOW), "other");
  assert.equal(alarm.due(silences(2), NOW + FLOOD_MS), null);
  assert.equal(alarm.due(silences(3), NOW + FLOOD_MS + 1), "other");
});

test("a flood of silences mutes nothing else", () => {
  const alarm = new Alarm();
  alarm.due([], NOW);
  const flood = silences(9);
  assert.equal(alarm.due(flood, NOW), "other");
  const rain = alert({ id: 1, severity: 4 });
  assert.equal(alarm.due([...flood, rain], NOW + 1000), "other");
  const worse = silences(1, { id: 2, severity: 3 });
  assert.equal(alarm.due([...flood, rain, ...worse], NOW + 2000), "other");
  const other = silences(1, { id: 3, rule: "silent_cameras" });
  assert.equal(alarm.due([...flood, rain, ...worse, ...other], NOW + 3000), "other");
});

test("a silence that grows worse sounds in the midst of a flood, and red always does", () => {
  const alarm = new Alarm();
  alarm.due([], NOW);
  const [first, ...rest] = silences(9);
  const yellow = silences(1, { id: 2, severity: 3 });
  assert.equal(alarm.due([first, ...rest, ...yellow], NOW), "other");
  assert.equal(alarm.due([{ ...first, severity: 3 }, ...rest, ...yellow], NOW + 1000), "other");
  const red = (n) => silences(n, { severity: 1 });
  const other = new Alarm();
  other.due([], NOW);
  assert.equal(other.due(red(1), NOW), "red");
  assert.equal(other.due(red(2), NOW + 1000), "red");
});

test("a flood that a red alert drowned out is still to be heard", () => {
  const alarm = new Alarm();
  alarm.due([], NOW);
  const red = alert({ id: 1, severity: 1 });
  assert.equal(alarm.due([red, ...silences(5)], NOW), "red");
  assert.equal(alarm.due([red, ...silences(6)], NOW + 1000), "other");
});
