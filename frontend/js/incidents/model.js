/** What the queue knows of incidents and timers: sections, order, lateness, countdowns. Pure. */

import { ageText } from "../ui/age.js";

/** @typedef {import("../types.js").Entity} Entity */
/** @typedef {{nature: string, title_zh: string, title_en: string, severity: number, matched: string[]}} Proposal */

export const CLOSED_KEPT_MS = 30 * 60 * 1000;
export const OUTCOMES = ["handled", "false_alarm", "duplicate", "handed_over", "test"];

/** Seconds after which an incident to which nobody has been sent is late, by severity. */
export const LATE_AFTER_S = /** @type {Record<number, number>} */ ({ 1: 60, 2: 120, 3: 300, 4: 600 });

/** @param {Entity} incident @param {number} now ms */
export function isLate(incident, now) {
  const waited = (now - Date.parse(incident.reported_at)) / 1000;
  return incident.state === "open" && waited > LATE_AFTER_S[incident.severity];
}

/** The queue's order: waiting (late first, worst, oldest), active (worst, oldest), closed (newest).
 * @param {Iterable<Entity>} incidents @param {number} now ms */
export function ordered(incidents, now) {
  const rank = /** @type {Record<string, number>} */ ({ open: 0, active: 1, closed: 2 });
  const kept = [...incidents].filter(
    (one) => one.state !== "closed" || now - Date.parse(one.closed_at) < CLOSED_KEPT_MS,
  );
  const late = (/** @type {Entity} */ one) => Number(!isLate(one, now));
  return kept.sort(
    (a, b) =>
      rank[a.state] - rank[b.state] ||
      (a.state === "closed"
        ? Date.parse(b.closed_at) - Date.parse(a.closed_at)
        : late(a) - late(b) ||
          a.severity - b.severity ||
          Date.parse(a.reported_at) - Date.parse(b.reported_at)) ||
      a.id - b.id,
  );
}

/** The orders that still run.
 * @param {Entity} incident @returns {any[]} */
export function running(incident) {
  return (incident.assignments ?? []).filter((/** @type {any} */ one) => one.available_at === null);
}

/** The call signs of the running orders by status, the farthest first.
 * @param {Entity} incident @returns {[string, string[]][]} */
export function byStatus(incident) {
  const found = ["on_scene", "committed", "en_route", "dispatched"].map((status) => {
    const orders = running(incident).filter((order) => order.status === status);
    return /** @type {[string, string[]]} */ ([status, orders.map((order) => order.code)]);
  });
  return found.filter(([, codes]) => codes.length > 0);
}

/** When an order came to what it is now.
 * @param {any} order @returns {string} */
export function orderSince(order) {
  return order.left_at ?? order.on_scene_at ?? order.en_route_at ?? order.dispatched_at;
}

/** How near a task is: by the clock, so that it turns without waiting for the server to say so.
 * @param {Entity} task @param {number} now ms @returns {0|1|2} */
export function stageOf(task, now) {
  if (now >= Date.parse(task.due)) return 2;
  return now >= Date.parse(task.amber_at) || task.stage >= 1 ? 1 : 0;
}

/** What is left, or by how much it is over: 4:59, −0:12.
 * @param {Entity} task @param {number} now ms */
export function countdown(task, now) {
  const left = (Date.parse(task.due) - now) / 1000;
  return left >= 0 ? ageText(left) : `−${ageText(-left)}`;
}

/** The running tasks, the first due first.
 * @param {Iterable<Entity>} tasks @param {(task: Entity) => boolean} [of] */
export function byDue(tasks, of = () => true) {
  return [...tasks]
    .filter((task) => task.state === "running" && of(task))
    .sort((a, b) => Date.parse(a.due) - Date.parse(b.due) || a.id - b.id);
}

/** @param {Iterable<Entity>} tasks @param {number} now ms */
export function dueCount(tasks, now) {
  return byDue(tasks).filter((task) => stageOf(task, now) === 2).length;
}

/** A travel time for a narrow column: 4:05.
 * @param {number|null} seconds */
export function etaText(seconds) {
  return seconds === null ? "–" : ageText(seconds);
}

/** Which of the words that somebody typed led to a type: the text cut into marked and other parts.
 * @param {string} words @param {string[]} matched @returns {{text: string, marked: boolean}[]} */
export function marked(words, matched) {
  /** @type {{text: string, marked: boolean}[]} */
  const parts = [];
  let at = 0;
  while (at < words.length) {
    const next = matched
      .map((one) => ({ one, start: words.indexOf(one, at) }))
      .filter(({ start }) => start >= 0)
      .sort((a, b) => a.start - b.start || b.one.length - a.one.length)[0];
    if (!next) break;
    if (next.start > at) parts.push({ text: words.slice(at, next.start), marked: false });
    parts.push({ text: next.one, marked: true });
    at = next.start + next.one.length;
  }
  if (at < words.length) parts.push({ text: words.slice(at), marked: false });
  return parts;
}
