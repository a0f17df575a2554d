import assert from "node:assert/strict";
import test from "node:test";
import { ageOf, Freshness } from "../../frontend/js/map/freshness.js";

function watched() {
  const seen = { now: 1_000_000, told: [] };
  const one = new Freshness(() => seen.now);
  one.changed = (back) => seen.told.push([one.since, back]);
  return { one, seen };
}

test("tiles of now say nothing", () => {
  const { one, seen } = watched();
  one.tell(0);
  assert.deepEqual([one.since, seen.told], [0, []]);
});

test("the oldest tile says since when", () => {
  const { one, seen } = watched();
  one.tell(60);
  one.tell(30);
  one.tell(120);
  assert.deepEqual(seen.told, [[940_000, false], [880_000, false]]);
});

test("it is back once no old tile has come for a while", () => {
  const { one, seen } = watched();
  one.tell(60);
  seen.now += 5_000;
  one.tell(0);
  assert.notEqual(one.since, 0, "one new tile among old ones");
  seen.now += 6_000;
  one.tell(0);
  assert.deepEqual([one.since, seen.told.at(-1)], [0, [0, true]]);
});

test("an answer tells its age, or none", () => {
  assert.equal(ageOf(new Headers({ "Zhihui-Stale": "61" })), 61);
  assert.equal(ageOf(new Headers()), 0);
});
