import assert from "node:assert/strict";
import test from "node:test";
import { BOUNDS, stepped, within } from "../../frontend/js/panels/panes.js";

const BOX = { left: 0, right: 1000, top: 50, width: 1000, height: 500 };

test("a bar follows the pointer, and a pane keeps within its bounds", () => {
  assert.equal(BOUNDS.left.from(BOX, 300, 0), 30);
  assert.equal(BOUNDS.work.from(BOX, 600, 0), 40);
  assert.equal(BOUNDS.queue.from(BOX, 0, 175), 25);
  assert.equal(within("work", 99), BOUNDS.work.most);
  assert.equal(within("work", -1), BOUNDS.work.least);
});

test("arrows move the bar the way they point; Home and End go to the bounds", () => {
  assert.equal(stepped("left", "ArrowRight", 30), 32);
  assert.equal(stepped("work", "ArrowRight", 30), 28);
  assert.equal(stepped("queue", "ArrowDown", 30), 32);
  assert.equal(stepped("queue", "ArrowLeft", 30), undefined);
  assert.equal(stepped("queue", "Home", 30), BOUNDS.queue.least);
  assert.equal(stepped("queue", "End", 30), BOUNDS.queue.most);
  assert.equal(stepped("queue", "x", 30), undefined);
});
