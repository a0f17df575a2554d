/** What is going on in the whole city, in a few figures; each leads to its list. */

import { serverNow } from "../ui/api.js";
import { t } from "../ui/i18n.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../types.js").Entity} Entity */
/** @typedef {{key: string, count: number, late: number, list: string}} Figure */

const ENDED = ["closed", "rejected", "void", "merged", "ended", "superseded", "expired", "withdrawn"];

/** The figures of the topics that this desk hears, at the moment that it shows.
 * @param {Desk} desk @returns {Figure[]} */
export function cityFigures(desk) {
  const now = desk.picture.past?.at ?? serverNow();
  const rows = /** @type {[string, string, string, (one: Entity) => boolean, (one: Entity) => boolean][]} */ ([
    ["incident", "incidents", "incidents", running, (one) => one.state === "open"],
    ["unit", "units", "units", (one) => one.status === "available", () => false],
    ["task", "tasks", "incidents", (one) => one.state === "running", (one) => overdue(one.due, now)],
    ["case", "cases", "cases", running, (one) => overdue(one.clock?.due_at, now)],
    ["closure", "closures", "closures", running, (one) => one.state === "proposed"],
    ["warning", "warnings", "warnings", running, (one) => one.state === "awaiting"],
  ]);
  return rows
    .filter(([topic]) => desk.topics.includes(topic))
    .map(([topic, key, list, counts, isLate]) => {
      const counted = [...desk.picture.of(topic).values()].filter(counts);
      return { key, list, count: counted.length, late: counted.filter(isLate).length };
    });
}

/** @param {Entity} one */
function running(one) {
  return !ENDED.includes(one.state);
}

/** @param {string|null|undefined} due @param {number} now ms */
function overdue(due, now) {
  return Boolean(due) && Date.parse(due ?? "") < now;
}

/** @param {Figure} figure what its late ones are called */
export function lateWord({ key, late }) {
  return late ? t(`overview.late.${key}`, { n: late }) : "";
}
