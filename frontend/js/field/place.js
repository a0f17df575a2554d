/** Places on a phone: what GPS says and how sure it is; distances and directions in words. */

import { say } from "./words.js";

const NEAR_M = 20; // nearer than a phone can tell
const EARTH_M = 6_371_008.8;
const RAD = Math.PI / 180;

/** @typedef {{lon: number, lat: number}} Place WGS 84 */
/** @typedef {Place & {accuracy: number, at: number, speed: number|null, course: number|null}} Fix
 *   accuracy in metres, at in ms since 1970, speed in km/h, course in degrees from north */
/** @typedef {"asking"|"denied"|"missing"|"fixed"} Seeking */

/** Follow the phone's own position until stopped.
 * @param {(fix: Fix|null, state: Seeking) => void} told @returns {() => void} stop */
export function follow(told) {
  if (!navigator.geolocation) {
    told(null, "missing");
    return () => {};
  }
  const found = (/** @type {GeolocationPosition} */ position) => told(fixOf(position), "fixed");
  const failed = (/** @type {GeolocationPositionError} */ error) =>
    told(null, error.code === error.PERMISSION_DENIED ? "denied" : "missing");
  const id = navigator.geolocation.watchPosition(found, failed, {
    enableHighAccuracy: true,
    maximumAge: 10_000,
    timeout: 30_000,
  });
  return () => navigator.geolocation.clearWatch(id);
}

/** @param {GeolocationPosition} position @returns {Fix} */
function fixOf({ coords, timestamp }) {
  const { longitude: lon, latitude: lat, accuracy, speed, heading } = coords;
  const moves = speed !== null && speed > 0;
  return {
    lon,
    lat,
    accuracy,
    at: timestamp,
    speed: speed === null ? null : speed * 3.6,
    course: moves && heading !== null && !Number.isNaN(heading) ? heading : null,
  };
}

/** Metres over the ground between two places.
 * @param {Place} a @param {Place} b */
export function metresBetween(a, b) {
  const [dLat, dLon] = [(b.lat - a.lat) * RAD, (b.lon - a.lon) * RAD];
  const half =
    Math.sin(dLat / 2) ** 2 +
    Math.cos(a.lat * RAD) * Math.cos(b.lat * RAD) * Math.sin(dLon / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(half)));
}

/** 80 m, 340 m, 2.6 km, 14 km; figure and unit stay on one line.
 * @param {number} metres */
export function distanceText(metres) {
  if (metres < 100) return `${Math.round(metres)}\u00a0m`;
  if (metres < 1000) return `${Math.round(metres / 10) * 10}\u00a0m`;
  return `${(metres / 1000).toFixed(metres < 10_000 ? 1 : 0)}\u00a0km`;
}

/** Which of eight winds b lies in, seen from a: 0 north, 1 north-east … 7 north-west.
 * @param {Place} a @param {Place} b */
export function windTo(a, b) {
  const east = (b.lon - a.lon) * Math.cos(((a.lat + b.lat) / 2) * RAD);
  const angle = Math.atan2(east, b.lat - a.lat) / RAD;
  return Math.round(((angle + 360) % 360) / 45) % 8;
}

/** Where b lies, seen from a, in words: 340 m north-east.
 * @param {Place} a @param {Place} b */
export function awayText(a, b) {
  const metres = metresBetween(a, b);
  if (metres < NEAR_M) return say("away.here");
  return say("away.there", { wind: say(`wind.${windTo(a, b)}`), distance: distanceText(metres) });
}
