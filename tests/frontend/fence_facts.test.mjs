import assert from "node:assert/strict";
import test from "node:test";
import {
  inAll,
  mayEdit,
  prefixOf,
  proposeCode,
  scopeChoices,
  worstByFence,
} from "../../frontend/js/map/fence_facts.js";
import { alert } from "./make.mjs";

const sun = { role: "supervisor", areas: ["4101"], may: ["fence.edit"] };
const dong = { role: "dispatcher", areas: ["410105"], may: ["fence.edit"] };
const place = (scope, name_zh = "") => ({ scope, name_zh, name_en: "" });
const scopes = (places) => places.map(({ scope }) => scope);

test("a fence stands out by what waits first, then by what is worse; closed ones do not count", () => {
  const worst = worstByFence([
    alert({ id: 1, fence_id: 5, severity: 1, state: "acknowledged" }),
    alert({ id: 2, fence_id: 5, severity: 3 }),
    alert({ id: 3, fence_id: 5, severity: 2 }),
    alert({ id: 4, fence_id: 6, state: "resolved", condition: "cleared" }),
    alert({ id: 5, fence_id: null }),
  ]);
  assert.deepEqual([...worst].map(([fence, { id }]) => [fence, id]), [[5, 3]]);
});

test("only those draw whose areas hold the fence", () => {
  assert.ok(mayEdit(sun, "410105001") && mayEdit(sun, ""));
  assert.ok(!mayEdit(dong, "4101") && !mayEdit(dong, "410102"));
  assert.ok(!mayEdit({ ...sun, may: [] }, "4101"));
  assert.ok(mayEdit({ role: "admin", areas: [], may: ["fence.edit"] }, "4101"));
});

test("a code comes from the English name and is free", () => {
  assert.equal(proposeCode("Hazmat Depot, No. 3", []), "hazmat-depot-no-3");
  assert.equal(proposeCode("Depot", ["depot", "depot-2"]), "depot-3");
  assert.equal(proposeCode("仓库", ["fence-1"]), "fence-2");
  assert.ok(proposeCode("x".repeat(80), []).length <= 60);
});

test("the place under a fence is the deepest that holds every corner", () => {
  const city = place("4101");
  const found = [
    [city, place("410105"), place("410105001")],
    [place("410105002"), place("410105"), city],
  ];
  assert.deepEqual(scopes(inAll(found)), ["410105", "4101"]);
  assert.deepEqual(inAll([]), []);
  assert.deepEqual([prefixOf("410100"), prefixOf("410105"), prefixOf("410122100")], [
    "4101",
    "410105",
    "410122100",
  ]);
});

test("what is offered as scope is what one may edit, the present one first, each once", () => {
  const under = [place("410105001", "花园路"), place("410105", "金水区"), place("4101")];
  assert.deepEqual(scopes(scopeChoices(dong, under, [], null)), ["410105001", "410105"]);
  assert.deepEqual(scopes(scopeChoices(sun, under, [], "4101")), ["4101", "410105001", "410105"]);
  assert.deepEqual(scopes(scopeChoices(sun, [], [], null)), ["4101"]);
  const admin = { role: "admin", areas: [], may: ["fence.edit"] };
  assert.deepEqual(scopes(scopeChoices(admin, [], [], null)), [""]);
});
