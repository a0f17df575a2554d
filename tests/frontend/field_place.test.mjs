import assert from "node:assert/strict";
import test from "node:test";
import { drawingOf, GLYPHS } from "../../frontend/js/field/glyphs.js";
import { byLimit, questionOf, wordsAt } from "../../frontend/js/field/inspect/cases.js";
import { fitted } from "../../frontend/js/field/photo.js";
import { awayText, distanceText, metresBetween, windTo } from "../../frontend/js/field/place.js";
import { span, useZone, when } from "../../frontend/js/field/times.js";
import { speak } from "../../frontend/js/field/words.js";

const HERE = { lon: 113.66, lat: 34.75 };
const at = (east, north) => ({ lon: HERE.lon + east, lat: HERE.lat + north });

test("distances over the ground, said as far as they can be known", () => {
  assert.ok(Math.abs(metresBetween(HERE, at(0, 0.01)) - 1111.95) < 0.5);
  assert.ok(Math.abs(metresBetween(HERE, at(0.01, 0)) - 913.6) < 0.5);
  assert.equal(metresBetween(HERE, HERE), 0);
  assert.deepEqual([7.4, 83, 347, 2649, 14_400].map(distanceText), ["7\u00a0m", "83\u00a0m", "350\u00a0m", "2.6\u00a0km", "14\u00a0km"]);
});

test("eight winds", () => {
  const winds = [[0, 1], [1, 1], [1, 0], [1, -1], [0, -1], [-1, -1], [-1, 0], [-1, 1]];
  winds.forEach(([east, north], n) => assert.equal(windTo(HERE, at(east * 0.0122, north * 0.01)), n));
  speak("zh");
  assert.equal(awayText(HERE, at(0, 0.01)), "北方 1.1\u00a0km");
  assert.equal(awayText(HERE, at(0, 0.0001)), "就在附近");
});

test("a photo is made smaller, never larger, and never nothing", () => {
  assert.deepEqual(fitted(4000, 3000, 1600), [1600, 1200]);
  assert.deepEqual(fitted(3000, 4000, 1600), [1200, 1600]);
  assert.deepEqual(fitted(800, 600, 1600), [800, 600]);
  assert.deepEqual(fitted(10_000, 2, 1600), [1600, 1]);
});

test("every kind gets a drawing that exists", () => {
  for (const [name, drawn] of [
    ["雨水井盖", "manhole"],
    ["雨水箅子", "grate"],
    ["路灯", "lamp"],
    ["行道树", "tree"],
    ["暴露垃圾", "bin"],
    ["道路破损", "road"],
    ["违规户外广告", "poster"],
    ["工地扬尘", "cone"],
    ["共享单车乱象", "bike"],
    ["机动车乱停放", "car"],
    ["道路积水", "water"],
    ["流浪乞讨", "other"],
  ]) {
    assert.equal(drawingOf({ name_zh: name }), drawn, name);
    assert.ok(GLYPHS[drawn]);
  }
});

test("times on the city's clock, spans in the reader's language", () => {
  useZone("Asia/Shanghai");
  assert.equal(when("2020-07-20T09:05:00Z"), "2020-07-20 17:05");
  assert.match(when(Date.now()), /^\d\d:\d\d$/);
  speak("en");
  assert.deepEqual([60_000, -59 * 60_000, 3 * 3600_000, 72 * 3600_000].map(span), ["1 minute", "59 minutes", "3 hours", "3 days"]);
  speak("zh");
  assert.equal(span(3 * 3600_000), "3小时");
});

test("tasks: what is asked, what is due first", () => {
  const task = (id, state, due) => ({ id, state, clock: due ? { due_at: due } : null });
  assert.equal(questionOf(task(1, "verifying")), "verify");
  assert.equal(questionOf(task(1, "answered")), "check");
  assert.equal(questionOf(task(1, "closed")), null);
  const sorted = byLimit([
    task(3, "verifying", null),
    task(2, "verifying", "2026-11-22T09:00:00Z"),
    task(1, "verifying", "2026-11-22T08:00:00Z"),
  ]);
  assert.deepEqual(sorted.map(({ id }) => id), [1, 2, 3]);
  const file = { steps: [{ step: "answer", words: "first" }, { step: "answer", words: "second" }] };
  assert.equal(wordsAt(file, "answer"), "second");
  assert.equal(wordsAt(file, "check"), "");
});
