/** Geometry of drawn areas: size on the ellipsoid, edges that cross, where a name may stand. */

/** @typedef {[lon: number, lat: number]} Corner degrees, EPSG:4326 */
/** @typedef {{x: number, y: number}} Pixel */

const A = 6_378_137; // m, semi-major axis of WGS 84
const E = Math.sqrt((2 - 1 / 298.257223563) / 298.257223563); // first eccentricity
const RADIANS = Math.PI / 180;
const POLE = surface(1);
const LEVEL = 0.08; // of the height: an edge that falls less runs from west to east

/** The area of a ring in m²: that of the authalic sphere, which has the surface of WGS 84, with
 * great circles for edges; within a city it is a millionth off the geodesic polygon.
 * @param {Corner[]} ring its last corner need not repeat the first */
export function areaOf(ring) {
  let excess = 0;
  for (const [a, b] of edgesOf(ring, true)) {
    const [p, q] = [halfTangent(a[1]), halfTangent(b[1])];
    const turn = Math.tan(((b[0] - a[0]) * RADIANS) / 2);
    excess += 2 * Math.atan2(turn * (p + q), 1 + p * q);
  }
  return (Math.abs(excess) * A * A * POLE) / 2;
}

/** tan(β / 2) of the authalic latitude β.
 * @param {number} latitude degrees */
function halfTangent(latitude) {
  return Math.tan(Math.asin(surface(Math.sin(latitude * RADIANS)) / POLE) / 2);
}

/** q, by which surfaces grow from the equator (Snyder 1987, 3-12).
 * @param {number} sine of the latitude */
function surface(sine) {
  const wave = E * sine;
  return (1 - E * E) * (sine / (1 - wave * wave) + Math.atanh(wave) / E);
}

/** A size as people read it: m² up to ten hectares, then km².
 * @param {number} area m² */
export function areaText(area) {
  if (area < 100_000) return `${Math.round(area).toLocaleString("en")} m²`;
  const km2 = area / 1e6;
  const digits = km2 < 10 ? 2 : km2 < 100 ? 1 : 0;
  const how = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return `${km2.toLocaleString("en", how)} km²`;
}

/** @param {Corner[]} corners @param {boolean} closed @returns {[Corner, Corner][]} */
function edgesOf(corners, closed) {
  const ends = closed ? [...corners.slice(1), corners[0]] : corners.slice(1);
  return ends.map((end, at) => [corners[at], end]);
}

/** The first two edges that meet where they should not, numbered from 1; null if none do.
 * @param {Corner[]} corners @param {boolean} closed whether the last one is joined to the first
 * @returns {[number, number]|null} */
export function crossing(corners, closed) {
  const edges = edgesOf(corners, closed);
  for (let j = 1; j < edges.length; j += 1) {
    for (let i = 0; i < j; i += 1) {
      const closes = closed && i === 0 && j === edges.length - 1;
      const [first, second] = closes ? [edges[j], edges[i]] : [edges[i], edges[j]];
      const joined = closes || j === i + 1;
      const bad = joined ? folded(first, second) : meet(first, second);
      if (bad) return [i + 1, j + 1];
    }
  }
  return null;
}

/** Whether the second edge runs back over the first, from the corner that they share.
 * @param {[Corner, Corner]} first @param {[Corner, Corner]} second */
function folded([a, b], [, c]) {
  const ahead = (b[0] - a[0]) * (c[0] - b[0]) + (b[1] - a[1]) * (c[1] - b[1]);
  return side(a, b, c) === 0 && ahead <= 0;
}

/** Whether two edges have a point in common, touching included.
 * @param {[Corner, Corner]} one @param {[Corner, Corner]} other */
function meet([a, b], [c, d]) {
  const [s1, s2, s3, s4] = [side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b)];
  if (s1 * s2 < 0 && s3 * s4 < 0) return true;
  return (
    (s1 === 0 && between(a, b, c)) ||
    (s2 === 0 && between(a, b, d)) ||
    (s3 === 0 && between(c, d, a)) ||
    (s4 === 0 && between(c, d, b))
  );
}

/** 1 left of the line from a to b, -1 right of it, 0 on it.
 * @param {Corner} a @param {Corner} b @param {Corner} c */
function side(a, b, c) {
  return Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));
}

/** @param {Corner} a @param {Corner} b @param {Corner} c on the line through a and b */
function between(a, b, c) {
  return (
    Math.min(a[0], b[0]) <= c[0] &&
    c[0] <= Math.max(a[0], b[0]) &&
    Math.min(a[1], b[1]) <= c[1] &&
    c[1] <= Math.max(a[1], b[1])
  );
}

/** Where a name may stand on an outline: the middle of its northern edge, or its northern tip.
 * @param {Corner[]} ring @returns {Corner} */
export function topOf(ring) {
  const lats = ring.map(([, lat]) => lat);
  const top = Math.max(...lats);
  const level = top - (top - Math.min(...lats)) * LEVEL;
  const edges = edgesOf(ring, true).filter(([a, b]) => a[1] >= level && b[1] >= level);
  if (edges.length === 0) return ring[lats.indexOf(top)];
  const width = (/** @type {[Corner, Corner]} */ [a, b]) => Math.abs(b[0] - a[0]);
  const [a, b] = edges.reduce((one, other) => (width(other) > width(one) ? other : one));
  return [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
}

/** How far a point lies from a closed outline, in pixels.
 * @param {Pixel} point @param {Pixel[]} outline */
export function distanceTo(point, outline) {
  const far = outline.map((a, at) => fromEdge(point, a, outline[(at + 1) % outline.length]));
  return Math.min(...far);
}

/** @param {Pixel} point @param {Pixel} a @param {Pixel} b */
function fromEdge(point, a, b) {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const length = dx * dx + dy * dy;
  const along = length && ((point.x - a.x) * dx + (point.y - a.y) * dy) / length;
  const at = Math.max(0, Math.min(1, along));
  return Math.hypot(point.x - a.x - at * dx, point.y - a.y - at * dy);
}
