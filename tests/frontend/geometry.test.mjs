import assert from "node:assert/strict";
import test from "node:test";
import {
  areaOf,
  areaText,
  crossing,
  distanceTo,
  topOf,
} from "../../frontend/js/map/geometry.js";

const box = (west, south, east, north) => [
  [west, south],
  [east, south],
  [east, north],
  [west, north],
];
const near = (value, wanted, part) =>
  assert.ok(Math.abs(value / wanted - 1) < part, `${value} is not ${wanted}`);

test("areas are those of the ellipsoid, to a millionth", () => {
  const triangle = [
    [113.61, 34.72],
    [113.68, 34.74],
    [113.63, 34.79],
  ];
  near(areaOf(box(0, 0, 1, 1)), 12_308_778_361, 1e-6); // GeographicLib
  near(areaOf(box(113.6, 34.7, 113.62, 34.71)), 2_032_656.125, 1e-6);
  near(areaOf(triangle), 22_857_708.88, 1e-6);
});

test("an area does not depend on which way round it is drawn", () => {
  const ring = box(113.6, 34.7, 113.62, 34.71);
  assert.equal(areaOf(ring), areaOf([...ring].reverse()));
});

test("sizes are read in m² up to ten hectares, then in km²", () => {
  assert.equal(areaText(1234.4), "1,234 m²");
  assert.equal(areaText(99_999), "99,999 m²");
  assert.equal(areaText(120_000), "0.12 km²");
  assert.equal(areaText(52_340_000), "52.3 km²");
  assert.equal(areaText(1_234_500_000), "1,235 km²");
});

test("crossing edges are named by number", () => {
  assert.equal(crossing(box(0, 0, 1, 1), true), null);
  const bow = [
    [0, 0],
    [1, 1],
    [1, 0],
    [0, 1],
  ];
  assert.deepEqual(crossing(bow, false), [1, 3]);
  assert.deepEqual(crossing(bow, true), [1, 3]);
  assert.equal(crossing(bow.slice(0, 3), false), null);
});

test("the closing edge counts only when the area is closed", () => {
  const hook = [
    [0, 0],
    [2, 0],
    [2, 2],
    [1, -1],
  ];
  assert.deepEqual(crossing(hook, false), [1, 3]);
  const spiral = [
    [0, 0],
    [4, 0],
    [4, 4],
    [1, 4],
    [1, 1],
    [3, 1],
    [3, 2],
  ];
  assert.equal(crossing(spiral, false), null);
  assert.deepEqual(crossing(spiral, true), [5, 7]);
});

test("touching is crossing, running back too, sharing a corner is not", () => {
  const touches = [
    [0, 0],
    [4, 0],
    [4, 4],
    [2, 0],
    [0, 4],
  ];
  assert.deepEqual(crossing(touches, true), [1, 3]);
  const back = [
    [0, 0],
    [4, 0],
    [2, 0],
  ];
  assert.deepEqual(crossing(back, false), [1, 2]);
  assert.deepEqual(crossing(back, true), [1, 2]);
  const straightOn = [
    [0, 0],
    [2, 0],
    [4, 0],
    [2, 3],
  ];
  assert.equal(crossing(straightOn, true), null);
});

test("a name stands on the northern edge, or on the tip", () => {
  assert.deepEqual(topOf(box(0, 0, 2, 2)), [1, 2]);
  const roof = [
    [0, 0],
    [4, 0],
    [4, 2],
    [3, 5],
    [0, 2],
  ];
  assert.deepEqual(topOf(roof), [3, 5]);
});

test("the distance to an outline is that to its nearest edge", () => {
  const square = [
    { x: 0, y: 0 },
    { x: 10, y: 0 },
    { x: 10, y: 10 },
    { x: 0, y: 10 },
  ];
  assert.equal(distanceTo({ x: 5, y: 3 }, square), 3);
  assert.equal(distanceTo({ x: 13, y: 14 }, square), 5);
});
