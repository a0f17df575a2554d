/** What follows from fences, alerts and rights alone: no map, no page. */

import { isClosed } from "../ui/order.js";

/** @typedef {import("../types.js").Alert} Alert */
/** @typedef {import("../types.js").Me} Me */
/** @typedef {{scope: string, name_zh: string, name_en: string}} Place */

const LONGEST = 60; // characters of a code

/** The alert that matters most of each fence: open before in hand, worse before better.
 * @param {Iterable<Alert>} alerts @returns {Map<number, Alert>} by the fence's id */
export function worstByFence(alerts) {
  const found = new Map();
  const weight = (/** @type {Alert} */ alert) =>
    (alert.state === "open" ? 10 : 0) + (5 - alert.severity);
  for (const alert of alerts) {
    if (isClosed(alert) || alert.fence_id === null) continue;
    const known = found.get(alert.fence_id);
    if (!known || weight(alert) > weight(known)) found.set(alert.fence_id, alert);
  }
  return found;
}

/** Whether somebody may change a fence of this scope, as the server will judge it.
 * @param {Me} me @param {string} scope */
export function mayEdit(me, scope) {
  if (!me.may.includes("fence.edit")) return false;
  return me.role === "admin" || scope === "" || me.areas.some((area) => scope.startsWith(area));
}

/** A code that is free, from the English name if there is one.
 * @param {string} name @param {Iterable<string>} taken */
export function proposeCode(name, taken) {
  const words = name.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  const base = words.replace(/^-+|-+$/g, "").slice(0, LONGEST - 4) || "fence";
  const known = new Set(taken);
  if (base !== "fence" && !known.has(base)) return base;
  let number = base === "fence" ? 1 : 2;
  while (known.has(`${base}-${number}`)) number += 1;
  return `${base}-${number}`;
}

/** The area-right prefix of a division code: 410100 is 4101, 410105 itself.
 * @param {string} code */
export function prefixOf(code) {
  return code.length === 6 ? code.replace(/(00)+$/, "") : code;
}

/** The divisions that hold every one of some points, deepest first.
 * @param {Place[][]} found per point, what it lies in @returns {Place[]} */
export function inAll(found) {
  if (found.length === 0) return [];
  const others = found.slice(1).map((places) => new Set(places.map(({ scope }) => scope)));
  return found[0]
    .filter(({ scope }) => others.every((scopes) => scopes.has(scope)))
    .sort((a, b) => b.scope.length - a.scope.length);
}

/** What a fence's scope may be: what it is, the places under it, one's own areas.
 * @param {Me} me @param {Place[]} under @param {Place[]} own @param {string|null} now
 * @returns {Place[]} the first one is to be proposed */
export function scopeChoices(me, under, own, now) {
  const nameless = (/** @type {string} */ scope) => ({ scope, name_zh: "", name_en: "" });
  const all = [...under, ...own, ...me.areas.map(nameless)];
  if (now !== null) all.unshift(all.find(({ scope }) => scope === now) ?? nameless(now));
  const seen = new Set();
  const choices = all.filter(({ scope }) => {
    const keep = !seen.has(scope) && mayEdit(me, scope);
    seen.add(scope);
    return keep;
  });
  return choices.length ? choices : [nameless("")];
}
