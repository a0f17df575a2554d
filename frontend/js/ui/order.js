/** The queue's sections and order: what waits, what is being worked on, what was closed just now. */

/** @typedef {import("../types.js").Alert} Alert */

export const CLOSED_KEPT_MS = 30 * 60 * 1000;

/** Seconds after which an alert that nobody acknowledged counts as overdue, by severity. */
export const LATE_AFTER_S = /** @type {Record<number, number>} */ ({
  1: 60,
  2: 180,
  3: 600,
  4: 1800,
});

/** @param {Alert} alert */
export function isClosed(alert) {
  return alert.state === "resolved" && alert.condition === "cleared";
}

/** When the later of its two ends came.
 * @param {Alert} alert */
export function closedAt(alert) {
  return Math.max(
    Date.parse(alert.resolved_at ?? alert.changed_at),
    Date.parse(alert.cleared_at ?? alert.changed_at),
  );
}

/** @param {Alert} alert @param {number} now ms */
export function isOverdue(alert, now) {
  return (
    alert.state === "open" &&
    (now - Date.parse(alert.opened_at)) / 1000 > LATE_AFTER_S[alert.severity]
  );
}

/** Worst first, then oldest, then by number so that rows never swap.
 * @param {Alert} a @param {Alert} b */
function worstOldest(a, b) {
  return (
    a.severity - b.severity ||
    Date.parse(a.opened_at) - Date.parse(b.opened_at) ||
    a.number - b.number
  );
}

/** @param {Iterable<Alert>} alerts @param {number} now ms
 * @returns {{pending: Alert[], active: Alert[], closed: Alert[]}} */
export function sections(alerts, now) {
  /** @type {Alert[]} */ const pending = [];
  /** @type {Alert[]} */ const active = [];
  /** @type {Alert[]} */ const closed = [];
  for (const alert of alerts) {
    if (isClosed(alert)) {
      if (now - closedAt(alert) < CLOSED_KEPT_MS) closed.push(alert);
    } else if (alert.state === "open") pending.push(alert);
    else active.push(alert);
  }
  pending.sort(worstOldest);
  active.sort(worstOldest);
  closed.sort((a, b) => closedAt(b) - closedAt(a));
  return { pending, active, closed };
}

/** The header's figures.
 * @param {Iterable<Alert>} alerts @param {number} now ms */
export function counts(alerts, now) {
  const found = { pending: 0, active: 0, overdue: 0, worst: 5 };
  for (const alert of alerts) {
    if (isClosed(alert)) continue;
    if (alert.state === "open") {
      found.pending += 1;
      found.worst = Math.min(found.worst, alert.severity);
      if (isOverdue(alert, now)) found.overdue += 1;
    } else found.active += 1;
  }
  return found;
}
