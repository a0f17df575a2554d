/** Questions of the planner's panels follow the day that the map shows. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { creditOf } from "../../frontend/js/map/days.js";
import { csvOf } from "../../frontend/js/planner/counting.js";
import { dayAsked, following, onDay } from "../../frontend/js/planner/shown_day.js";

test("a question names the map's day, and no day where it is now", () => {
  const desk = { map: { day: () => "2021-01-01" } };
  assert.deepEqual(onDay(desk, { filter: "a > 1" }), { filter: "a > 1", at: "2021-01-01" });
  assert.equal(dayAsked(desk), "&at=2021-01-01");
  for (const none of [{ map: null }, { map: { day: () => "" } }]) {
    assert.deepEqual(onDay(none, { filter: "" }), { filter: "" });
    assert.equal(dayAsked(none), "");
  }
});

test("it is asked again when the map has come to another day, once", () => {
  let day = "";
  let asked = 0;
  const follow = following({ map: { day: () => day } }, () => (asked += 1));
  follow();
  day = "2021-01-01";
  follow();
  follow();
  assert.equal(asked, 1);
  day = "";
  follow();
  assert.equal(asked, 2);
});

test("a table of figures names its day", () => {
  const found = { measures: ["count"], zones: [], total: [3], outside: 0 };
  assert.match(csvOf({ ...found, at: "2021-01-01" }), /数据日期,as of,,2021-01-01/);
  assert.doesNotMatch(csvOf(found), /as of/);
});

test("a picture is told with whose it is on the day that is shown", () => {
  const pictures = [
    { date: "2024-03-01", source: "甲.tif", attribution: "甲测绘院" },
    { date: "2026-05-01", source: "乙.tif", attribution: "" },
  ];
  const layer = { attribution: "图层", source_date: "2026-05-01", pictures };
  assert.deepEqual(creditOf(layer, ""), { date: "2026-05-01", attribution: "图层" });
  assert.deepEqual(creditOf(layer, "2025-01-01"), { date: "2024-03-01", attribution: "甲测绘院" });
  assert.deepEqual(creditOf({ attribution: "图层" }, "2025-01-01"), { date: "", attribution: "图层" });
});
