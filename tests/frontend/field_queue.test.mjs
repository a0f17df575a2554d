import assert from "node:assert/strict";
import test from "node:test";
import {
  corrected,
  counts,
  hurried,
  isForgettable,
  made,
  next,
  pause,
  recovered,
  sending,
  settled,
} from "../../frontend/js/field/queue.js";

const NOW = Date.parse("2026-11-22T08:00:00Z");
const WEEK = 7 * 86_400_000;

const photo = { blob: "photo", thumb: "thumb", taken_at: "2026-11-22T07:59:00Z" };

const item = (changes = {}, at = NOW) => ({
  ...made(
    {
      key: "k1",
      kind: "report",
      lane: "",
      owner: 7,
      path: "/cases/reports",
      fields: { words: "" },
      photos: [photo],
      title: {},
    },
    at,
  ),
  ...changes,
});

test("what is made waits, shows its photo, and is due at once", () => {
  const one = item();
  assert.equal(one.state, "waiting");
  assert.equal(one.thumb, "thumb");
  assert.equal(next([one], 7, NOW), one);
});

test("only the maker's own items go out", () => {
  assert.equal(next([item({ owner: 8 })], 7, NOW), null);
  assert.deepEqual(counts([item({ owner: 8 }), item({ key: "k2" })], 7), { owed: 1, refused: 0 });
});

test("the oldest goes first; one that must pause lets others pass", () => {
  const paused = item({ key: "a", next_at: NOW + 1 }, NOW - 10);
  const due = item({ key: "b" }, NOW - 5);
  assert.equal(next([due, paused], 7, NOW), due);
  assert.equal(next([due, paused], 7, NOW + 1), paused);
});

test("within a lane nothing overtakes", () => {
  const first = item({ key: "a", lane: "unit:1", next_at: NOW + 1000 }, NOW - 10);
  const second = item({ key: "b", lane: "unit:1" }, NOW - 5);
  const other = item({ key: "c", lane: "unit:2" }, NOW - 1);
  assert.equal(next([second, first, other], 7, NOW), other);
  assert.equal(next([second, sending(first)], 7, NOW), null);
  assert.equal(next([second, { ...first, state: "refused" }], 7, NOW), second);
});

test("received: the receipt is kept, the photos leave, the small picture stays", () => {
  const done = settled(sending(item()), { kind: "received", answer: { number: "1" } }, NOW);
  assert.equal(done.state, "received");
  assert.deepEqual(done.receipt, { number: "1" });
  assert.deepEqual(done.photos, []);
  assert.equal(done.thumb, "thumb");
});

test("without an answer it waits, each time twice as long, five minutes at most", () => {
  let one = item();
  const pauses = [];
  for (let n = 0; n < 9; n++) {
    one = settled(sending(one), { kind: "unreachable" }, NOW);
    pauses.push((one.next_at - NOW) / 1000);
  }
  assert.deepEqual(pauses, [5, 10, 20, 40, 80, 160, 300, 300, 300]);
  assert.equal(pause([one], 7, NOW), 300_000);
  assert.equal(hurried(one).next_at, 0);
});

test("the server's own pause is kept to", () => {
  const one = settled(sending(item()), { kind: "later", after_ms: 600_000 }, NOW);
  assert.equal(one.next_at, NOW + 600_000);
  assert.equal(settled(sending(item()), { kind: "later", after_ms: 0 }, NOW).next_at, NOW + 5000);
});

test("a lost session costs no attempt and no pause", () => {
  const one = settled(sending(item()), { kind: "sign_in" }, NOW);
  assert.deepEqual([one.state, one.tries, one.next_at], ["waiting", 0, 0]);
});

test("refused: photos and fields stay, it is mended under the same key and goes out again", () => {
  const refused = settled(sending(item()), { kind: "refused", problem: { status: 422 } }, NOW);
  assert.equal(refused.state, "refused");
  assert.deepEqual(refused.photos, [photo]);
  assert.equal(next([refused], 7, NOW + WEEK), null);
  const better = corrected(refused, { fields: { lon: 1 }, photos: [] });
  assert.deepEqual(
    [better.state, better.key, better.refusal, better.tries, better.thumb],
    ["waiting", "k1", null, 0, null],
  );
  assert.equal(corrected(item(), { fields: { lon: 1 }, photos: [] }).fields.lon, undefined);
});

test("an item whose page died while sending is sent again", () => {
  assert.equal(recovered(sending(item())).state, "waiting");
  assert.equal(recovered(item({ state: "received" })).state, "received");
});

test("a receipt is forgotten after a week; what the server lacks never is", () => {
  const done = settled(item(), { kind: "received", answer: {} }, NOW);
  assert.equal(isForgettable(done, NOW + WEEK), false);
  assert.equal(isForgettable(done, NOW + WEEK + 1), true);
  for (const state of ["waiting", "sending", "refused"])
    assert.equal(isForgettable(item({ state }), NOW + 52 * WEEK), false);
});
