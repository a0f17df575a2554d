import assert from "node:assert/strict";
import test from "node:test";
import { Picture } from "../../frontend/js/live/picture.js";
import { ago, alert, event, NOW } from "./make.mjs";

const thing = () => ({
  id: 7,
  code: "RG1",
  name_zh: "站",
  name_en: "Station",
  kind: "rain",
  lon: 113.6,
  lat: 34.7,
  scope: "410105",
  properties: {},
  position: null,
  datastreams: [{ id: 70, property: "rain", unit: "mm", interval_s: 300, latest: null }],
});
const diff = (items, more = {}) => ({ whole: false, items, gone: [], ...more });
const item = (topic, id, data, geometry = null) => ({
  topic,
  kind: "x",
  id,
  at: ago(1),
  geometry,
  data,
});

test("a snapshot replaces what stands, and leaves what was closed before", () => {
  const picture = new Picture();
  picture.setClosed([alert({ id: 1, state: "resolved", condition: "cleared" })]);
  picture.merge(alert({ id: 2 }));
  picture.apply(diff([event({ id: 3 })], { whole: true }));
  assert.deepEqual([...picture.live.keys()].sort(), [1, 3]);
});

test("an answer that comes late never replaces a newer state", () => {
  const picture = new Picture();
  picture.apply(diff([event({ id: 1, version: 5, state: "resolved" })]));
  picture.merge(alert({ id: 1, version: 4, state: "acknowledged" }));
  picture.apply(diff([event({ id: 1, version: 3, state: "open" })]));
  assert.equal(picture.live.get(1).state, "resolved");
});

test("readings and positions reach the things they are of", () => {
  const picture = new Picture();
  picture.setThings([thing()]);
  const point = { type: "Point", coordinates: [113.7, 34.8] };
  picture.apply(
    diff([
      item("observation", "70", { value: 12, received_at: ago(0) }),
      item("position", "7", { speed: 3 }, point),
    ]),
  );
  assert.equal(picture.latest(picture.streams.get(70).stream).value, 12);
  assert.deepEqual(picture.where(picture.things.get(7)).lon, 113.7);
});

test("the past is shown apart, and the present goes on behind it", () => {
  const picture = new Picture();
  picture.setThings([thing()]);
  picture.apply(diff([event({ id: 1 })]));
  picture.replay(NOW - 60_000, [
    event({ id: 9, number: 9 }),
    item("observation", "70", { value: 1, received_at: ago(60) }),
  ]);
  picture.apply(
    diff([event({ id: 2 }), item("observation", "70", { value: 2, received_at: ago(0) })]),
  );
  const { stream } = picture.streams.get(70);
  assert.deepEqual([...picture.alerts.keys()], [9]);
  assert.equal(picture.latest(stream).value, 1);
  picture.backToLive();
  assert.deepEqual([...picture.alerts.keys()], [1, 2]);
  assert.equal(picture.latest(stream).value, 2);
});

test("a thing that is new or changed asks for the list anew, a known one does not", () => {
  const picture = new Picture();
  picture.setThings([thing()]);
  let asked = 0;
  picture.on("roster", () => (asked += 1));
  picture.apply(diff([item("thing", "7", { name_zh: "站", kind: "rain", scope: "410105" })]));
  assert.equal(asked, 0);
  picture.apply(diff([item("thing", "7", { name_zh: "新站", kind: "rain", scope: "410105" })]));
  picture.apply(diff([], { gone: [{ topic: "thing", id: "7" }] }));
  assert.equal(asked, 2);
});

const fence = (changes = {}) => {
  const data = { id: 3, code: "depot", name_zh: "仓库", active: true, version: 1, ...changes };
  return item("fence", data.code, data, { type: "MultiPolygon", coordinates: [] });
};

test("fences come, change and go with the feed, and a late answer changes nothing", () => {
  const picture = new Picture();
  let told = 0;
  picture.on("fences", () => (told += 1));
  picture.apply(diff([fence()]));
  picture.apply(diff([fence({ version: 3, name_zh: "新仓库" })]));
  picture.mergeFence({ ...fence().data, version: 2, geometry: null });
  assert.equal(picture.fences.get("depot").name_zh, "新仓库");
  picture.apply(diff([fence({ version: 4, active: false })]));
  assert.equal(picture.fences.size, 0);
  assert.equal(told, 4);
});

test("a whole snapshot forgets fences that went while nobody listened; so does a lost right", () => {
  const picture = new Picture();
  picture.apply(diff([fence(), fence({ code: "yard" })]));
  picture.apply(diff([fence({ code: "yard" })], { whole: true }));
  assert.deepEqual([...picture.fences.keys()], ["yard"]);
  picture.apply(diff([], { gone: [{ topic: "fence", id: "yard" }] }));
  assert.equal(picture.fences.size, 0);
});

test("the past has the fences of its own time", () => {
  const picture = new Picture();
  picture.apply(diff([fence({ code: "new", version: 9 })]));
  picture.replay(NOW, [fence({ code: "old" })]);
  assert.deepEqual([...picture.fences.keys()], ["old"]);
  picture.backToLive();
  assert.deepEqual([...picture.fences.keys()], ["new"]);
});

test("a module's entities come, change and go with the feed; an older one changes nothing", () => {
  const picture = new Picture();
  const told = [];
  picture.on("closure", () => told.push(picture.of("closure").size));
  const line = { type: "LineString", coordinates: [[113.6, 34.7], [113.7, 34.7]] };
  picture.apply(diff([item("closure", "5", { id: 5, version: 2, state: "open" }, line)]));
  picture.apply(diff([item("closure", "5", { id: 5, version: 1, state: "proposed" }, line)]));
  assert.equal(picture.of("closure").get("5").state, "open");
  picture.mergeEntity("closure", { id: 5, version: 3, state: "ended" });
  assert.equal(picture.of("closure").get("5").state, "ended");
  assert.deepEqual(picture.of("closure").get("5").geometry, line);
  picture.apply(diff([], { gone: [{ topic: "closure", id: "5" }] }));
  assert.equal(picture.of("closure").size, 0);
  assert.deepEqual(told, [1, 1, 1, 0]);
});

test("the past has its own entities, and the present comes back whole", () => {
  const picture = new Picture();
  picture.apply(diff([item("unit", "1", { id: 1, version: 4, status: "on_scene" })]));
  picture.replay(NOW - 60000, [item("unit", "1", { id: 1, version: 2, status: "available" })]);
  assert.equal(picture.of("unit").get("1").status, "available");
  picture.backToLive();
  assert.equal(picture.of("unit").get("1").status, "on_scene");
});
