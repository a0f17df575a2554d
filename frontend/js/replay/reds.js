/** What the present brings while one looks at the past: red alerts that nobody has acknowledged. */

import { isClosed } from "../ui/order.js";

/** @typedef {import("../types.js").Alert} Alert */

export class Reds {
  constructor() {
    /** @type {Set<number>} those that waited when the replay began */
    this.known = new Set();
  }

  /** Remember what waits now: the reader has seen it.
   * @param {Iterable<Alert>} alerts */
  begin(alerts) {
    this.known = new Set(waiting(alerts).map((alert) => alert.id));
  }

  /** Those that came since and still wait, newest first.
   * @param {Iterable<Alert>} alerts @returns {Alert[]} */
  fresh(alerts) {
    return waiting(alerts)
      .filter((alert) => !this.known.has(alert.id))
      .sort((a, b) => b.id - a.id);
  }
}

/** @param {Iterable<Alert>} alerts */
function waiting(alerts) {
  return [...alerts].filter(
    (alert) => alert.severity === 1 && alert.state === "open" && !isClosed(alert),
  );
}
