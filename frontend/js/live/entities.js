/** What the feed says of a module's topics: by id, live or at the replayed moment. */

/** @typedef {import("../types.js").FeedItem} FeedItem */
/** @typedef {import("../types.js").Entity} Entity */
/** @typedef {Map<string, Map<string, Entity>>} Shelves topic → id → entity */

/** @param {FeedItem} item @returns {Entity} */
export function entityOf(item) {
  return { ...item.data, geometry: item.geometry ?? null, told_at: item.at };
}

/** Keep an entity; one of an older version changes nothing.
 * @param {Shelves} into @param {FeedItem} item */
export function keepEntity(into, item) {
  let shelf = into.get(item.topic);
  if (!shelf) into.set(item.topic, (shelf = new Map()));
  const fresh = entityOf(item);
  const known = shelf.get(String(item.id));
  if (known && (known.version ?? 0) > (fresh.version ?? 0)) return;
  shelf.set(String(item.id), fresh);
}

/** Take the answer to an action at once: its geometry may not be among it.
 * @param {Shelves} into @param {string} topic @param {Record<string, any>} answer */
export function mergeEntity(into, topic, answer) {
  const known = into.get(topic)?.get(String(answer.id));
  const geometry = answer.geometry ?? known?.geometry ?? null;
  const at = known?.told_at ?? new Date().toISOString();
  keepEntity(into, {
    topic,
    kind: "answer",
    id: answer.id,
    at,
    geometry,
    data: answer,
  });
}
