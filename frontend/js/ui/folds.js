/**
 * Many devices that fell silent together are one row: they share a cause (a gateway, a carrier, a
 * power cut), and a hundred rows of it would hide the one alert that is something else.
 */

import { sections } from "./order.js";

/** @typedef {import("../types.js").Alert} Alert */
/** @typedef {"pending"|"active"} FoldSection */
/** @typedef {{id: string, section: FoldSection, members: Alert[]}} Fold worst first, never empty */
/** @typedef {{key: string, fold: Fold|null, alert: Alert, inside: string}} Entry one row: a fold (then
 *   `alert` is its first member) or an alert, `inside` the fold of this id or of none */

export const FOLD_FROM = 5;

/** What makes silences one: rule and severity; null for an alert that always stands alone.
 * @param {Alert} alert */
export function foldKind(alert) {
  return alert.kind === "silence" ? `${alert.rule}/${alert.severity}` : null;
}

/** @param {FoldSection} section @param {string} kind */
export function foldId(section, kind) {
  return `${section}/${kind}`;
}

/** The section and the kind that a fold's id is made of.
 * @param {string} id @returns {[FoldSection, string]} */
export function partsOf(id) {
  const cut = id.indexOf("/");
  return [id.startsWith("active/") ? "active" : "pending", id.slice(cut + 1)];
}

/** A section's folds by id: five or more of a kind, fewer while `kept` (work on them is running).
 * @param {FoldSection} section @param {Alert[]} alerts in the queue's order
 * @param {(kind: string) => boolean} [kept] @returns {Map<string, Fold>} */
export function foldsOf(section, alerts, kept = () => false) {
  /** @type {Map<string, Fold>} */ const found = new Map();
  for (const alert of alerts) {
    const kind = foldKind(alert);
    if (kind === null) continue;
    const id = foldId(section, kind);
    const fold = found.get(id) ?? { id, section, members: [] };
    fold.members.push(alert);
    found.set(id, fold);
  }
  for (const [id, { members }] of found)
    if (members.length < FOLD_FROM && !kept(partsOf(id)[1])) found.delete(id);
  return found;
}

/** A section's rows: each fold at the place of its first member, its members beneath when open.
 * @param {FoldSection} section @param {Alert[]} alerts in the queue's order
 * @param {(fold: Fold) => boolean} isOpen @param {(kind: string) => boolean} [kept]
 * @returns {Entry[]} */
export function foldedRows(section, alerts, isOpen, kept) {
  const folds = foldsOf(section, alerts, kept);
  return alerts.flatMap((alert) => {
    const fold = folds.get(foldId(section, foldKind(alert) ?? ""));
    if (!fold) return [singleRow(alert)];
    if (fold.members[0] !== alert) return [];
    const members = isOpen(fold) ? fold.members.map((one) => singleRow(one, fold.id)) : [];
    return [{ key: fold.id, fold, alert, inside: "" }, ...members];
  });
}

/** @param {Alert} alert @param {string} [inside] @returns {Entry} */
export function singleRow(alert, inside = "") {
  return { key: String(alert.id), fold: null, alert, inside };
}

/** All of a fold's alerts as they are now, however few are left of them.
 * @param {Iterable<Alert>} alerts @param {string} id @param {number} now ms */
export function membersOf(alerts, id, now) {
  const [section, kind] = partsOf(id);
  return sections(alerts, now)[section].filter((alert) => foldKind(alert) === kind);
}

/** What to choose to have an alert before one's eyes: its fold if it is in one.
 * @param {Alert} alert @param {FoldSection} section @param {Alert[]} alerts of the section
 * @returns {{kind: "fold", id: string}|{kind: "alert", id: number}} */
export function targetOf(alert, section, alerts) {
  const id = foldId(section, foldKind(alert) ?? "");
  return foldsOf(section, alerts).has(id) ? { kind: "fold", id } : { kind: "alert", id: alert.id };
}

/** How many there are of each kind of thing, most first.
 * @param {Alert[]} members @returns {[string, number][]} */
export function kindCounts(members) {
  /** @type {Map<string, number>} */ const found = new Map();
  for (const { thing_kind: kind } of members) found.set(kind, (found.get(kind) ?? 0) + 1);
  return [...found].sort(([a, n], [b, m]) => m - n || a.localeCompare(b));
}

/** Who has all of it in hand, as a person's id; null when nobody or not one and the same.
 * @param {Alert[]} members */
export function commonOwner(members) {
  const owners = new Set(members.map((one) => one.assigned_to ?? one.acknowledged_by));
  return owners.size === 1 ? [...owners][0] : null;
}
