import assert from "node:assert/strict";
import test from "node:test";
import { Picture } from "../../frontend/js/live/picture.js";
import { nextSpeed, PlayClock, SPEEDS } from "../../frontend/js/replay/clock.js";
import { Player } from "../../frontend/js/replay/player.js";
import { Reds } from "../../frontend/js/replay/reds.js";
import { LONGEST_MS, Reel, thinned } from "../../frontend/js/replay/reel.js";
import { endsOf, everyOf, ownSpan, stepOf } from "../../frontend/js/replay/span.js";
import { ApiError, call, holdChanges } from "../../frontend/js/ui/api.js";
import { fieldTime, fromField, useTimeZone } from "../../frontend/js/ui/format.js";
import { alert, NOW } from "./make.mjs";

const MINUTE = 60_000;
const iso = (ms) => new Date(ms).toISOString();
const change = (ms, topic, id, data, more = {}) => ({
  moment: iso(ms), at: iso(ms), kind: "x", topic, id: String(id), gone: false, geometry: null, data, ...more,
});
const settled = () => new Promise((done) => setImmediate(done));

test("the clock goes at its speed, waits at the limit, and a hidden tab makes no jump", () => {
  const clock = new PlayClock();
  clock.at = NOW;
  clock.speed = 60;
  clock.play(1000);
  assert.equal(clock.tick(1100, NOW + MINUTE), false);
  assert.equal(clock.at, NOW + 6000);
  clock.tick(60_000, NOW + MINUTE); // a minute without a frame counts for a quarter of a second
  assert.equal(clock.at, NOW + 21_000);
  assert.equal(clock.tick(60_200, NOW + 22_000), true);
  assert.equal(clock.at, NOW + 22_000);
  clock.pause();
  clock.tick(61_000, NOW + MINUTE);
  assert.equal(clock.at, NOW + 22_000);
});

test("speeds go by steps and stop at their ends", () => {
  assert.deepEqual(SPEEDS.map((speed) => nextSpeed(speed, 1)), [2, 5, 10, 30, 60, 60]);
  assert.deepEqual(SPEEDS.map((speed) => nextSpeed(speed, -1)), [1, 1, 2, 5, 10, 30]);
});

test("windows grow with the speed, never beyond ten minutes nor the present", () => {
  const reel = new Reel();
  const end = NOW + 60 * MINUTE;
  reel.reset(NOW);
  const length = (speed) => {
    const { from, to } = reel.wanted(NOW, speed, end);
    assert.equal(from, NOW);
    return to - from;
  };
  assert.deepEqual([1, 5, 60].map(length), [30_000, 120_000, LONGEST_MS]);
  assert.equal(reel.wanted(NOW, 60, NOW + 5000).to, NOW + 5000);
  assert.equal(reel.wanted(NOW, 1, NOW), null);
  reel.add(NOW, NOW + LONGEST_MS, []);
  assert.equal(reel.wanted(NOW, 10, end), null); // enough is loaded
  assert.equal(reel.wanted(NOW, 60, end).from, NOW + LONGEST_MS); // at this speed it is not
});

test("nothing is asked for oftener than once in a second of playing", () => {
  assert.deepEqual([1, 2, 30, 60].map(thinned), [1, 2, 30, 60]);
});

test("changes are handed out once, in time, across windows", () => {
  const reel = new Reel();
  reel.reset(NOW);
  reel.add(NOW, NOW + 10, [change(NOW + 1, "unit", 1, {}), change(NOW + 8, "unit", 2, {})]);
  reel.add(NOW, NOW + 99, [change(NOW + 9, "unit", 9, {})]); // joins on to nothing
  assert.deepEqual(reel.take(NOW + 5).map((one) => one.id), ["1"]);
  reel.add(NOW + 10, NOW + 20, [change(NOW + 15, "unit", 3, {})]);
  assert.deepEqual(reel.take(NOW + 5), []);
  assert.deepEqual(reel.take(NOW + 20).map((one) => one.id), ["2", "3"]);
});

test("a span ends now or where it was told to, and a step is a round sixtieth of it", () => {
  assert.deepEqual(endsOf({ minutes: 30 }, NOW), { start: NOW - 30 * MINUTE, end: NOW });
  const own = ownSpan(NOW - 9 * MINUTE, NOW + MINUTE, NOW);
  assert.deepEqual(endsOf(own, NOW), { start: NOW - 9 * MINUTE, end: NOW });
  assert.equal(ownSpan(NOW, NOW - 1, NOW), null);
  assert.equal(ownSpan(NaN, NOW, NOW), null);
  assert.equal(ownSpan(NOW - 32 * 24 * 60 * MINUTE, NOW, NOW), null);
  const step = (minutes) => stepOf(endsOf({ minutes }, NOW)) / 1000;
  assert.deepEqual([30, 120, 720, 1440].map(step), [30, 300, 900, 3600]);
  assert.equal(everyOf(endsOf({ minutes: 720 }, NOW), 560), 309);
});

test("a date-time field speaks the city's clock on any machine", () => {
  useTimeZone("Asia/Shanghai");
  const text = fieldTime(Date.parse("2026-11-21T19:05:00Z"));
  assert.equal(text, "2026-11-22T03:05");
  assert.equal(fromField(text), Date.parse("2026-11-21T19:05:00Z"));
  assert.ok(Number.isNaN(fromField("")));
});

function made(answers = {}) {
  const picture = new Picture();
  const asked = [];
  let now = NOW;
  const source = {
    now: () => now,
    state: async (at, clock) => (asked.push(["state", at, clock]), answers.state ?? []),
    changes: async (window, clock) => {
      asked.push(["changes", window.from, window.to, window.every, clock]);
      if (answers.fails) throw new ApiError(503, { detail: "away", detail_zh: "不在" });
      return { items: answers.changes ?? [], through: window.to };
    },
  };
  const player = new Player(picture, source, () => {});
  return { picture, asked, player, later: (ms) => (now += ms) };
}

test("it plays the picture on: vehicles move, alerts come and go, lists follow", async () => {
  const at = NOW - 30 * MINUTE;
  const point = (lon) => ({ type: "Point", coordinates: [lon, 34.7] });
  const { picture, player, asked } = made({
    state: [change(at, "position", 7, {}, { geometry: point(113.6) })],
    changes: [
      change(at + 1000, "alert", 1, alert({ id: 1, version: 4 }), { geometry: point(113.6) }),
      change(at + 2000, "position", 7, { course: 90 }, { geometry: point(113.7) }),
      change(at + 3000, "unit", 5, { status: "en_route" }),
      change(at + 4000, "alert", 1, alert({ id: 1, version: 3, state: "acknowledged" })),
      change(at + 5000, "unit", 5, {}, { gone: true }),
      change(at + 9000, "observation", 70, { value: 3, received_at: iso(at) }),
    ],
  });
  const parts = new Set();
  for (const part of ["alerts", "values", "unit"]) picture.on(part, () => parts.add(part));
  player.setSpeed(10);
  await player.go(at);
  assert.deepEqual([player.mode, picture.past.positions.get(7).lon], ["paused", 113.6]);
  player.play(0);
  player.tick(0);
  await settled();
  player.tick(200); // two seconds of the city's time
  assert.deepEqual([picture.past.at, picture.past.positions.get(7).lon], [at + 2000, 113.7]);
  assert.equal(picture.alerts.get(1).state, "open");
  player.tick(400);
  assert.equal(picture.alerts.get(1).state, "acknowledged"); // the log's order, not the versions'
  assert.equal(picture.of("unit").get("5").status, "en_route");
  player.tick(600);
  assert.equal(picture.of("unit").size, 0);
  assert.equal(picture.alerts.get(1).lon, 113.6); // an event without a place keeps the last
  player.tick(800);
  player.tick(1000);
  assert.equal(picture.past.values.get(70).value, 3);
  assert.deepEqual([...parts].sort(), ["alerts", "unit", "values"]);
  assert.deepEqual(asked[1].slice(1), [at, at + 240_000, 10, "known"]);
});

test("the other clock asks for the same moment anew", async () => {
  const { player, asked } = made();
  await player.go(NOW - MINUTE);
  player.setClock("was");
  await settled();
  assert.deepEqual(asked, [["state", NOW - MINUTE, "known"], ["state", NOW - MINUTE, "was"]]);
});

test("at the present it is live again, and says that it has played there", async () => {
  const { player, picture, later } = made();
  await player.go(NOW - 3000);
  player.setSpeed(60);
  player.play(0);
  player.tick(0);
  await settled();
  player.tick(250);
  assert.deepEqual([player.mode, picture.past, player.ended], ["live", null, true]);
  later(MINUTE);
  await player.go(NOW + MINUTE);
  assert.equal(player.mode, "live");
});

test("what cannot be had is said, and asked for again", async () => {
  const answers = { fails: true };
  const { player, picture } = made(answers);
  await player.go(NOW - 30 * MINUTE);
  player.play(0);
  player.tick(0);
  await settled();
  assert.deepEqual([player.mode, player.error.problem.detail], ["failed", "away"]);
  assert.ok(picture.past); // the past stays where it was, marked as such
  answers.fails = false;
  player.again();
  await settled();
  player.tick(100);
  player.tick(200);
  assert.equal(player.mode, "playing");
});

test("a step within what is loaded asks for nothing; a step back loads that moment", async () => {
  const { player, asked } = made();
  const at = NOW - 30 * MINUTE;
  await player.go(at);
  player.play(0);
  player.tick(0);
  await settled();
  player.pause();
  player.step(30_000);
  assert.equal(player.clock.at, at + 30_000);
  assert.equal(asked.length, 2);
  player.step(-30_000);
  await settled();
  assert.deepEqual(asked[2], ["state", at, "known"]);
});

test("nobody acts upon the past: a change is refused before it leaves the page", async () => {
  holdChanges({ detail: "a replay", detail_zh: "回放" });
  await assert.rejects(call("/alerts/1/acknowledge", { method: "POST" }), /a replay/);
  holdChanges(null);
});

test("red alerts of the present are told that were not there when the replay began", () => {
  const reds = new Reds();
  const old = alert({ id: 1, severity: 1 });
  reds.begin([old]);
  const fresh = reds.fresh([old, alert({ id: 2, severity: 1 }), alert({ id: 3, severity: 1 }),
    alert({ id: 4, severity: 2 }), alert({ id: 5, severity: 1, state: "acknowledged" })]);
  assert.deepEqual(fresh.map((one) => one.id), [3, 2]);
});
