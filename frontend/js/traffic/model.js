/** What a closure is, as the console speaks of it: its state now, its words, how it is sorted. Pure. */

/** @typedef {"closed"|"slow"} Weight */
/**
 * @typedef {object} Closure
 * @property {number} id
 * @property {number} number
 * @property {"proposed"|"open"|"ended"} state
 * @property {Weight} severity
 * @property {number|null} factor
 * @property {string} reason
 * @property {string} source
 * @property {{zh: string, en: string}[]} streets
 * @property {number} metres
 * @property {string} place_zh
 * @property {string} place_en
 * @property {string} from_at
 * @property {string|null} until_at
 * @property {string} opened_at
 * @property {number|null} opened_by
 * @property {number|null} confirmed_by
 * @property {string|null} ended_at
 * @property {number|null} ended_by
 * @property {string|null} outcome
 * @property {boolean} simulated
 * @property {number} version
 * @property {import("../types.js").GeoJsonPoint|null} geometry
 */

export const REASONS = ["flood", "accident", "works", "fire", "collapse", "event", "control", "other"];
export const FACTORS = [1.5, 2, 3, 5, 10];

/** Where it stands: waiting for a dispatcher, planned, in force, over.
 * @param {Closure} closure @param {number} now ms @returns {"proposed"|"planned"|"open"|"ended"} */
export function standing(closure, now) {
  if (closure.state === "ended") return "ended";
  if (closure.until_at && Date.parse(closure.until_at) <= now) return "ended";
  if (closure.state === "proposed") return "proposed";
  return Date.parse(closure.from_at) > now ? "planned" : "open";
}

/** The live ones: those that wait first, then those in force, then planned; newest first in each.
 * @param {Iterable<Closure>} closures @param {number} now ms @returns {Closure[]} */
export function inOrder(closures, now) {
  const rank = { proposed: 0, open: 1, planned: 2, ended: 3 };
  return [...closures]
    .map((closure) => ({ closure, at: rank[standing(closure, now)] }))
    .filter(({ at }) => at < 3)
    .sort((a, b) => a.at - b.at || b.closure.id - a.closure.id)
    .map(({ closure }) => closure);
}

/** The first streets by name, and how many more.
 * @param {Closure} closure @param {"zh"|"en"} language @param {number} [most] */
export function streetNames(closure, language, most = 2) {
  const names = closure.streets.map((street) => street[language]).filter(Boolean);
  const shown = names.slice(0, most).join(language === "zh" ? "、" : ", ");
  return names.length > most ? `${shown} +${names.length - most}` : shown;
}

/** Minutes as people say them: 4 min, 1 h 05; 4 分钟, 1 小时 05 分.
 * @param {number} seconds @param {"zh"|"en"} language */
export function timeText(seconds, language) {
  const minutes = Math.max(1, Math.round(seconds / 60));
  const chinese = language === "zh";
  if (minutes < 60) return `${minutes} ${chinese ? "分钟" : "min"}`;
  const rest = String(minutes % 60).padStart(2, "0");
  const hours = Math.floor(minutes / 60);
  return chinese ? `${hours} 小时 ${rest} 分` : `${hours} h ${rest}`;
}

/** @param {number} metres */
export function lengthText(metres) {
  if (metres < 950) return `${Math.round(metres / 10) * 10} m`;
  return `${(metres / 1000).toFixed(metres < 9950 ? 1 : 0)} km`;
}

/** The middle of a geometry's longest part: where its sign stands.
 * @param {import("../types.js").GeoJsonPoint} geometry @returns {[number, number]} lon, lat */
export function middleOf({ type, coordinates }) {
  if (type === "Point") return coordinates;
  if (type === "MultiLineString" || type === "MultiPolygon") {
    const longest = coordinates.reduce((/** @type {any} */ a, /** @type {any} */ b) =>
      b.flat(2).length > a.flat(2).length ? b : a,
    );
    return middleOf({ type: type.slice(5), coordinates: longest });
  }
  if (type === "Polygon") return centre(coordinates[0]);
  return halfway(coordinates);
}

/** @param {[number, number][]} ring @returns {[number, number]} */
function centre(ring) {
  const [lons, lats] = [ring.map(([lon]) => lon), ring.map(([, lat]) => lat)];
  const middle = (/** @type {number[]} */ all) => (Math.min(...all) + Math.max(...all)) / 2;
  return [middle(lons), middle(lats)];
}

/** @param {[number, number][]} line @returns {[number, number]} */
function halfway(line) {
  const steps = line.slice(1).map((end, at) => Math.hypot(end[0] - line[at][0], end[1] - line[at][1]));
  let left = steps.reduce((a, b) => a + b, 0) / 2;
  for (const [at, step] of steps.entries()) {
    if (left <= step) {
      const share = step ? left / step : 0;
      const [a, b] = [line[at], line[at + 1]];
      return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share];
    }
    left -= step;
  }
  return line[line.length - 1];
}

/** Every place of a geometry, so that the map can be fitted to it.
 * @param {import("../types.js").GeoJsonPoint|null} geometry @returns {{lon: number, lat: number}[]} */
export function placesOf(geometry) {
  if (!geometry) return [];
  const flat = (/** @type {any} */ part) =>
    typeof part[0] === "number" ? [part] : part.flatMap(flat);
  return flat(geometry.coordinates).map((/** @type {number[]} */ [lon, lat]) => ({ lon, lat }));
}
