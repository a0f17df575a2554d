/** An import asks of a file what makes sense for it. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { questionsOf, stemOf } from "../../frontend/js/planner/file_kind.js";
import { sizeText } from "../../frontend/js/ui/format.js";

test("columns of coordinates are asked of a table, bands of a picture, nothing before there is a file", () => {
  assert.deepEqual(questionsOf(""), []);
  assert.deepEqual(questionsOf("wells.CSV"), ["table", "vector"]);
  assert.deepEqual(questionsOf("dem.tif"), ["raster"]);
  assert.ok(questionsOf("a.b.zip").includes("raster") && questionsOf("a.b.zip").includes("several"));
  assert.deepEqual(questionsOf("notes.txt"), []);
});

test("a layer is proposed to be called after its file", () => {
  assert.equal(stemOf("苏州_建筑.geojson"), "苏州 建筑");
  assert.equal(stemOf("wells"), "wells");
});

test("sizes are told in the unit that fits", () => {
  assert.deepEqual([512, 9.5 * 1024, 200 * 1024, 5 * 1024 ** 2, 3 * 1024 ** 3].map(sizeText), ["0.5 KB", "9.5 KB", "200 KB", "5 MB", "3 GB"]);
});
