/** The plain logic of terrain: numbers, limits, figures, the chart's range, both languages. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { figureRows, limitsText, numbersOf } from "../../frontend/js/terrain/model.js";
import { terrainWords } from "../../frontend/js/terrain/words.js";

test("an empty field is left out, not taken for nought", () => {
  assert.deepEqual(numbersOf({ level: "92.5", base: "", snap: "0" }), { level: 92.5, snap: 0 });
});

test("limits are told with their unit", () => {
  assert.equal(limitsText({ least: 1, most: 50000, unit: "m" }), "1 … 50,000 m");
  assert.equal(limitsText({ least: 0, most: 1, unit: "" }), "0 … 1");
});

test("figures have names and units that people can read", () => {
  const titles = {
    area_m2: { zh: "淹没面积", en: "area", unit: "m²" },
    volume_m3: { zh: "水量", en: "volume", unit: "m³" },
    deepest_m: { zh: "最大水深", en: "deepest", unit: "m" },
  };
  const figures = { area_m2: 2_500_000, volume_m3: 1_250_000, deepest_m: 3.456, odd: 1 };
  assert.deepEqual(figureRows(figures, titles, "zh"), [
    ["淹没面积", "2.5 km²"], ["水量", "125 ×10⁴ m³"], ["最大水深", "3.456 m"], ["odd", "1"],
  ]);
  assert.equal(figureRows({ area_m2: 900 }, titles, "en")[0][1], "900 m²");
});

test("every text exists in both languages", () => {
  assert.deepEqual(Object.keys(terrainWords.zh), Object.keys(terrainWords.en));
  for (const [key, text] of Object.entries(terrainWords.zh)) {
    assert.ok(text && terrainWords.en[key], key);
    assert.deepEqual(text.match(/\{\w+\}/g), terrainWords.en[key].match(/\{\w+\}/g), key);
  }
});
