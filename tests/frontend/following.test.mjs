/** The catalogue is read again when the feed tells of a layer. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Picture } from "../../frontend/js/live/picture.js";
import { followLayers } from "../../frontend/js/planner/following.js";

function watched() {
  const picture = new Picture();
  const seen = { read: 0 };
  /** @type {(() => void)[]} */
  const waiting = [];
  picture.on("catalogue", () => (seen.read += 1));
  followLayers(picture, (run) => waiting.push(run));
  const pass = () => waiting.splice(0).forEach((run) => run());
  return { picture, seen, pass };
}

const item = { topic: "layer", kind: "filled", id: "wells", at: "2026-11-22T00:00:00Z", data: { id: "wells" } };
const told = (/** @type {Partial<object>} */ more) => ({ whole: false, items: [], gone: [], ...more });

test("changes that come together are one look", () => {
  const { picture, seen, pass } = watched();
  picture.apply(told({ whole: true, items: [item] }));
  pass();
  assert.equal(seen.read, 0, "what was just read");
  picture.apply(told({ items: [item] }));
  picture.apply(told({ items: [item] }));
  pass();
  assert.equal(seen.read, 1);
});

test("a layer that is gone, and a feed that was away, are looked for too", () => {
  const { picture, seen, pass } = watched();
  picture.apply(told({ whole: true, items: [item] }));
  pass();
  picture.apply(told({ gone: [{ topic: "layer", id: "wells" }] }));
  pass();
  assert.equal(seen.read, 1);
  picture.apply(told({ whole: true }));
  pass();
  assert.equal(seen.read, 2);
});
