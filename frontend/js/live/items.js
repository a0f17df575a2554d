/** What the feed's items say, in the shapes that the picture keeps. */

/** @typedef {import("../types.js").Alert} Alert */
/** @typedef {import("../types.js").Fence} Fence */
/** @typedef {import("../types.js").FeedItem} FeedItem */

/** @param {FeedItem} item @returns {import("../types.js").Latest} */
export function latestOf(item) {
  return { time: item.at, value: item.data.value, received_at: item.data.received_at };
}

/** @param {FeedItem} item @returns {import("../types.js").Position} */
export function positionOf(item) {
  const [lon, lat] = item.geometry?.coordinates ?? [0, 0];
  const { speed, course, accuracy } = item.data;
  return { time: item.at, lon, lat, speed, course, accuracy };
}

/** @param {FeedItem} item @returns {Fence} */
export function fenceOf(item) {
  return /** @type {Fence} */ ({ ...item.data, geometry: item.geometry });
}

/** Keep a fence, or let go of one that was taken out of use; an older state changes nothing.
 * @param {Map<string, Fence>} into @param {Fence} fence */
export function keepFence(into, fence) {
  if ((into.get(fence.code)?.version ?? 0) > fence.version) return;
  if (fence.active) into.set(fence.code, fence);
  else into.delete(fence.code);
}

/** Keep an alert with the place that the feed gave it; an older state changes nothing.
 * @param {Map<number, Alert>} into @param {FeedItem} item */
export function keepAlert(into, item) {
  const alert = /** @type {Alert} */ (item.data);
  const known = into.get(alert.id);
  if (known && known.version > alert.version) return;
  const [lon, lat] =
    item.geometry?.type === "Point" ? item.geometry.coordinates : [known?.lon, known?.lat];
  into.set(alert.id, { ...alert, lon, lat });
}

/** Whether a thing is not as this page has it: new, renamed, moved to another place.
 * @param {Map<number, import("../types.js").Thing>} things @param {FeedItem} item */
export function isNews(things, item) {
  const known = things.get(Number(item.id));
  const { name_zh, kind, scope } = item.data;
  return !known || known.name_zh !== name_zh || known.kind !== kind || known.scope !== scope;
}
