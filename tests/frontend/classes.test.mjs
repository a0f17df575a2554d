/** The classes that squares of the ground are coloured by. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { classesOf, classOf, colourOf } from "../../frontend/js/planner/classes.js";

test("about as many squares stand in each of five classes, and every figure in one", () => {
  const figures = Array.from({ length: 100 }, (_, at) => (at + 1) ** 2);
  const classes = classesOf(figures);
  assert.deepEqual(classes.map((one) => one.n), [20, 20, 20, 20, 20]);
  for (const one of figures) {
    const { from, to } = classes[classOf(classes, one)];
    assert.ok(from <= one && one <= to);
  }
});

test("a few different figures are each a class; many alike are not torn apart", () => {
  assert.deepEqual(classesOf([3, 1, 1, 3, 3]), [{ from: 1, to: 1, n: 2 }, { from: 3, to: 3, n: 3 }]);
  const skewed = classesOf([...Array(90).fill(1), 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  assert.equal(skewed.reduce((sum, one) => sum + one.n, 0), 100);
  assert.ok(skewed.every((one) => one.n > 0));
  assert.deepEqual(classesOf([null, null]), []);
  assert.equal(classOf(classesOf([1, 2]), null), -1);
});

test("the most is farthest from the ground in either light", () => {
  assert.equal(colourOf(4, 5, "dark"), colourOf(0, 5, "light"));
  assert.equal(new Set([0, 1, 2, 3, 4].map((at) => colourOf(at, 5, "light"))).size, 5);
  assert.equal(colourOf(0, 1, "dark"), colourOf(4, 5, "dark"));
  assert.notEqual(colourOf(0, 2, "dark"), colourOf(1, 2, "dark"));
});
