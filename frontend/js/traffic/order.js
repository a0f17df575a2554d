/** A closure while it is being written: what it starts from, and what the API is sent. */

import { freshKey } from "../ui/fresh_key.js";
import { serverNow } from "../ui/api.js";

/** @typedef {import("./model.js").Closure} Closure */
/**
 * @typedef {object} Draft
 * @property {import("../types.js").GeoJsonPoint|null} geometry
 * @property {{zh: string, en: string}[]} streets what it runs along, as far as that is known
 * @property {string} reason
 * @property {"closed"|"slow"} severity
 * @property {number} factor
 * @property {string} minutes until it ends by itself: "" when somebody ends it, "keep" as it was
 * @property {string|null} until_at the end that "keep" means
 * @property {string} words
 * @property {string} key so that sending twice closes once
 * @property {number} version of the closure that is being changed
 */

export const MINUTES = ["", "30", "60", "120", "240", "720", "1440"];

/** What a form starts with.
 * @param {Closure|undefined} known the closure that is to be changed @returns {Draft} */
export function fresh(known) {
  return {
    geometry: known?.geometry ?? null,
    streets: known?.streets ?? [],
    reason: known?.reason ?? "flood",
    severity: known?.severity ?? "closed",
    factor: known?.factor ?? 3,
    minutes: known?.until_at ? "keep" : "",
    until_at: known?.until_at ?? null,
    words: "",
    key: freshKey(),
    version: known?.version ?? 0,
  };
}

/** What the API is sent.
 * @param {number} id @param {Draft} draft */
export function bodyOf(id, draft) {
  const minutes = Number(draft.minutes);
  const until =
    draft.minutes === "keep"
      ? draft.until_at
      : minutes
        ? new Date(serverNow() + minutes * 60_000).toISOString()
        : null;
  return {
    geometry: draft.geometry,
    reason: draft.reason,
    severity: draft.severity,
    factor: draft.severity === "slow" ? draft.factor : null,
    until_at: until,
    words: draft.words.trim(),
    ...(id ? { version: draft.version } : { key: draft.key }),
  };
}
