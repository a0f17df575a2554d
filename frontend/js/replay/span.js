/** The span that the slider covers: so many minutes up to now, or from one moment to another. */

/** @typedef {{minutes: number, from?: number, to?: number}} Span minutes 0: from … to, ms */
/** @typedef {{start: number, end: number}} Ends ms */

export const MINUTES = [30, 120, 720, 1440];
const MINUTE_MS = 60_000;
const LONGEST_MS = 31 * 24 * 60 * MINUTE_MS;
const STEPS_MS = [1000, 5000, 10_000, 30_000, 60_000, 300_000, 900_000, 3600_000];
const PARTS = 60; // steps in a span, about

/** @param {Span} span @param {number} now ms @returns {Ends} */
export function endsOf(span, now) {
  if (span.minutes) return { start: now - span.minutes * MINUTE_MS, end: now };
  return { start: span.from ?? now, end: Math.min(span.to ?? now, now) };
}

/** The span between two moments, if it is one.
 * @param {number} from ms @param {number} to ms @param {number} now ms @returns {Span|null} */
export function ownSpan(from, to, now) {
  const sound = from < to && from < now && to - from <= LONGEST_MS;
  return sound ? { minutes: 0, from, to: Math.min(to, now) } : null;
}

/** How far one step goes: a round time, about a sixtieth of the span.
 * @param {Ends} ends */
export function stepOf({ start, end }) {
  const wanted = (end - start) / PARTS;
  return STEPS_MS.find((step) => step >= wanted) ?? STEPS_MS[STEPS_MS.length - 1];
}

/** Seconds of each interval that the marks are counted by: as many as there are places for.
 * @param {Ends} ends @param {number} width px */
export function everyOf({ start, end }, width) {
  const parts = Math.max(20, Math.min(240, Math.floor(width / 4)));
  return Math.min(3600, Math.max(1, Math.ceil((end - start) / 1000 / parts)));
}
