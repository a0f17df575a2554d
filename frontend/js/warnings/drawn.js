/** The area of the warning that is being written, so that the map shows it while it changes. */

/** @typedef {{geometry: any, colour: number}} Drawn */

/** @type {Drawn} */
let now = { geometry: null, colour: 4 };
/** @type {Set<() => void>} */
const listeners = new Set();

export function drawnArea() {
  return now;
}

/** @param {Drawn} drawn */
export function showArea(drawn) {
  now = drawn;
  for (const fn of listeners) fn();
}

/** @param {() => void} fn */
export function onArea(fn) {
  listeners.add(fn);
}
