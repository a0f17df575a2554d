/** The days on which layers changed: plain logic, without a page. Days are written like 2026-01-31. */

/** @typedef {{day: string, codes: string[]}} Mark a day on which layers changed */

const DAY_MS = 86_400_000;

/** All changes of these layers, the oldest first.
 * @param {Map<string, string[]>} days by layer @param {string[]} codes @returns {Mark[]} */
export function marksOf(days, codes) {
  /** @type {Map<string, string[]>} */
  const found = new Map();
  for (const code of codes)
    for (const day of days.get(code) ?? []) found.set(day, [...(found.get(day) ?? []), code]);
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([day, changed]) => ({ day, codes: changed }));
}

/** @param {string} day */
export function numberOf(day) {
  return Date.parse(`${day}T00:00:00Z`) / DAY_MS;
}

/** @param {number} number */
export function dayOf(number) {
  return new Date(number * DAY_MS).toISOString().slice(0, 10);
}

/** What the slider spans: from the day before the first change to today; null if nothing ever changed.
 * @param {Mark[]} marks @param {string} today @returns {{from: number, to: number}|null} */
export function spanOf(marks, today) {
  const first = marks[0]?.day;
  if (!first) return null;
  const to = numberOf(today);
  return { from: Math.min(numberOf(first), to) - 1, to };
}

/** The change before a day (-1), or after it (+1); empty: now is next, or nothing lies before.
 * @param {Mark[]} marks @param {string} day @param {number} by */
export function neighbour(marks, day, by) {
  const days = marks.map((mark) => mark.day);
  if (by > 0) return days.find((one) => one > day) ?? "";
  return days.findLast((one) => one < day) ?? "";
}

/** Whose a layer is, and of which day, as it is shown: of pictures those of the day.
 * @param {import("../types.js").MapLayer & {pictures?: {date: string, source: string, attribution: string}[]}} layer
 * @param {string} at empty: now @returns {{date: string, attribution: string}} */
export function creditOf({ pictures = [], source_date = "", attribution }, at) {
  const shown = pictures.findLast((one) => !at || one.date <= at);
  return shown ? { date: shown.date, attribution: shown.attribution || attribution } : { date: source_date, attribution };
}

/** What a layer was like on a day: the last change until its end; empty: nothing was there yet.
 * @param {string[]} days ascending @param {string} at empty: now */
export function stateOf(days, at) {
  return days.findLast((day) => !at || day <= at) ?? "";
}
