/** The planner's plain logic: order of layers, days, examples of filters, corners, states. */

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  cornersOf,
  dayOf,
  exampleOf,
  groupOf,
  inGroups,
  isUnderWay,
  shown,
} from "../../frontend/js/planner/model.js";
import { words } from "../../frontend/js/planner/words.js";

const layer = (code, group, kind = "vector") => ({ code, group, kind });

test("what was imported comes first, the base last, rasters at the end of their group", () => {
  const given = [layer("relief", "base", "raster"), layer("streets", "base"), layer("x", "odd"),
    layer("mine", "imported"), layer("grid", "frame")];
  assert.deepEqual(inGroups(given).map((one) => one.code), ["mine", "grid", "streets", "relief", "x"]);
  assert.equal(groupOf(layer("x", "odd")), "other");
});

test("the source's day goes before the day of loading", () => {
  assert.equal(dayOf({ source_date: "2026-05-01", updated_at: "2026-11-22T01:00:00Z" }), "2026-05-01");
  assert.equal(dayOf({ source_date: "", updated_at: "2026-11-22T01:00:00Z" }), "2026-11-22");
  assert.equal(dayOf({ source_date: "", updated_at: null }), "–");
});

test("the example of a filter names a column that is there", () => {
  assert.equal(exampleOf({ name: { type: "text" }, floors: { type: "int" } }), "floors > 5");
  assert.equal(exampleOf({ name: { type: "text" } }), "name LIKE '%中%'");
  assert.equal(exampleOf({}), "fid < 100");
});

test("values are shown as people read them", () => {
  assert.deepEqual([null, "", true, false, 0, "x"].map(shown), ["–", "–", "✓", "✗", "0", "x"]);
});

test("the corners of any geometry", () => {
  assert.deepEqual(cornersOf({ type: "Point", coordinates: [113, 34] }), [
    { lon: 113, lat: 34 }, { lon: 113, lat: 34 },
  ]);
  const area = { type: "Polygon", coordinates: [[[1, 2], [5, 3], [4, 9], [1, 2]]] };
  assert.deepEqual(cornersOf(area), [{ lon: 1, lat: 2 }, { lon: 5, lat: 9 }]);
});

test("only what goes on by itself is asked about again", () => {
  assert.ok(isUnderWay("waiting") && isUnderWay("running"));
  assert.ok(!isUnderWay("asking") && !isUnderWay("done"));
});

test("both languages have the same keys", () => {
  assert.deepEqual(Object.keys(words.zh).sort(), Object.keys(words.en).sort());
});
