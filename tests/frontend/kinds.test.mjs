import assert from "node:assert/strict";
import test from "node:test";
import { thingTrust } from "../../frontend/js/ui/age.js";
import { figure, unitText, withUnit } from "../../frontend/js/ui/format.js";
import { kindShape, mainStream, unitClass, UNIT_CLASSES } from "../../frontend/js/ui/kinds.js";
import { ago, NOW } from "./make.mjs";

test("a figure has the digits that it deserves", () => {
  const wanted = [
    [0, "0"],
    [0.12345, "0.123"],
    [6.314, "6.31"],
    [62.54, "62.5"],
    [1240.4, "1240"],
    [-3.5, "-3.5"],
    [null, "–"],
    [Number.NaN, "–"],
  ];
  for (const [value, text] of wanted) assert.equal(figure(value), text);
});

test("units are spelled as people read them", () => {
  assert.equal(unitText("Cel"), "°C");
  assert.equal(withUnit(75.25, "ug/m3"), "75.3 µg/m³");
  assert.equal(withUnit(null, "mm"), "–");
});

test("a station shows what it is there for", () => {
  const thing = { kind: "rain", datastreams: [{ property: "temperature" }, { property: "rain" }] };
  assert.equal(mainStream(thing).property, "rain");
  assert.equal(mainStream({ kind: "odd", datastreams: [{ property: "x" }] }).property, "x");
  assert.equal(mainStream({ kind: "unit", datastreams: [] }), undefined);
});

test("a kind that nobody has drawn still has a shape, and a unit always a class", () => {
  assert.ok(kindShape("something new").startsWith("M"));
  assert.equal(unitClass({ properties: { status: "en_route" } }), "EN");
  assert.equal(unitClass({ properties: { status: "constructor" } }), "AV");
  assert.deepEqual(
    Object.values(UNIT_CLASSES).map((look) => look.letters),
    ["AV", "DI", "EN", "OS", "CO", "--"],
  );
});

test("what was never to report is simply there; what moves must say where it is", () => {
  assert.equal(thingTrust({ datastreams: [], position: null }, NOW), "fresh");
  assert.equal(thingTrust({ datastreams: [], position: { time: ago(30) } }, NOW), "fresh");
  assert.equal(thingTrust({ datastreams: [], position: { time: ago(900) } }, NOW), "silent");
});
