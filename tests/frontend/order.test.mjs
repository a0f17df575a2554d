import assert from "node:assert/strict";
import test from "node:test";
import { counts, isOverdue, sections } from "../../frontend/js/ui/order.js";
import { ago, alert, NOW } from "./make.mjs";

test("what waits comes worst first, then oldest, then by number", () => {
  const alerts = [
    alert({ id: 1, number: 1, severity: 3, opened_at: ago(900) }),
    alert({ id: 2, number: 2, severity: 1, opened_at: ago(10) }),
    alert({ id: 3, number: 3, severity: 1, opened_at: ago(40) }),
    alert({ id: 5, number: 5, severity: 2, opened_at: ago(30) }),
    alert({ id: 4, number: 4, severity: 2, opened_at: ago(30) }),
  ];
  assert.deepEqual(
    sections(alerts, NOW).pending.map((one) => one.number),
    [3, 2, 4, 5, 1],
  );
});

test("an alert is closed only when it is both resolved and cleared", () => {
  const resolved = { state: "resolved", resolved_at: ago(60) };
  const alerts = [
    alert({ id: 1, ...resolved }),
    alert({ id: 2, ...resolved, condition: "cleared", cleared_at: ago(30) }),
    alert({ id: 3, condition: "cleared", cleared_at: ago(30) }),
    alert({ id: 4, state: "acknowledged" }),
  ];
  const found = sections(alerts, NOW);
  assert.deepEqual(
    found.active.map((one) => one.id),
    [1, 4],
  );
  assert.deepEqual(
    found.closed.map((one) => one.id),
    [2],
  );
  assert.deepEqual(
    found.pending.map((one) => one.id),
    [3],
  );
});

test("what was closed leaves the queue after half an hour", () => {
  const closed = (seconds) =>
    alert({
      state: "resolved",
      condition: "cleared",
      resolved_at: ago(4000),
      cleared_at: ago(seconds),
    });
  assert.equal(sections([closed(29 * 60)], NOW).closed.length, 1);
  assert.equal(sections([closed(31 * 60)], NOW).closed.length, 0);
});

test("each severity has its own limit for being acknowledged", () => {
  assert.equal(isOverdue(alert({ severity: 1, opened_at: ago(61) }), NOW), true);
  assert.equal(isOverdue(alert({ severity: 2, opened_at: ago(61) }), NOW), false);
  assert.equal(
    isOverdue(alert({ severity: 1, opened_at: ago(61), state: "acknowledged" }), NOW),
    false,
  );
});

test("the header counts what waits, what is in hand and what is late", () => {
  const alerts = [
    alert({ severity: 1, opened_at: ago(90) }),
    alert({ severity: 4 }),
    alert({ state: "acknowledged" }),
  ];
  assert.deepEqual(counts(alerts, NOW), { pending: 2, active: 1, overdue: 1, worst: 1 });
});
