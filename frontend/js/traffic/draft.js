/** Closures that are being written: kept over a reload until they have been sent. */

import { tab } from "../ui/store.js";
import { fresh } from "./order.js";

/** @typedef {import("./model.js").Closure} Closure */
/** @typedef {import("./order.js").Draft} Draft */

/** The kept draft of a closure, or a new one.
 * @param {number} id 0: a new closure @param {Closure} [known] @returns {Draft} */
export function draftOf(id, known) {
  return tab.get(`closure.${id}`, /** @type {Draft|null} */ (null)) ?? fresh(known);
}

/** @param {number} id @param {Draft|null} draft null: it was sent, or thrown away */
export function keepDraftOf(id, draft) {
  tab.set(`closure.${id}`, draft ?? undefined);
}
