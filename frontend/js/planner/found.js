/** What the planner's tools point at on the map: one geometry, drawn by its overlay. */

/** @typedef {{type: string, coordinates: any}} Geometry */

/** @type {Geometry|null} */
let shown = null;
/** @type {Set<() => void>} */
const listeners = new Set();

export function found() {
  return shown;
}

/** @param {Geometry|null} geometry */
export function showFound(geometry) {
  shown = geometry;
  for (const fn of listeners) fn();
}

/** @param {() => void} fn */
export function onFound(fn) {
  listeners.add(fn);
}
