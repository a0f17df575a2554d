/** Joining by location: what rows are called, and the file. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { joinedCsv, titleOf } from "../../frontend/js/planner/joining.js";

test("a feature is called by its name, else its first text, else its number", () => {
  const both = { no: 3, name_zh: "一小", name_en: "School 1" };
  assert.equal(titleOf(1, both, "zh"), "一小");
  assert.equal(titleOf(1, both, "en"), "School 1");
  assert.equal(titleOf(1, { no: 3, use: "home", at: "Mill Lane 3" }, "en"), "Mill Lane 3");
  assert.equal(titleOf(1, { no: 3, use: "home" }, "en"), "#1");
  assert.equal(titleOf(7, { no: 3, name: "" }, "zh"), "#7");
});

test("the file holds all columns of both; who has no partner has empty cells", () => {
  const rows = [
    { id: 1, properties: { use: "=home" }, joined: { fid: 9, properties: { name: "a,b", ok: true }, distance_m: 12.5 } },
    { id: 2, properties: { floors: 3, use: null }, joined: null },
  ];
  const lines = joinedCsv(rows, "schools").replace("\ufeff", "").trimEnd().split("\r\n");
  assert.deepEqual(lines, [
    "fid,use,floors,schools.fid,schools.name,schools.ok,distance_m",
    "1,'=home,,9,\"a,b\",true,12.5",
    "2,,3,,,,",
  ]);
});
