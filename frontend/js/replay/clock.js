/** The clock of a replay: how far it has come, how fast it goes, where it must wait. */

export const SPEEDS = [1, 2, 5, 10, 30, 60];
const LONGEST_FRAME_MS = 250; // a tab that was hidden goes on where it stood, it does not jump

export class PlayClock {
  constructor() {
    this.at = 0; // ms since 1970
    this.speed = 10;
    this.playing = false;
    this.wall = 0; // ms of the page's own clock at the last tick
  }

  /** @param {number} wall */
  play(wall) {
    this.playing = true;
    this.wall = wall;
  }

  pause() {
    this.playing = false;
  }

  /** Go on to the moment that this frame shows, never beyond `limit`.
   * @param {number} wall ms @param {number} limit ms since 1970: up to where changes are loaded
   * @returns {boolean} whether it had to wait for more */
  tick(wall, limit) {
    const passed = Math.min(Math.max(wall - this.wall, 0), LONGEST_FRAME_MS);
    this.wall = wall;
    if (!this.playing) return false;
    const wanted = this.at + passed * this.speed;
    this.at = Math.max(this.at, Math.min(wanted, limit));
    return wanted > limit;
  }
}

/** The next speed in a direction; the ends stay.
 * @param {number} speed @param {number} by 1 or -1 */
export function nextSpeed(speed, by) {
  const place = SPEEDS.indexOf(speed) + by;
  return SPEEDS[Math.max(0, Math.min(SPEEDS.length - 1, place))];
}
