import assert from "node:assert/strict";
import test from "node:test";
import { cluster, Places } from "../../frontend/js/map/cluster.js";

const spot = (id, x, y, quiet = true) => ({ id, x, y, quiet });

test("quiet marks that lie close become one group", () => {
  const { single, groups } = cluster(
    [spot(1, 1, 1), spot(2, 5, 5), spot(3, 9, 9), spot(4, 300, 300)],
    50,
  );
  assert.deepEqual(groups, [{ x: 5, y: 5, members: [1, 2, 3] }]);
  assert.deepEqual(
    single.map((one) => one.id),
    [4],
  );
});

test("what alerts is never hidden in a group", () => {
  const { single } = cluster(
    [spot(1, 1, 1), spot(2, 2, 2), spot(3, 3, 3), spot(4, 2, 2, false)],
    50,
  );
  assert.deepEqual(
    single.map((one) => one.id),
    [4],
  );
});

test("near enough nothing is grouped", () => {
  assert.equal(cluster([spot(1, 1, 1), spot(2, 1, 1), spot(3, 1, 1)], 0).groups.length, 0);
});

test("labels do not lie on each other", () => {
  const places = new Places();
  assert.equal(places.take(0, 0, 10, 10), true);
  assert.equal(places.take(5, 5, 10, 10), false);
  assert.equal(places.take(20, 20, 10, 10), true);
});
