/** The state of a moment, made of the items that the log gives for it, and moved on by its changes. */

import { entityOf } from "./entities.js";
import { fenceOf, keepAlert, latestOf, positionOf } from "./items.js";

/** @typedef {import("../types.js").FeedItem} FeedItem */
/** @typedef {FeedItem & {gone?: boolean}} Change */
/** @typedef {object} Past
 * @property {number} at ms
 * @property {boolean} known by the clock of what was known then; else as it was
 * @property {Map<number, import("../types.js").Alert>} alerts
 * @property {Map<string, import("../types.js").Fence>} fences
 * @property {Map<number, import("../types.js").Latest>} values
 * @property {Map<number, import("../types.js").Position>} positions
 * @property {import("./entities.js").Shelves} shelves */

/** @param {number} at ms @param {FeedItem[]} items @param {boolean} known @returns {Past} */
export function pastOf(at, items, known) {
  const past = /** @type {Past} */ ({
    at,
    known,
    alerts: new Map(),
    fences: new Map(),
    values: new Map(),
    positions: new Map(),
    shelves: new Map(),
  });
  for (const item of items) takeChange(past, item);
  return past;
}

/** Move the past on to a later moment.
 * @param {Past} past @param {number} at ms @param {Change[]} changes in order
 * @returns {Set<string>} the parts of the picture that changed */
export function moveOn(past, at, changes) {
  past.at = at;
  return new Set(changes.map((change) => takeChange(past, change)));
}

/** What a thing has said of itself, as far as trust in it goes: now, or by the replayed moment.
 * @param {import("./picture.js").Picture} picture @param {import("../types.js").Thing} thing */
export function reported(picture, thing) {
  if (!picture.past) return thing;
  const streams = thing.datastreams.map((stream) => ({
    interval_s: stream.interval_s,
    latest: picture.latest(stream),
  }));
  return { datastreams: streams, position: picture.past.positions.get(thing.id) ?? null };
}

/** Take one change; the log's order counts, not versions: as it was, a later fact may have an
 * earlier one's number.
 * @param {Past} past @param {Change} item @returns {string} the part of the picture that it changes */
function takeChange(past, item) {
  const id = Number(item.id);
  switch (item.topic) {
    case "alert":
      takeAlert(past.alerts, item);
      return "alerts";
    case "fence":
      put(past.fences, String(item.id), { ...item, gone: item.gone || !item.data.active }, fenceOf);
      return "fences";
    case "observation":
      put(past.values, id, item, latestOf);
      return "values";
    case "position":
      put(past.positions, id, item, positionOf);
      return "values";
    default:
      put(shelf(past, item.topic), String(item.id), item, entityOf);
      return item.topic;
  }
}

/** A closed alert stays in the list for its half hour, as it does live; one that left the reader's
 * rights does not.
 * @param {Past["alerts"]} alerts @param {Change} item */
function takeAlert(alerts, item) {
  const known = alerts.get(Number(item.id));
  alerts.delete(Number(item.id));
  if (item.data.id === undefined) return;
  keepAlert(alerts, item);
  const alert = alerts.get(Number(item.id));
  if (alert && alert.lon === undefined) Object.assign(alert, { lon: known?.lon, lat: known?.lat });
}

/** @template K, V @param {Map<K, V>} into @param {K} key @param {Change} item
 * @param {(item: FeedItem) => V} made */
function put(into, key, item, made) {
  if (item.gone) into.delete(key);
  else into.set(key, made(item));
}

/** @param {Past} past @param {string} topic */
function shelf(past, topic) {
  let found = past.shelves.get(topic);
  if (!found) past.shelves.set(topic, (found = new Map()));
  return found;
}
