import assert from "node:assert/strict";
import test from "node:test";
import { outcomeOf } from "../../frontend/js/field/outcome.js";
import { made } from "../../frontend/js/field/queue.js";
import { empty } from "../../frontend/js/field/sender.js";

/** A phone's storage and a server behind an unreliable line, both in memory. */
function scene({ me = 7, items = [], answers = () => ({ kind: "received", answer: {} }) }) {
  const stored = new Map(items.map((one) => [one.key, one]));
  const sent = [];
  let now = 1_000_000;
  const means = {
    allItems: async () => [...stored.values()],
    changeItem: async (key, change) => void stored.set(key, change(stored.get(key))),
    removeItem: async (key) => void stored.delete(key),
    read: async () =>
      typeof me === "number" ? { kind: "received", answer: { id: me } } : { kind: me },
    send: async (item) => {
      sent.push(item.key);
      return answers(item, sent.length);
    },
    now: () => now,
    tell: () => {},
  };
  return { means, stored, sent, later: (ms) => (now += ms) };
}

const report = (key, at = 0, more = {}) => ({
  ...made({ key, kind: "report", lane: "", owner: 7, path: "", fields: {}, photos: [], title: {} }, at),
  ...more,
});

test("an empty queue asks the server nothing", async () => {
  const { means } = scene({ me: "unreachable" });
  assert.equal(await empty(means, false), "idle");
});

test("everything goes out once, in order", async () => {
  const { means, sent, stored } = scene({ items: [report("b", 2), report("a", 1), report("c", 3)] });
  assert.equal(await empty(means, false), "idle");
  assert.equal(await empty(means, false), "idle");
  assert.deepEqual(sent, ["a", "b", "c"]);
  assert.ok([...stored.values()].every((one) => one.state === "received"));
});

test("a line that drops stops the round; the next one goes on where it stopped", async () => {
  const drops = (_, n) => (n === 2 ? { kind: "unreachable" } : { kind: "received", answer: {} });
  const { means, sent } = scene({ items: [report("a", 1), report("b", 2), report("c", 3)], answers: drops });
  assert.equal(await empty(means, false), "unreachable");
  assert.equal(await empty(means, true), "idle");
  assert.deepEqual(sent, ["a", "b", "b", "c"]);
});

test("one that is refused does not hold up the others", async () => {
  const refuse = ({ key }) =>
    key === "a" ? { kind: "refused", problem: { status: 422 } } : { kind: "received", answer: {} };
  const { means, sent, stored } = scene({ items: [report("a", 1), report("b", 2)], answers: refuse });
  await empty(means, false);
  assert.deepEqual(sent, ["a", "b"]);
  assert.equal(stored.get("a").state, "refused");
});

test("signed out: nothing is sent and nothing is lost", async () => {
  const { means, sent, stored } = scene({ me: "sign_in", items: [report("a")] });
  assert.equal(await empty(means, false), "sign_in");
  assert.deepEqual(sent, []);
  assert.equal(stored.get("a").state, "waiting");
});

test("somebody else is signed in: the items wait for their maker", async () => {
  const { means, sent } = scene({ me: 8, items: [report("a")] });
  await empty(means, true);
  assert.deepEqual(sent, []);
});

test("what a dead page left as being sent goes out again", async () => {
  const { means, sent } = scene({ items: [report("a", 1, { state: "sending", tries: 1 })] });
  await empty(means, false);
  assert.deepEqual(sent, ["a"]);
});

test("old receipts are cleared away", async () => {
  const { means, stored, later } = scene({ items: [report("a", 0, { state: "received", settled_at: 1 })] });
  later(8 * 86_400_000);
  await empty(means, false);
  assert.equal(stored.size, 0);
});

test("what an answer means", () => {
  const kind = (...answer) => outcomeOf(...answer).kind;
  assert.equal(kind(0, null), "unreachable");
  assert.equal(kind(201, { receipt: {} }), "received");
  assert.equal(kind(200, null), "unreachable", "a hotspot's own page is no answer of ours");
  assert.equal(kind(401, {}), "sign_in");
  assert.equal(kind(403, { detail: "CSRF check Failed" }), "sign_in");
  assert.equal(kind(403, { detail: "your role may not" }), "refused");
  assert.equal(kind(409, {}), "refused");
  assert.equal(kind(422, {}), "refused");
  assert.equal(kind(500, null), "later");
  assert.deepEqual(outcomeOf(429, {}, "120"), { kind: "later", after_ms: 120_000 });
  assert.equal(outcomeOf(422, { detail: "no" }).problem.status, 422);
});
