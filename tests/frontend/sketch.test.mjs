import assert from "node:assert/strict";
import test from "node:test";
import { cornersOf, Sketch } from "../../frontend/js/map/sketch.js";

const [A, B, C, D] = [
  [0, 0],
  [0.01, 0],
  [0.01, 0.01],
  [0, 0.01],
];
const drawn = (...corners) => {
  const sketch = new Sketch();
  corners.forEach((corner) => sketch.add(corner));
  return sketch;
};

test("an area of three corners or more closes, one of two does not", () => {
  const sketch = drawn(A, B);
  assert.deepEqual(sketch.close(), { kind: "few" });
  assert.equal(sketch.closed, false);
  sketch.add(C);
  assert.equal(sketch.close(), null);
  assert.equal(sketch.closed, true);
  assert.deepEqual(sketch.geometry, { type: "Polygon", coordinates: [[A, B, C, A]] });
});

test("a crossing is known before the corner is set, and keeps the area open", () => {
  const sketch = drawn(A, C, B);
  assert.equal(sketch.fault(), null);
  assert.deepEqual(sketch.fault(D), { kind: "crossing", edges: [1, 3] });
  sketch.add(D);
  assert.deepEqual(sketch.close(), { kind: "crossing", edges: [1, 3] });
  sketch.undo();
  assert.equal(sketch.close(), null);
});

test("a corner on the one before is none, and none is taken by a closed area", () => {
  const sketch = drawn(A, [...A], B, C);
  assert.equal(sketch.corners.length, 3);
  sketch.close();
  assert.equal(sketch.add(D), false);
});

test("taking back opens a closed area first, then drops corners", () => {
  const sketch = drawn(A, B, C);
  sketch.close();
  sketch.undo();
  assert.deepEqual([sketch.closed, sketch.corners.length], [false, 3]);
  sketch.undo();
  assert.equal(sketch.corners.length, 2);
});

test("a corner that is dragged across an edge is noticed", () => {
  const sketch = drawn(A, B, C, D);
  sketch.close();
  sketch.move(3, [0.02, 0.005]);
  assert.equal(sketch.fault()?.kind, "crossing");
});

test("the size takes in the corner that would come next", () => {
  const sketch = drawn(A, B);
  assert.equal(sketch.area(), 0);
  assert.equal(sketch.area(B), 0);
  assert.ok(Math.abs(sketch.area(C) - 615_439) < 50);
});

test("an outline of one ring can be changed by hand, others are drawn anew", () => {
  const ring = [A, B, C, A];
  assert.deepEqual(cornersOf({ type: "MultiPolygon", coordinates: [[ring]] }), [A, B, C]);
  assert.equal(cornersOf({ type: "MultiPolygon", coordinates: [[ring], [ring]] }), null);
  assert.equal(cornersOf({ type: "Polygon", coordinates: [ring, ring] }), null);
});

test("a line needs two points and may cross itself; a place needs one", () => {
  const line = new Sketch([], false, "line");
  line.add([113.6, 34.7]);
  assert.deepEqual(line.close(), { kind: "few" });
  for (const corner of [[113.7, 34.8], [113.7, 34.7], [113.6, 34.8]]) line.add(corner);
  assert.equal(line.close(), null);
  assert.equal(line.geometry.type, "LineString");
  const place = new Sketch([], false, "point");
  place.add([113.6, 34.7]);
  assert.equal(place.close(), null);
  assert.deepEqual(place.geometry, { type: "Point", coordinates: [113.6, 34.7] });
});
