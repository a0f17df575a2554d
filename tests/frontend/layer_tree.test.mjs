/** The layer tree's plain logic: its order, what is found, what is drawn together, days of change. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { answers, arranged, dayKept, drawingOrder, moved, isBefore, orderOf, pairOf, put, reordered, slices } from "../../frontend/js/map/arrangement.js";
import { dayOf, marksOf, neighbour, numberOf, spanOf, stateOf } from "../../frontend/js/map/days.js";
import { mapWords } from "../../frontend/js/map/words.js";

const GROUPS = ["imported", "transport", "base", "imagery", "other"].map((code) => ({ code, title_zh: code, title_en: code }));
const layer = (code, group, kind = "vector") => ({ code, group, kind, title_zh: code, title_en: code });
const LAYERS = [layer("relief", "imagery", "raster"), layer("waters", "base"), layer("streets", "base"), layer("metro", "transport"), layer("odd", "x")];
const shape = (tree) => tree.map(({ group, layers }) => [group.code, ...layers.map((one) => one.code)]);
const NONE = { groups: [], codes: [] };

test("groups stand as the catalogue has them, layers from above to below, a made-up group last", () => {
  const tree = arranged(LAYERS, GROUPS, NONE);
  assert.deepEqual(shape(tree), [["transport", "metro"], ["base", "streets", "waters"], ["imagery", "relief"], ["other", "odd"]]);
  assert.deepEqual(drawingOrder(tree).map((one) => one.code), ["odd", "relief", "waters", "streets", "metro"]);
});

test("an order that was left holds; what is new stands on top of its group, a new group in its place", () => {
  const order = reordered(arranged(LAYERS, GROUPS, NONE), "base", ["waters", "streets"]);
  const turned = { ...order, groups: ["base", "transport", "imagery", "other"] };
  const tree = arranged([...LAYERS, layer("parks", "base"), layer("wells", "imported")], GROUPS, turned);
  assert.deepEqual(shape(tree), [["base", "parks", "waters", "streets"], ["imported", "wells"], ["transport", "metro"], ["imagery", "relief"], ["other", "odd"]]);
  assert.deepEqual(reordered(tree, "", ["imagery", "base"]).groups, ["imagery", "base"]);
});

test("moving ends at the ends; what is dropped takes the other's place", () => {
  assert.deepEqual(moved(["a", "b", "c"], "a", -1), ["a", "b", "c"]);
  assert.deepEqual(moved(["a", "b", "c"], "a", 1), ["b", "a", "c"]);
  assert.deepEqual(put(["a", "b", "c"], "c", "a"), ["c", "a", "b"]);
  assert.deepEqual(put(["a", "b", "c"], "x", "a"), ["a", "b", "c"]);
});

test("a layer is found by title, code and the letters of its pinyin", () => {
  const found = { ...layer("divisions", "base"), title_zh: "行政区划", letters: "xzqh xingzhengquhua" };
  for (const typed of ["", "政区", "DIVI", "xzqh", "quhua "]) assert.ok(answers(found, typed), typed);
  assert.ok(!answers(found, "湖"));
});

test("vector layers that follow one another are drawn together, pictures and what is compared apart", () => {
  const [relief, waters, streets, metro] = LAYERS;
  const told = (stack) => stack.map(({ layers, at, side }) => [layers.map((one) => one.code).join("+"), at, side]);
  assert.deepEqual(told(slices([relief, waters, streets, metro], "2026-01-31", null)), [["relief", "2026-01-31", ""], ["waters+streets+metro", "2026-01-31", ""]]);
  const pair = { left: { code: "streets", at: "2025-01-01" }, right: { code: "streets", at: "" } };
  assert.deepEqual(told(slices([waters, streets, metro], "", pair)), [
    ["waters", "", ""], ["streets", "2025-01-01", "left"], ["streets", "", "right"], ["metro", "", ""]]);
  const two = { left: { code: "relief", at: "" }, right: { code: "metro", at: "" } };
  assert.deepEqual(told(slices([relief, metro], "", two)), [["relief", "", "left"], ["metro", "", "right"]]);
});

test("before its first picture a layer of pictures shows nothing", () => {
  const dop = { ...layer("dop", "imagery", "raster"), dates: ["2024-04-01", "2026-04-15"] };
  const slice = (at) => slices([dop], at, null)[0];
  assert.deepEqual(["", "2024-03-31", "2024-04-01"].map((at) => isBefore(slice(at))), [false, true, false]);
  assert.ok(!isBefore(slices([layer("relief", "imagery", "raster")], "2000-01-01", null)[0]));
});

test("what a link or an old browser kept breaks nothing", () => {
  assert.deepEqual(orderOf(null), NONE);
  assert.deepEqual(orderOf({ groups: "x", codes: [1, "a"] }), { groups: [], codes: ["a"] });
  assert.equal(dayKept("yesterday"), "");
  assert.equal(dayKept("2026-01-31"), "2026-01-31");
  assert.equal(pairOf({ left: {} }), null);
  assert.deepEqual(pairOf({ left: { at: "&x=1" }, right: { code: "dop", at: "2025-01-01" } }), { left: { code: "", at: "" }, right: { code: "dop", at: "2025-01-01" } });
});

test("the slider's marks are the changes of what is shown, and it reaches from before them to today", () => {
  const days = new Map([["wells", ["2025-03-01", "2026-02-01"]], ["dop", ["2026-02-01"]], ["hidden", ["1999-01-01"]]]);
  const marks = marksOf(days, ["wells", "dop", "streets"]);
  assert.deepEqual(marks, [{ day: "2025-03-01", codes: ["wells"] }, { day: "2026-02-01", codes: ["wells", "dop"] }]);
  assert.equal(dayOf(spanOf(marks, "2026-11-22").from), "2025-02-28");
  assert.equal(spanOf(marks, "2026-11-22").to, numberOf("2026-11-22"));
  assert.equal(spanOf([], "2026-11-22"), null);
  assert.equal(neighbour(marks, "2026-11-22", -1), "2026-02-01");
  assert.equal(neighbour(marks, "2026-02-01", -1), "2025-03-01");
  assert.equal(neighbour(marks, "2025-03-01", -1), "");
  assert.equal(neighbour(marks, "2025-03-01", 1), "2026-02-01");
  assert.equal(neighbour(marks, "2026-02-01", 1), "");
});

test("a layer on a day is what its last change made of it", () => {
  const days = ["2025-03-01", "2026-02-01"];
  assert.deepEqual(["", "2026-02-01", "2026-01-31", "2025-02-28"].map((at) => stateOf(days, at)), ["2026-02-01", "2026-02-01", "2025-03-01", ""]);
});

test("both languages have the same keys", () => {
  assert.deepEqual(Object.keys(mapWords.zh), Object.keys(mapWords.en));
  assert.ok(Object.values(mapWords.en).every((text) => !/[\u4e00-\u9fff]/.test(text)));
});

const dom = (controls) => ({
  querySelectorAll: () => controls,
  listeners: {},
  addEventListener(kind, run) { this.listeners[kind] = run; },
});
class Control {
  constructor(name, type, value, more = {}) { Object.assign(this, { name, type, value, heard: 0, ...more }); }
  dispatchEvent() { this.heard += 1; }
}

test("what is typed comes back in the next form; what cannot be taken is left; files never", async () => {
  const kept = new Map();
  Object.assign(globalThis, {
    HTMLInputElement: class extends Control {}, HTMLSelectElement: class extends Control {},
    sessionStorage: { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value), removeItem: (key) => kept.delete(key) },
  });
  const { forget, remember } = await import("../../frontend/js/ui/remember.js");
  const made = () => [new HTMLInputElement("title", "text", ""), new HTMLInputElement("all", "checkbox", "yes", { checked: false }),
    new HTMLSelectElement("kind", "select-one", "a", { options: [{ value: "a" }, { value: "b" }] }), new HTMLInputElement("file", "file", "x")];
  const first = made();
  const form = dom(first);
  remember(form, "draft");
  Object.assign(first[0], { value: "取水井" });
  Object.assign(first[1], { checked: true });
  Object.assign(first[2], { value: "gone" });
  form.listeners.input();
  const [title, all, kind] = made();
  remember(dom([title, all, kind]), "draft");
  assert.deepEqual([title.value, all.checked, kind.value, kind.heard], ["取水井", true, "a", 0]);
  assert.ok(!kept.get("zhihui.draft").includes("file"));
  forget("draft");
  const [fresh] = made();
  remember(dom([fresh]), "draft");
  assert.equal(fresh.value, "");
});

test("what hangs on a layer is told before it goes: what goes, what stays", async () => {
  const { told } = await import("../../frontend/js/planner/removal.js");
  const none = { features: 0, past: 0, file: false, imports: 0, analyses: [] };
  assert.equal(told(none), "图层是空的，没有数据随之删除。");
  const much = { features: 1200, past: 3, file: false, imports: 2, analyses: [{ code: "s", title_zh: "坡度", title_en: "Slope" }] };
  assert.equal(told(much), "将一并删除：1,200 个要素、3 个历史版本。 2 次导入的记录保留。 由它得出的分析保留：坡度。");
});
