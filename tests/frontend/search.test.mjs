/** The search's plain logic: the question, what a hit says, what opens it. */

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  aboutOf,
  featureOf,
  pathOf,
  placesOf,
  sayOf,
  targetOf,
  titleOf,
} from "../../frontend/js/search/model.js";
import { useLanguage } from "../../frontend/js/ui/i18n.js";

const HIT = {
  source: "layer/hospitals",
  match: "within",
  id: "7",
  layer: "hospitals",
  name_zh: "第一人民医院",
  name_en: "First Hospital",
  code: "H-7",
  kind: "hospitals",
  kind_zh: "医院",
  kind_en: "Hospitals",
  lon: 113.66,
  lat: 34.76,
  bounds: null,
  division_zh: "金水区",
  division_en: "Jinshui District",
  simulated: true,
};

test("the question carries what was typed, whole, and the map's middle", () => {
  assert.equal(pathOf("花 &%", undefined), "/search?q=%E8%8A%B1+%26%25&limit=10");
  assert.match(pathOf("a", [113, 34, 114, 35]), /&lon=113.50000&lat=34.50000$/);
  assert.match(pathOf("a", [-400, 34, -398, 35]), /&lon=-180.00000/); // a map turned round the world
});

test("a hit is told in the reader's language", () => {
  useLanguage("zh");
  assert.equal(aboutOf(HIT), "医院 · 金水区 · H-7");
  assert.equal(aboutOf({ ...HIT, source: "place", kind: "crossing" }), "路口 · 金水区 · H-7");
  assert.equal(aboutOf({ ...HIT, source: "place", kind: "sight", code: "" }), "医院 · 金水区");
  useLanguage("en");
  assert.equal(aboutOf(HIT), "Hospitals · Jinshui District · H-7");
  assert.equal(titleOf({ ...HIT, name_zh: "", name_en: "" }), "H-7");
  assert.equal(aboutOf({ ...HIT, name_zh: "", name_en: "", division_en: "", division_zh: "" }), "Hospitals");
});

test("a hit is gone to as a place or as a box, or not at all", () => {
  assert.deepEqual(placesOf(HIT), [{ lon: 113.66, lat: 34.76 }]);
  assert.deepEqual(placesOf({ ...HIT, bounds: [1, 2, 3, 4] }), [
    { lon: 1, lat: 2 },
    { lon: 3, lat: 4 },
  ]);
  assert.deepEqual(placesOf({ ...HIT, lon: null, lat: null }), []);
});

test("what has a panel of its own opens there", () => {
  assert.deepEqual(targetOf({ ...HIT, source: "case", id: "12" }), { kind: "case", id: 12 });
  assert.deepEqual(targetOf(HIT), { kind: "hit", id: "layer/hospitals/7" });
  assert.deepEqual(featureOf(HIT), { layer: "hospitals", fid: "7" });
  const division = { ...HIT, source: "division", layer: null, id: "410105" };
  assert.deepEqual(featureOf(division), { layer: "divisions", fid: "410105" });
  assert.equal(featureOf({ ...division, source: "place" }), null);
});

test("the line under the field says whether errors were forgiven", () => {
  useLanguage("en");
  assert.match(sayOf("x", []), /^Nothing found for “x”/);
  assert.match(sayOf("x", [HIT]), /^1 found/);
  assert.match(sayOf("x", [{ ...HIT, match: "nearly" }]), /exactly so/);
  useLanguage("zh");
});
