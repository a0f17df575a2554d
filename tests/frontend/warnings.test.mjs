import assert from "node:assert/strict";
import test from "node:test";
import { areaAbout, beginningOf } from "../../frontend/js/warnings/about.js";
import { blank, fillTexts, formOf, payload, TEXTS } from "../../frontend/js/warnings/form.js";
import { freshKey } from "../../frontend/js/ui/fresh_key.js";
import {
  approvers,
  hoursLeft,
  isEnd,
  isSecond,
  ordered,
  parseSource,
  ringsOf,
  sectionOf,
  sourceOf,
  untilText,
} from "../../frontend/js/warnings/model.js";

const NOW = Date.parse("2026-07-20T06:00:00Z");
const row = (more) => ({
  id: 1,
  state: "issued",
  origin: "composed",
  msg_type: "Alert",
  responses: ["Shelter"],
  colour: 1,
  composed_by: 1,
  edited_by: 2,
  divisions: [],
  expires: "2026-07-20T09:00:00Z",
  version: 4,
  ...more,
});
const square = [
  [
    [113.6, 34.7],
    [113.7, 34.7],
    [113.7, 34.8],
    [113.6, 34.7],
  ],
];

test("what waits for somebody comes first, then the worst, then the newest", () => {
  const rows = [
    row({ id: 1, state: "issued", colour: 4 }),
    row({ id: 2, state: "issued", colour: 1 }),
    row({ id: 3, state: "awaiting", colour: 4 }),
    row({ id: 4, origin: "received" }),
    row({ id: 5, state: "draft" }),
    row({ id: 6, state: "issued", colour: 1 }),
    row({ id: 7, state: "ended", closed: true }),
  ];
  assert.deepEqual(
    ordered(rows).map(({ id }) => id),
    [3, 5, 6, 2, 1, 4, 7],
  );
  assert.equal(sectionOf(rows[3]), "received");
});

test("the second person is neither who composed nor who edited it", () => {
  assert.equal(isSecond(row({}), 1), false);
  assert.equal(isSecond(row({}), 2), false);
  assert.equal(isSecond(row({}), 3), true);
  const people = [
    { id: 2, role: "supervisor" },
    { id: 3, role: "supervisor" },
    { id: 4, role: "dispatcher" },
    { id: 5, role: "admin" },
  ];
  assert.deepEqual(
    approvers(row({}), people).map(({ id }) => id),
    [3, 5],
  );
});

test("a Cancel and an all-clear are ends", () => {
  assert.equal(isEnd(row({ msg_type: "Cancel" })), true);
  assert.equal(isEnd(row({ msg_type: "Update", responses: ["AllClear"] })), true);
  assert.equal(isEnd(row({ msg_type: "Update" })), false);
});

test("what is left, and nothing once it is over", () => {
  const text = (seconds) => `${seconds}`;
  assert.equal(untilText("2026-07-20T06:01:00Z", NOW, text), "60");
  assert.equal(untilText("2026-07-20T06:00:00Z", NOW, text), "");
  assert.equal(hoursLeft("2026-07-20T09:10:00Z", NOW), 3);
  assert.equal(hoursLeft("2026-07-20T05:00:00Z", NOW), 1);
});

test("sources are alerts and incidents", () => {
  assert.equal(sourceOf({ kind: "incident", id: 17 }), "incident:17");
  assert.equal(sourceOf({ kind: "thing", id: 3 }), "");
  assert.equal(sourceOf(null), "");
  assert.deepEqual(parseSource("alert:5"), { kind: "alert", id: 5 });
  assert.equal(parseSource(""), null);
});

test("outer rings of both kinds of area", () => {
  assert.equal(ringsOf({ type: "Polygon", coordinates: square })[0].length, 3);
  assert.equal(ringsOf({ type: "MultiPolygon", coordinates: [square, square] }).length, 2);
  assert.deepEqual(ringsOf(null), []);
});

test("a warning begins with the zone of what it is about, or a circle around it", () => {
  const zone = { type: "Polygon", coordinates: square };
  assert.equal(areaAbout({ geometry: zone }), zone);
  const around = { around: { lon: 113.6, lat: 34.7, radius_m: 1000 } };
  assert.deepEqual(areaAbout({ geometry: { type: "Point", coordinates: [113.6, 34.7] } }), around);
  assert.deepEqual(areaAbout({ lon: 113.6, lat: 34.7 }), around);
  assert.equal(areaAbout(null), null);
  assert.equal(areaAbout({ geometry: null }), null);
});

test("a template never touches words that somebody wrote", () => {
  const form = blank("", "k");
  form.texts.headline_zh = "我写的";
  form.own = ["headline_zh"];
  fillTexts(form, Object.fromEntries(TEXTS.map((name) => [name, "template"])));
  assert.equal(form.texts.headline_zh, "我写的");
  assert.equal(form.texts.headline_en, "template");
});

test("a new draft has its key, an edited one its version", () => {
  const form = blank("incident:17", "k");
  form.area = { divisions: ["410105"] };
  const sent = payload(form, NOW);
  assert.equal(sent.key, "k");
  assert.equal(sent.source, "incident:17");
  assert.equal(sent.expires, "2026-07-20T18:00:00.000Z");
  assert.ok(!("version" in sent) && !("urgency" in sent));
  const edited = payload(formOf(row({ urgency: "Past", divisions: ["410105"] }), null, NOW), NOW);
  assert.equal(edited.version, 4);
  assert.ok(!("key" in edited) && !("source" in edited));
  assert.deepEqual(edited.area, { divisions: ["410105"] });
  assert.equal(edited.urgency, "Past");
});

test("an alert's property and an incident's kind say which event and colour to begin with", () => {
  const alert = { property: "water_depth", severity: 2, lon: 113.6, lat: 34.7 };
  const { event, colour, hours, area } = beginningOf(alert);
  assert.deepEqual([event, colour, hours], ["waterlogging", 2, 6]);
  assert.equal(area.around.lon, 113.6);
  const leak = {
    nature: "gas_leak",
    event_code: "",
    warning_colour: null,
    severity: 3,
    lon: null,
    lat: null,
  };
  assert.equal(beginningOf(leak).event, "gas_leak");
  assert.equal(beginningOf(leak).area, null);
  assert.deepEqual(beginningOf(null), {});
});

test("a fresh key is a UUID, and another one each time", () => {
  assert.match(freshKey(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.notEqual(freshKey(), freshKey());
});
