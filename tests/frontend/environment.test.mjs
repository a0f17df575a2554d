/** What an index means on a screen: order, figures, ink, limits. */

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  figureOf,
  inkOn,
  isBad,
  isHeavy,
  limitsOf,
  limitText,
  seriesOf,
  shortName,
  worstFirst,
} from "../../frontend/js/environment/model.js";

const index = (more) => ({ kind: "air", value: 45, class: 1, thing_id: 1, ...more });

test("air shows its value, water its class in Roman numerals", () => {
  assert.equal(figureOf(index({ value: 172 }), "zh"), "172");
  assert.equal(figureOf(index({ value: null, class: null }), "zh"), "–");
  assert.equal(figureOf(index({ kind: "water", value: 4, class: 4 }), "en"), "IV");
  assert.equal(figureOf(index({ kind: "water", value: 6, class: 6 }), "zh"), "劣V");
  assert.equal(figureOf(index({ kind: "water", value: 6, class: 6 }), "en"), ">V");
});

test("air comes before water, the worst first, what is out of date last", () => {
  const rows = [
    index({ thing_id: 1, kind: "water", class: 6, value: 6 }),
    index({ thing_id: 2, class: null, value: null }),
    index({ thing_id: 3, class: 2, value: 70 }),
    index({ thing_id: 4, class: 5, value: 210 }),
    index({ thing_id: 5, class: 2, value: 90 }),
  ];
  assert.deepEqual(rows.sort(worstFirst).map((one) => one.thing_id), [4, 5, 3, 2, 1]);
});

test("what is bad differs between air and water", () => {
  assert.ok(isBad(index({ class: 3 })) && !isBad(index({ class: 2 })));
  assert.ok(isBad(index({ kind: "water", class: 4 })) && !isBad(index({ kind: "water", class: 3 })));
  assert.ok(isHeavy(index({ class: 5 })) && !isHeavy(index({ kind: "water", class: 5 })));
  assert.ok(!isBad(index({ class: null })));
});

/** Contrast of two colours (WCAG 2). */
function contrast(one, other) {
  const light = (/** @type {string} */ colour) => {
    const [r, g, b] = [1, 3, 5].map((at) => {
      const share = parseInt(colour.slice(at, at + 2), 16) / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [high, low] = [light(one), light(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

test("every official colour can be read", () => {
  const air = ["#00E400", "#FFFF00", "#FF7E00", "#FF0000", "#99004C", "#7E0023"];
  const water = ["#CCFFFF", "#00CCFF", "#00FF00", "#FFFF00", "#FF9B00", "#FF0000"];
  for (const colour of [...air, ...water])
    assert.ok(contrast(colour, inkOn(colour)) >= 4.5, `${colour} on ${inkOn(colour)}`);
});

test("limit lines are the index's steps, or the item's own", () => {
  assert.deepEqual(limitsOf("air", undefined).map((one) => one.value), [100, 150, 200, 300]);
  assert.deepEqual(limitsOf("water", undefined, 4).map((one) => one.value), [4]);
  const item = { limit: 1, range: null };
  assert.deepEqual(limitsOf("water", /** @type {any} */ (item)).map((one) => one.value), [1]);
  const acid = { limit: null, range: [6, 9] };
  assert.deepEqual(limitsOf("water", /** @type {any} */ (acid)).map((one) => one.value), [6, 9]);
});

test("a limit says which side of it is good", () => {
  assert.equal(limitText(/** @type {any} */ ({ limit: 5, lower: true }), String), "≥5");
  assert.equal(limitText(/** @type {any} */ ({ limit: 1 }), String), "≤1");
  assert.equal(limitText(/** @type {any} */ ({ limit: null, range: [6, 9] }), String), "6–9");
  assert.equal(limitText(/** @type {any} */ ({ limit: null }), String), "–");
});

test("pollutants of air go by their symbols where there is little room", () => {
  const named = (item) => ({ item, name_zh: "氨氮", name_en: "Ammonia nitrogen" });
  assert.equal(shortName(named("pm25"), "zh"), "PM2.5");
  assert.equal(shortName(named("ammonia_n"), "zh"), "氨氮");
  assert.equal(shortName(named("ammonia_n"), "en"), "Ammonia nitrogen");
});

test("hours become a series with gaps", () => {
  const hours = [
    { at: "2026-11-20T04:00:00Z", value: 60, class: 2, items: { pm25: 40 } },
    { at: "2026-11-20T05:00:00Z", value: null, class: null, items: {} },
  ];
  assert.deepEqual(seriesOf(hours, "").values, [60, null]);
  assert.deepEqual(seriesOf(hours, "pm25").values, [40, null]);
});
