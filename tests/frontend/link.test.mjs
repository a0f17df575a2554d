import assert from "node:assert/strict";
import test from "node:test";
import { backoff, DEAF_MS, HEARTBEAT_MS, Link } from "../../frontend/js/live/link.js";

/** A world that a test turns by hand: sockets, clock and timers. */
function world() {
  const sockets = [];
  const timers = [];
  const states = [];
  const heard = [];
  const outside = {
    time: 1_000_000,
    open() {
      const socket = {
        sent: [],
        readyState: 1,
        closed: false,
        send(text) {
          this.sent.push(JSON.parse(text));
        },
        close() {
          this.closed = true;
        },
      };
      sockets.push(socket);
      return socket;
    },
    now: () => outside.time,
    later: (fn, ms) => timers.push({ fn, ms }),
    heard: (message) => heard.push(message),
    told: (state) => states.push(state.state),
  };
  const link = new Link(outside, ["alert"]);
  const say = (message, socket = sockets.at(-1)) =>
    socket.onmessage({ data: JSON.stringify(message) });
  return { outside, sockets, timers, states, heard, link, say };
}

test("it asks for a snapshot first and resumes by the last cursor it saw", () => {
  const { link, sockets, timers, say } = world();
  link.start();
  sockets[0].onopen();
  assert.deepEqual(sockets[0].sent[0], {
    type: "subscribe",
    topics: ["alert"],
    bbox: null,
    since: null,
  });
  say({ type: "snapshot", cursor: "s1", items: [] });
  say({ type: "event", cursor: "e2", topic: "alert", id: "1", data: {} });
  sockets[0].onclose({ code: 1006 });
  timers[0].fn();
  sockets[1].onopen();
  assert.equal(sockets[1].sent[0].since, "e2");
});

test("it is live only once the server says that nothing is missing", () => {
  const { link, sockets, states, say } = world();
  link.start();
  sockets[0].onopen();
  say({ type: "snapshot", cursor: "s1", items: [] });
  assert.deepEqual(states, ["connecting", "catching up"]);
  say({ type: "live", cursor: "s1" });
  assert.equal(states.at(-1), "live");
});

test("a socket that looks open but is silent is pinged, then given up", () => {
  const { link, sockets, outside, states, timers, say } = world();
  link.start();
  sockets[0].onopen();
  say({ type: "live", cursor: "s1" });
  outside.time += HEARTBEAT_MS + 1;
  link.tick();
  assert.equal(sockets[0].sent.at(-1).type, "ping");
  outside.time += DEAF_MS;
  link.tick();
  assert.equal(sockets[0].closed, true);
  assert.equal(states.at(-1), "lost");
  assert.equal(timers.length, 1);
});

test("frames of a socket that was given up change nothing", () => {
  const { link, sockets, outside, timers, heard, say } = world();
  link.start();
  sockets[0].onopen();
  say({ type: "live", cursor: "s1" });
  outside.time += DEAF_MS + 1;
  link.tick();
  timers[0].fn();
  say({ type: "event", cursor: "old", topic: "alert", id: "1", data: {} }, sockets[0]);
  assert.equal(link.cursor, "s1");
  assert.deepEqual(heard, []);
});

test("closed for being slow it comes back at once, with its cursor", () => {
  assert.equal(backoff(0, 4008, 0), 50);
  assert.equal(backoff(1, 4008, 0), 1000);
});

test("tries grow further apart up to eight seconds, with jitter", () => {
  assert.deepEqual(
    [0, 1, 2, 3, 4, 5, 90].map((attempt) => backoff(attempt, 1006, 0)),
    [500, 1000, 2000, 4000, 8000, 8000, 8000],
  );
  assert.equal(backoff(4, 1006, 1), 10_000);
});

test("a refusal is final: it does not knock again", () => {
  for (const code of [4001, 4003]) {
    const { link, sockets, states, timers } = world();
    link.start();
    sockets[0].onclose({ code });
    assert.equal(states.at(-1), "refused");
    assert.deepEqual(timers, []);
  }
});

test("a new view is asked for with the cursor, so that no alert is lost on the way", () => {
  const { link, sockets, say } = world();
  link.start();
  sockets[0].onopen();
  say({ type: "live", cursor: "c9" });
  link.look([113, 34, 114, 35]);
  assert.deepEqual(sockets[0].sent.at(-1), {
    type: "subscribe",
    topics: ["alert"],
    bbox: [113, 34, 114, 35],
    since: "c9",
  });
});
