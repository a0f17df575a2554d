/** Words as they are typed, kept within the key stroke: a page that is pushed out may be gone before
 * the phone's database has written, and only this storage does not let it go on before it has. */

import { prefs } from "../../ui/store.js";
import { now } from "../times.js";

/** @typedef {{words: string, at: number}} Typed */

const FORGOTTEN_MS = 30 * 86_400_000;

/** @param {number} me */
const nameOf = (me) => `typed.${me}`;

/** What this person typed and did not send, by subject.
 * @param {number} me @returns {Record<string, Typed>} */
export function typedOf(me) {
  return prefs.get(nameOf(me), {});
}

/** @param {number} me @param {string} subject @param {string} words "" forgets */
export function keepTyped(me, subject, words) {
  const at = now();
  const others = Object.entries(typedOf(me)).filter(
    ([other, typed]) => other !== subject && at - typed.at < FORGOTTEN_MS,
  );
  prefs.set(nameOf(me), Object.fromEntries(words ? [...others, [subject, { words, at }]] : others));
}
