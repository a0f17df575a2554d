import assert from "node:assert/strict";
import test from "node:test";
import { Fold } from "../../frontend/js/live/fold.js";
import { ago, alert, event, NOW } from "./make.mjs";

const snapshot = (items, more = {}) => ({ type: "snapshot", cursor: "c0", items, ...more });
const ids = (diff) => diff.items.map((item) => item.id).sort();

test("a snapshot replaces everything and says so", () => {
  const fold = new Fold();
  fold.take(event({ id: 9 }));
  fold.take(snapshot([event({ id: 1 }), event({ id: 2 })]));
  const diff = fold.diff();
  assert.equal(diff.whole, true);
  assert.deepEqual(ids(diff), ["1", "2"]);
  assert.deepEqual([...fold.topics.get("alert").keys()], ["1", "2"]);
});

test("a diff names each thing once, with its newest state, and only once", () => {
  const fold = new Fold();
  fold.take(event({ id: 1, version: 1 }));
  fold.take(event({ id: 1, version: 2, state: "acknowledged" }));
  const diff = fold.diff();
  assert.equal(diff.items.length, 1);
  assert.equal(diff.items[0].data.version, 2);
  assert.equal(fold.dirty, false);
  assert.deepEqual(fold.diff(), { whole: false, items: [], gone: [] });
});

test("a snapshot of added topics leaves the others alone", () => {
  const fold = new Fold();
  fold.take(event({ id: 1 }));
  fold.diff();
  fold.take(
    snapshot([{ topic: "position", id: "5", at: ago(1), data: {} }], { topics: ["position"] }),
  );
  const diff = fold.diff();
  assert.equal(diff.whole, false);
  assert.deepEqual(ids(diff), ["5"]);
  assert.equal(fold.topics.get("alert").size, 1);
});

test("what left one's rights is gone from the state and from the diff", () => {
  const fold = new Fold();
  fold.take(event({ id: 1 }));
  fold.take({ type: "gone", topic: "alert", id: 1 });
  assert.deepEqual(fold.diff(), { whole: false, items: [], gone: [{ topic: "alert", id: "1" }] });
  fold.take({ type: "gone", topic: "alert", id: 77 });
  assert.equal(fold.dirty, false);
});

test("an alert that comes back after it was gone is there again", () => {
  const fold = new Fold();
  fold.take(event({ id: 1 }));
  fold.take({ type: "gone", topic: "alert", id: "1" });
  fold.take(event({ id: 1, version: 3 }));
  const diff = fold.diff();
  assert.deepEqual(diff.gone, []);
  assert.deepEqual(ids(diff), ["1"]);
});

test("closed alerts are let go after half an hour, open ones never", () => {
  const fold = new Fold();
  const closed = { state: "resolved", condition: "cleared" };
  fold.take(event({ id: 1, ...closed, resolved_at: ago(1900), cleared_at: ago(1900) }));
  fold.take(event({ id: 2, ...closed, resolved_at: ago(100), cleared_at: ago(1900) }));
  fold.take(event({ id: 3, opened_at: ago(90_000) }));
  fold.diff();
  fold.prune(NOW);
  assert.deepEqual(fold.diff().gone, [{ topic: "alert", id: "1" }]);
  assert.equal(alert().state, "open");
});
