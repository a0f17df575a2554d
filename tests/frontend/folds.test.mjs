import assert from "node:assert/strict";
import test from "node:test";
import {
  commonOwner,
  foldedRows,
  kindCounts,
  membersOf,
  partsOf,
  targetOf,
} from "../../frontend/js/ui/folds.js";
import { sections } from "../../frontend/js/ui/order.js";
import { ago, alert, NOW } from "./make.mjs";

const silence = (id, changes = {}) =>
  alert({ id, number: id, rule: "silent", kind: "silence", severity: 4, ...changes });
const many = (n, changes = {}) => Array.from({ length: n }, (_, i) => silence(i + 1, changes));
const closed = () => false;
const keys = (rows) => rows.map((row) => row.key);
const pending = (alerts, isOpen = closed, kept) =>
  foldedRows("pending", sections(alerts, NOW).pending, isOpen, kept);

test("five silences of one rule and severity are one row, four are four", () => {
  assert.deepEqual(keys(pending(many(4))), ["1", "2", "3", "4"]);
  const [row, ...more] = pending(many(5));
  assert.equal(row.key, "pending/silent/4");
  assert.equal(row.fold.members.length, 5);
  assert.deepEqual(more, []);
});

test("a fold stands where its first member would", () => {
  const alerts = [
    ...many(6, { opened_at: ago(100) }),
    alert({ id: 20, number: 20, severity: 2 }),
    alert({ id: 21, number: 21, severity: 4, opened_at: ago(200) }),
    alert({ id: 22, number: 22, severity: 4, opened_at: ago(50) }),
  ];
  assert.deepEqual(keys(pending(alerts)), ["20", "21", "pending/silent/4", "22"]);
});

test("rule, severity and section each make a fold of their own; other kinds never fold", () => {
  const alerts = [
    ...many(5),
    ...many(5, { severity: 3 }).map((one) => ({ ...one, id: one.id + 10 })),
    ...many(5, { rule: "mute" }).map((one) => ({ ...one, id: one.id + 20 })),
    ...many(9).map((one) => ({ ...one, id: one.id + 30, kind: "threshold", severity: 2 })),
  ];
  const found = keys(pending(alerts));
  assert.equal(found.length, 9 + 3);
  assert.deepEqual(found.slice(9), ["pending/silent/3", "pending/silent/4", "pending/mute/4"]);
  const taken = many(5, { state: "acknowledged" }).map((one) => ({ ...one, id: one.id + 50 }));
  const both = sections([...many(5), ...taken], NOW);
  assert.deepEqual(keys(foldedRows("active", both.active, closed)), ["active/silent/4"]);
});

test("an open fold shows its members beneath it, in the queue's order", () => {
  const rows = pending([...many(5), alert({ id: 9, severity: 2 })], () => true);
  assert.deepEqual(keys(rows), ["9", "pending/silent/4", "1", "2", "3", "4", "5"]);
  assert.deepEqual(
    rows.map((row) => row.inside),
    ["", "", ...Array(5).fill("pending/silent/4")],
  );
});

test("while a step for all is running what is left stays one row", () => {
  assert.deepEqual(keys(pending(many(2), closed, (kind) => kind === "silent/4")), [
    "pending/silent/4",
  ]);
});

test("a fold's panel finds its alerts by its id, however few are left", () => {
  const alerts = [...many(2), ...many(3, { state: "acknowledged" }), alert({ id: 9 })];
  assert.equal(membersOf(alerts, "pending/silent/4", NOW).length, 2);
  assert.equal(membersOf(alerts, "active/silent/4", NOW).length, 3);
  assert.deepEqual(partsOf("active/silent/4"), ["active", "silent/4"]);
});

test("a counter leads to the fold that holds what it counts", () => {
  assert.deepEqual(targetOf(silence(1), "pending", many(5)), {
    kind: "fold",
    id: "pending/silent/4",
  });
  assert.deepEqual(targetOf(silence(1), "pending", many(4)), { kind: "alert", id: 1 });
  assert.deepEqual(targetOf(alert(), "pending", [alert()]), { kind: "alert", id: 1 });
});

test("a fold counts its kinds of things, most first, and names an owner only if there is one", () => {
  const members = [...many(2, { thing_kind: "rain" }), ...many(3, { thing_kind: "waterlevel" })];
  assert.deepEqual(kindCounts(members), [
    ["waterlevel", 3],
    ["rain", 2],
  ]);
  assert.equal(commonOwner(members), null);
  assert.equal(commonOwner(many(3, { assigned_to: 7 })), 7);
  assert.equal(commonOwner(many(3, { acknowledged_by: 7 })), 7);
  assert.equal(commonOwner([silence(1, { assigned_to: 7 }), silence(2)]), null);
});
