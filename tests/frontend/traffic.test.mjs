import assert from "node:assert/strict";
import test from "node:test";
import { HitGrid } from "../../frontend/js/traffic/grid.js";
import {
  inOrder,
  lengthText,
  middleOf,
  placesOf,
  standing,
  streetNames,
  timeText,
} from "../../frontend/js/traffic/model.js";
import { anyMoves, moveOn, placeAt, trackOf } from "../../frontend/js/traffic/motion.js";
import { bodyOf } from "../../frontend/js/traffic/order.js";
import { ago, NOW } from "./make.mjs";

const report = (seconds, more = {}) => ({ time: ago(seconds), course: 90, speed: 36, ...more });

test("a vehicle moves to its last report and arrives when the next one is due", () => {
  const track = trackOf(7, report(10), { x: 1, y: 1 }, 0);
  assert.deepEqual(placeAt(track, 500), { x: 1, y: 1 });
  moveOn(track, report(5), { x: 1.01, y: 1 }, 1000);
  assert.equal(placeAt(track, 1000).x, 1);
  assert.ok(Math.abs(placeAt(track, 3500).x - 1.005) < 1e-9);
  assert.deepEqual(placeAt(track, 6000), { x: 1.01, y: 1 });
  assert.deepEqual(placeAt(track, 60_000), { x: 1.01, y: 1 }); // never beyond what was reported
  assert.ok(anyMoves([track], 3000) && !anyMoves([track], 6000));
});

test("an early report is gone to from where the vehicle is drawn, without a jump", () => {
  const track = trackOf(7, report(10), { x: 1, y: 1 }, 0);
  moveOn(track, report(5), { x: 1.01, y: 1 }, 0);
  moveOn(track, report(3), { x: 1.01, y: 1.02 }, 2500);
  assert.ok(Math.abs(placeAt(track, 2500).x - 1.005) < 1e-9);
  assert.deepEqual(placeAt(track, 4500), { x: 1.01, y: 1.02 });
});

test("what was silent for long, jumps far or must not move appears where it is", () => {
  for (const [before, place, still] of [
    [600, { x: 1.01, y: 1 }, false],
    [5, { x: 2, y: 1 }, false],
    [5, { x: 1.01, y: 1 }, true],
  ]) {
    const track = trackOf(7, report(before), { x: 1, y: 1 }, 0);
    moveOn(track, report(0), place, 100, still);
    assert.deepEqual(placeAt(track, 100), place);
    assert.ok(!anyMoves([track], 100));
  }
});

test("a report without course or speed keeps the course and stands", () => {
  const track = trackOf(7, report(10), { x: 1, y: 1 }, 0);
  moveOn(track, { time: ago(5) }, { x: 1, y: 1 }, 0);
  assert.equal(track.course, 90);
  assert.equal(track.speed, 0);
});

test("a hit finds the nearest mark within reach, also across the edge of a cell", () => {
  const grid = new HitGrid();
  grid.add(1, 31, 31);
  grid.add(2, 40, 40);
  grid.add(3, 300, 300);
  assert.equal(grid.nearest(33, 33, 11), 1);
  assert.equal(grid.nearest(38, 38, 11), 2);
  assert.equal(grid.nearest(100, 100, 11), null);
  grid.clear();
  assert.equal(grid.nearest(33, 33, 11), null);
});

test("a grid of many marks agrees with looking at all of them", () => {
  const grid = new HitGrid();
  const marks = Array.from({ length: 500 }, (_, id) => ({ id, x: (id * 37) % 800, y: (id * 91) % 600 }));
  for (const { id, x, y } of marks) grid.add(id, x, y);
  for (let at = 0; at < 200; at += 1) {
    const [x, y] = [(at * 53) % 800, (at * 17) % 600];
    const far = Math.min(...marks.map((mark) => Math.hypot(mark.x - x, mark.y - y)));
    const found = grid.nearest(x, y, 11);
    assert.equal(found !== null, far <= 11);
    if (found !== null) assert.equal(Math.hypot(marks[found].x - x, marks[found].y - y), far);
  }
});

const closure = (id, more = {}) => ({
  id,
  number: id,
  state: "open",
  severity: "closed",
  factor: null,
  reason: "flood",
  streets: [],
  from_at: ago(60),
  until_at: null,
  version: 1,
  ...more,
});

test("what waits for a decision comes first, what is over not at all", () => {
  const planned = closure(4, { from_at: ago(-3600) });
  const out = closure(5, { until_at: ago(1) });
  const rows = [closure(1), closure(2, { state: "proposed" }), closure(3), planned, out];
  rows.push(closure(6, { state: "ended" }));
  assert.deepEqual(inOrder(rows, NOW).map(({ id }) => id), [2, 3, 1, 4]);
  assert.equal(standing(planned, NOW), "planned");
  assert.equal(standing(out, NOW), "ended");
});

test("streets are named in the reader's language, the rest counted", () => {
  const streets = [1, 2, 3].map((n) => ({ zh: `${n}路`, en: `Road ${n}` }));
  assert.equal(streetNames(closure(1, { streets }), "zh"), "1路、2路 +1");
  assert.equal(streetNames(closure(1, { streets }), "en", 4), "Road 1, Road 2, Road 3");
});

test("times and lengths are rounded as people say them", () => {
  assert.equal(timeText(20, "en"), "1 min");
  assert.equal(timeText(3900, "en"), "1 h 05");
  assert.equal(timeText(3900, "zh"), "1 小时 05 分");
  assert.deepEqual([84, 949, 1240, 23_400].map(lengthText), ["80 m", "950 m", "1.2 km", "23 km"]);
});

test("a sign stands in the middle of what it is about", () => {
  const line = { type: "LineString", coordinates: [[0, 0], [2, 0], [2, 2]] };
  assert.deepEqual(middleOf(line), [2, 0]);
  const ring = [[0, 0], [4, 0], [4, 2], [0, 2], [0, 0]];
  assert.deepEqual(middleOf({ type: "Polygon", coordinates: [ring] }), [2, 1]);
  assert.deepEqual(middleOf({ type: "MultiLineString", coordinates: [[[9, 9], [9, 9.1]], line.coordinates] }), [2, 0]);
  assert.deepEqual(middleOf({ type: "Point", coordinates: [3, 4] }), [3, 4]);
  assert.equal(placesOf({ type: "Polygon", coordinates: [ring] }).length, 5);
});

test("a draft is sent as it was written", () => {
  const draft = {
    geometry: null,
    streets: [],
    reason: "works",
    severity: "closed",
    factor: 3,
    minutes: "60",
    until_at: null,
    words: " 夜间施工 ",
    key: "k",
    version: 4,
  };
  const body = bodyOf(0, draft);
  assert.equal(body.factor, null);
  assert.equal(body.words, "夜间施工");
  assert.equal(body.key, "k");
  assert.ok(Math.abs(Date.parse(body.until_at) - Date.now() - 3_600_000) < 5000);
  const changed = bodyOf(7, { ...draft, severity: "slow", minutes: "keep", until_at: ago(-60) });
  assert.deepEqual([changed.version, changed.factor, changed.until_at], [4, 3, ago(-60)]);
  assert.ok(!("key" in changed));
});
