/** Conditions on attributes as CQL2 text: what a form says is what is asked. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { comparisonsOf, cqlOf, valuesOf } from "../../frontend/js/planner/conditions.js";

const columns = { name: { type: "text" }, floors: { type: "int" }, open: { type: "bool" }, "高 度": { type: "float" } };
const line = (column, compare, value = "", other = "") => ({ column, compare, value, other });

test("each type has comparisons of its own, each comparison its number of values", () => {
  assert.equal(comparisonsOf("int"), comparisonsOf("float"));
  assert.ok(comparisonsOf("text").includes("begins") && !comparisonsOf("bool").includes("gt"));
  assert.deepEqual(["empty", "is", "between"].map(valuesOf), [0, 1, 2]);
});

test("texts are quoted, patterns' signs stand for themselves", () => {
  assert.equal(cqlOf([line("name", "is", " O'Hara ")], columns, true), "name = 'O''Hara'");
  assert.equal(cqlOf([line("name", "has", "50%_\\")], columns, true), "name LIKE '%50\\%\\_\\\\%'");
  assert.equal(cqlOf([line("name", "begins", "中")], columns, true), "name LIKE '中%'");
});

test("what is empty is null or no text", () => {
  assert.equal(cqlOf([line("name", "empty")], columns, true), "(name IS NULL OR name = '')");
  assert.equal(cqlOf([line("name", "filled")], columns, true), "name <> ''");
  assert.equal(cqlOf([line("floors", "empty")], columns, true), "floors IS NULL");
});

test("lines are joined by all or by any; what is not complete waits", () => {
  const lines = [line("floors", "between", "3", "9"), line("open", "no"), line("floors", "gt", ""), line("gone", "is", "x")];
  assert.equal(cqlOf(lines, columns, true), "floors BETWEEN 3 AND 9 AND open = FALSE");
  assert.equal(cqlOf(lines, columns, false), "floors BETWEEN 3 AND 9 OR open = FALSE");
  assert.equal(cqlOf([line("floors", "between", "3")], columns, true), "");
});

test("a name that is no plain word is quoted", () => {
  assert.equal(cqlOf([line("高 度", "ge", "2.50")], columns, true), '"高 度" >= 2.5');
});
