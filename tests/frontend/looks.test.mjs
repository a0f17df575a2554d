/** Elevation models on the map: one style at a time, heights for programs left out. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { asChosen, drawable, looksOf } from "../../frontend/js/map/looks.js";

const style = (name, legend = []) => ({ name, title_zh: name, title_en: name, unit: "°", legend, tiles: [`/${name}.png`, `/${name}.webp`] });
const STOPS = [{ value: 0, rgba: [0, 0, 0, 0] }];
const DEM = { code: "dem", tiles: null, styles: [style("hillshade"), style("slope", STOPS), style("terrain-rgb")] };
const PHOTO = { code: "photo", tiles: "/photo.webp" };
const VALUES = { code: "values", tiles: null };

test("what has neither a picture nor styles is not drawn", () => {
  assert.deepEqual(drawable([DEM, PHOTO, VALUES], {}).map((one) => one.code), ["dem", "photo"]);
});

test("an elevation model is drawn in its first style, or in the one that was chosen", () => {
  assert.deepEqual(looksOf(DEM).map((one) => one.name), ["hillshade", "slope"]);
  const first = asChosen(DEM);
  assert.equal(first.tiles, "/hillshade.webp");
  assert.equal(first.ramp, undefined);
  const [chosen] = drawable([first], { dem: "slope" }); // what was drawn otherwise before
  assert.equal(chosen.tiles, "/slope.webp");
  assert.deepEqual(chosen.ramp, { unit: "°", stops: STOPS });
  assert.equal(asChosen(DEM, "gone by now").look, "hillshade");
});

test("a layer with a picture is what it is", () => {
  assert.equal(asChosen(PHOTO, "slope"), PHOTO);
});
