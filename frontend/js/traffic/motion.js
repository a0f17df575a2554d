/** Where vehicles are between two reports: always on the way to the last report, never beyond it.
 *
 * Places are pixels of the world at zoom 0 (Leaflet's projection), so that a frame only scales.
 *
 * @typedef {object} Track
 * @property {number} id
 * @property {number} at ms, the last report's own time
 * @property {number} fromX
 * @property {number} fromY
 * @property {number} toX
 * @property {number} toY
 * @property {number} since ms at which the movement began
 * @property {number} takes ms that it takes
 * @property {number} course degrees from north
 * @property {number} speed km/h
 */

const SHORTEST_MS = 400;
const LONGEST_MS = 12_000; // a vehicle that was silent for longer appears where it is
const JUMP = 0.05; // pixels at zoom 0: some eight kilometres are no movement but a correction

/** A track from a first report: it stands there.
 * @param {number} id @param {{time: string, course?: number|null, speed?: number|null}} report
 * @param {{x: number, y: number}} place @param {number} now ms @returns {Track} */
export function trackOf(id, report, { x, y }, now) {
  return {
    id,
    at: Date.parse(report.time),
    fromX: x,
    fromY: y,
    toX: x,
    toY: y,
    since: now,
    takes: 0,
    course: report.course ?? 0,
    speed: report.speed ?? 0,
  };
}

/** Take a further report: move on from where the vehicle is drawn, for as long as the reports lie
 * apart, so that it arrives when the next one is due.
 * @param {Track} track @param {{time: string, course?: number|null, speed?: number|null}} report
 * @param {{x: number, y: number}} place @param {number} now ms @param {boolean} still no movement */
export function moveOn(track, report, { x, y }, now, still = false) {
  const here = placeAt(track, now);
  const at = Date.parse(report.time);
  const apart = at - track.at;
  const far = Math.hypot(x - here.x, y - here.y) > JUMP;
  const jumps = still || far || apart <= 0 || apart > LONGEST_MS;
  track.fromX = jumps ? x : here.x;
  track.fromY = jumps ? y : here.y;
  track.toX = x;
  track.toY = y;
  track.since = now;
  track.takes = jumps ? 0 : Math.max(SHORTEST_MS, apart);
  track.at = at;
  track.course = report.course ?? track.course;
  track.speed = report.speed ?? 0;
}

/** @param {Track} track @param {number} now ms @returns {{x: number, y: number}} */
export function placeAt(track, now) {
  const share = shareAt(track, now);
  return {
    x: track.fromX + (track.toX - track.fromX) * share,
    y: track.fromY + (track.toY - track.fromY) * share,
  };
}

/** How much of the movement is done, from 0 to 1.
 * @param {Track} track @param {number} now ms */
export function shareAt(track, now) {
  if (track.takes <= 0) return 1;
  const share = (now - track.since) / track.takes;
  return share < 0 ? 0 : share > 1 ? 1 : share;
}

/** Whether anything is still on its way.
 * @param {Iterable<Track>} tracks @param {number} now ms */
export function anyMoves(tracks, now) {
  for (const track of tracks) if (track.takes > 0 && now < track.since + track.takes) return true;
  return false;
}
