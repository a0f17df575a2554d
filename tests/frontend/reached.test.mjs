/** The plain logic of whom an analysis reaches: people who are not known, levels, depths, words. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { depthText, hasGround, levelLimits, likelyStoreys, numericOf, peopleText, rowsOf, tellsPeople } from "../../frontend/js/terrain/reached_model.js";
import { reachedWords } from "../../frontend/js/terrain/reached_words.js";

const figures = { counts: { streets: 3, buildings: 12 }, lengths_km: { streets: 1.25 }, people: 40, people_unknown: 0 };

test("people who are not known are never told as nobody", () => {
  assert.equal(peopleText(figures, 12).key, "reached.people.estimate");
  assert.equal(peopleText({ ...figures, people_unknown: 2 }, 12).key, "reached.people.some");
  assert.equal(peopleText({ ...figures, people: null, people_unknown: 12 }, 12).key, "reached.people.unknown");
  assert.equal(peopleText({ ...figures, people: null }, 0).key, "reached.people.none");
  assert.deepEqual(peopleText(figures, 12, 36.5), { key: "reached.people.estimate.reckoned", n: "40", unknown: "0", each: "36.5" });
  assert.equal(peopleText({ ...figures, people_unknown: 2 }, 12, 36.5).key, "reached.people.some.reckoned");
});

test("storeys are guessed among the columns of numbers", () => {
  const column = (zh, type = "int") => ({ zh, en: zh, type });
  const columns = { id: column("编号"), floor: column("Floor"), height: column("height", "float"), name: column("名称", "text") };
  assert.deepEqual(numericOf(columns), ["id", "floor", "height"]);
  assert.equal(likelyStoreys(["id", "floor"], columns), "floor");
  assert.equal(likelyStoreys(["id", "f_2"], { ...columns, f_2: column("地上层数") }), "f_2");
  assert.ok(!tellsPeople(columns) && tellsPeople({ people: column("人数") }) && !tellsPeople({ people: column("人", "text") }));
});

test("only what has ground is asked, only flood levels with a level", () => {
  const job = { kind: "levels", stage: "done", area: null, numbers: { most: 7.5 }, report: { figures: { ground_m: 95.1 } } };
  assert.deepEqual(levelLimits(job), { least: 95.1, most: 102.6 });
  assert.equal(levelLimits({ ...job, kind: "flood" }), null);
  assert.ok(hasGround(job) && !hasGround({ ...job, stage: "running" }) && !hasGround({ ...job, kind: "slope" }));
  assert.ok(hasGround({ ...job, kind: "slope", area: {} }));
});

test("most comes first, lengths where there are any", () => {
  assert.deepEqual(rowsOf(figures), [{ code: "buildings", n: 12, km: undefined }, { code: "streets", n: 3, km: 1.25 }]);
});

test("depths are classes up to the open one", () => {
  const classes = [{ from_m: 0, buildings: 1 }, { from_m: 0.15, buildings: 2 }];
  assert.deepEqual([depthText(classes, 0), depthText(classes, 1)], ["0–0.15 m", "≥ 0.15 m"]);
});

test("every text exists in both languages", () => {
  for (const side of [reachedWords.zh, reachedWords.en]) assert.ok(Object.values(side).every(Boolean));
});
