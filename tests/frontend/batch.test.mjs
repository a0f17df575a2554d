import assert from "node:assert/strict";
import test from "node:test";
import { AT_ONCE, Batch } from "../../frontend/js/live/batch.js";

const ids = (n) => Array.from({ length: n }, (_, i) => i + 1);
const job = (changes) => ({
  verb: "acknowledge",
  ids: ids(96),
  step: async () => true,
  needs: () => true,
  ...changes,
});

test("a few at a time, each once, counted as it goes", async () => {
  let under = 0;
  let most = 0;
  const asked = [];
  const step = async (id) => {
    most = Math.max(most, (under += 1));
    asked.push(id);
    await new Promise(setImmediate);
    under -= 1;
    return true;
  };
  const seen = [];
  const batch = new Batch(job({ step }), () => seen.push(batch.done));
  await batch.run();
  assert.equal(most, AT_ONCE);
  assert.deepEqual(asked, ids(96));
  assert.deepEqual([...new Set(seen)], [0, ...ids(96)]);
  assert.equal(await batch.finished, true);
});

test("what was refused is counted and asked for again, the rest is not", async () => {
  const refusing = new Set([3, 50]);
  const asked = [];
  const step = async (id) => (asked.push(id), !refusing.has(id));
  const batch = new Batch(job({ step }), () => {});
  await batch.run();
  assert.deepEqual([...batch.failed], [3, 50]);
  assert.equal(batch.done, 94);
  refusing.clear();
  asked.length = 0;
  await batch.run();
  assert.deepEqual(asked, [3, 50]);
  assert.equal(batch.done, 96);
  assert.equal(await batch.finished, true);
});

test("what somebody else has done meanwhile is neither asked for nor failed", async () => {
  const open = new Set([1, 2, 3]);
  const asked = [];
  const step = async (id) => {
    asked.push(id);
    open.delete(id === 1 ? 3 : id); // 3 is taken elsewhere while 1 is refused
    return id !== 1;
  };
  const batch = new Batch(job({ ids: [1, 2, 3], step, needs: (id) => open.has(id) }), () => {});
  open.delete(2);
  await batch.run();
  assert.deepEqual([...batch.left], [1]);
  assert.ok(!asked.includes(2));
});

test("while it runs it cannot be started twice, and a fault leaves it ready for another try", async () => {
  const step = async () => {
    throw new TypeError("broken");
  };
  const batch = new Batch(job({ ids: [1], step }), () => {});
  const first = batch.run();
  await batch.run();
  await assert.rejects(first, TypeError);
  assert.equal(batch.running, false);
  assert.deepEqual([...batch.left], [1]);
});
