import assert from "node:assert/strict";
import test from "node:test";
import { ageText, agoText, deviceTrust, trust } from "../../frontend/js/ui/age.js";
import { measuredText } from "../../frontend/js/ui/format.js";
import { ago, NOW } from "./make.mjs";

test("an age never needs more than six characters", () => {
  const wanted = {
    0: "0:00",
    7: "0:07",
    102: "1:42",
    3599: "59:59",
    3600: "1h00",
    11_100: "3h05",
    86_400: "1d00h",
    8_600_000: "99d12h",
    168_652_800: "1952d",
  };
  for (const [seconds, text] of Object.entries(wanted))
    assert.equal(ageText(Number(seconds)), text);
});

test("an age from a clock that runs ahead is zero, not negative", () => {
  assert.equal(ageText(-5), "0:00");
});

test("a value is late past its interval and silent past three of them", () => {
  assert.equal(trust(400, 300), "fresh");
  assert.equal(trust(500, 300), "late");
  assert.equal(trust(1400, 300), "silent");
  assert.equal(trust(600, 0), "fresh");
});

test("a device is as good as its freshest stream, and silent if it never spoke", () => {
  const stream = (seconds) => ({
    interval_s: 300,
    latest: seconds === null ? null : { time: ago(seconds) },
  });
  assert.equal(deviceTrust([stream(9000), stream(10)], NOW), "fresh");
  assert.equal(deviceTrust([stream(null)], NOW), "silent");
});

test("what changes by the day is dated in words", () => {
  assert.equal(agoText(1130, "en"), "18 minutes ago");
  assert.equal(agoText(3 * 86_400, "zh"), "3天前");
  assert.equal(agoText(5, "en"), "0 minutes ago");
});

test("what a silence measured is told as time, everything else as a figure", () => {
  const alert = { kind: "silence", value: 247, limit: 180, unit: "" };
  assert.deepEqual(measuredText(alert), { value: "4:07", limit: "3:00", unit: "" });
  const other = { kind: "threshold", value: 247, limit: null, unit: "ug/m3" };
  assert.deepEqual(measuredText(other), { value: "247", limit: "–", unit: "µg/m³" });
});
