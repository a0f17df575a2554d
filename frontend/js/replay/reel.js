/** What is loaded of the past ahead of the moment that is shown, and what to ask for next. */

/** @typedef {import("../types.js").FeedItem & {moment: string, gone?: boolean}} Change */
/** @typedef {{from: number, to: number, every: number}} Window */

export const LONGEST_MS = 600_000; // of the city's time, in one request
const AHEAD_S = 12; // seconds of playing that must be loaded before more is asked for
const LENGTH_S = 24; // seconds of playing in one request
const SHORTEST_MS = 30_000;

export class Reel {
  constructor() {
    /** @type {Change[]} */
    this.changes = [];
    this.next = 0; // the first that has not been shown
    this.through = 0; // ms: loaded up to here
  }

  /** Begin anew at a moment.
   * @param {number} at ms */
  reset(at) {
    this.changes = [];
    this.next = 0;
    this.through = at;
  }

  /** What to ask for now; null: enough is loaded, or there is nothing beyond.
   * @param {number} at ms shown @param {number} speed @param {number} end ms: the present
   * @returns {Window|null} */
  wanted(at, speed, end) {
    if (this.through >= end || this.through - at >= speed * AHEAD_S * 1000) return null;
    const length = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, speed * LENGTH_S * 1000));
    const to = Math.min(this.through + length, end);
    return to > this.through ? { from: this.through, to, every: thinned(speed) } : null;
  }

  /** Take an answer; one that does not join on is of no use (something was asked for anew).
   * @param {number} from ms @param {number} through ms @param {Change[]} changes in order */
  add(from, through, changes) {
    if (from !== this.through) return;
    this.changes = [...this.changes.slice(this.next), ...changes];
    this.next = 0;
    this.through = through;
  }

  /** What has happened up to a moment, since it was last asked.
   * @param {number} at ms @returns {Change[]} */
  take(at) {
    const first = this.next;
    while (this.next < this.changes.length && Date.parse(this.changes[this.next].moment) <= at)
      this.next += 1;
    return this.changes.slice(first, this.next);
  }
}

/** Seconds of the city's time that pass in one second of playing: nothing moves oftener than that.
 * @param {number} speed */
export function thinned(speed) {
  return Math.max(1, speed);
}
