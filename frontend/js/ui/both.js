/** Texts that stand in pairs, [zh, en], as the two tables that the messages are looked up in. */

/** @param {Record<string, [string, string]>} words */
export function bothOf(words) {
  const side = (/** @type {0|1} */ at) => Object.fromEntries(Object.entries(words).map(([key, pair]) => [key, pair[at]]));
  return { zh: side(0), en: side(1) };
}
