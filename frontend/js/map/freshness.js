/** Whether the base map's tiles are of now: while their source is away, tiles tell how old they are. */

const QUIET_MS = 10_000; // so long no old tile has come before a new one counts as "it is back"

export class Freshness {
  /** @param {() => number} now milliseconds */
  constructor(now = Date.now) {
    this.now = now;
    /** The moment up to which all that is shown is right, in milliseconds; 0: it is of now. */
    this.since = 0;
    this.last = 0;
    /** @type {(back: boolean) => void} told when `since` changes; `back`: old tiles may be asked for anew */
    this.changed = () => {};
  }

  /** @param {number} age seconds, as a tile tells it; 0: it is of now */
  tell(age) {
    const now = this.now();
    if (age > 0) {
      const at = now - age * 1000;
      this.last = now;
      if (this.since && this.since <= at) return;
      this.since = at;
      this.changed(false);
    } else if (this.since && now - this.last > QUIET_MS) {
      this.since = 0;
      this.changed(true);
    }
  }
}

/** The age that an answer tells, in seconds.
 * @param {Headers} headers */
export function ageOf(headers) {
  return Number(headers.get("zhihui-stale")) || 0;
}
