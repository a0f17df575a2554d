/** The state of a moment, made of the items that the log gives for it. */

import { keepEntity } from "./entities.js";
import { fenceOf, keepAlert, keepFence, latestOf, positionOf } from "./items.js";

/** @typedef {object} Past
 * @property {number} at ms
 * @property {Map<number, import("../types.js").Alert>} alerts
 * @property {Map<string, import("../types.js").Fence>} fences
 * @property {Map<number, import("../types.js").Latest>} values
 * @property {Map<number, import("../types.js").Position>} positions
 * @property {import("./entities.js").Shelves} shelves */

/** @param {number} at ms @param {import("../types.js").FeedItem[]} items @returns {Past} */
export function pastOf(at, items) {
  const past = /** @type {Past} */ ({
    at,
    alerts: new Map(),
    fences: new Map(),
    values: new Map(),
    positions: new Map(),
    shelves: new Map(),
  });
  for (const item of items) {
    if (item.topic === "alert") keepAlert(past.alerts, item);
    else if (item.topic === "fence") keepFence(past.fences, fenceOf(item));
    else if (item.topic === "observation") past.values.set(Number(item.id), latestOf(item));
    else if (item.topic === "position") past.positions.set(Number(item.id), positionOf(item));
    else keepEntity(past.shelves, item);
  }
  return past;
}
