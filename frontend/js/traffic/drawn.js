/** What the traffic panels are showing on the map at the moment: a closure being drawn, a route. */

/** @typedef {import("./model.js").Closure} Closure */
/** @typedef {{lon: number, lat: number}} Place */
/**
 * @typedef {object} Shown
 * @property {Place|null} from
 * @property {Place|null} to
 * @property {import("../types.js").GeoJsonPoint|null} line
 * @property {string} label time and length
 * @property {{id: number, lon: number, lat: number, rank: number}[]} near who is near `to`, first first
 */

/** @type {Closure|null} */
let closure = null;
/** @type {Shown|null} */
let route = null;
/** @type {Set<() => void>} */
const listeners = new Set();

/** @param {() => void} fn called after each change */
export function onDrawn(fn) {
  listeners.add(fn);
}

export function drawnClosure() {
  return closure;
}

export function shownRoute() {
  return route;
}

/** @param {import("../types.js").GeoJsonPoint|null} geometry @param {"closed"|"slow"} severity */
export function drawClosure(geometry, severity) {
  const bare = { id: 0, version: 0, state: "open", from_at: new Date(0).toISOString() };
  closure = geometry && /** @type {any} */ ({ ...bare, geometry, severity, until_at: null });
  for (const fn of listeners) fn();
}

/** @param {Shown|null} shown */
export function showRoute(shown) {
  route = shown;
  for (const fn of listeners) fn();
}
