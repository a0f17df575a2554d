/** What can be said of a warning without a page: its place in the list, its age, who may approve. */

/**
 * @typedef {object} Warning the public fields of a warning (docs/warnings.md)
 * @property {number} id
 * @property {string} state
 * @property {string} origin
 * @property {string} msg_type
 * @property {string} status
 * @property {string} source
 * @property {number|null} follows
 * @property {string} event
 * @property {string} event_zh
 * @property {string} event_en
 * @property {string} category
 * @property {number} colour 1 red … 4 blue
 * @property {string} urgency
 * @property {string} severity
 * @property {string} certainty
 * @property {string[]} responses
 * @property {string} headline_zh
 * @property {string} headline_en
 * @property {string} area_zh
 * @property {string} area_en
 * @property {string[]} divisions
 * @property {{people?: number, counts?: Record<string, number>, sites?: Site[]}} inside
 * @property {string} identifier
 * @property {string} sender_zh
 * @property {string} sender_en
 * @property {string} expires
 * @property {string|null} issued_at
 * @property {number} composed_by
 * @property {number} edited_by
 * @property {number|null} approved_by
 * @property {number} refusals
 * @property {number} undelivered
 * @property {boolean} simulated
 * @property {boolean} closed
 * @property {number} version
 * @property {any} [geometry]
 *
 * @typedef {{layer: string, fid: number, name_zh: string, name_en: string, lon: number, lat: number}} Site
 * @typedef {{id: number, role: string, username: string, name_zh: string, name_en: string}} Person
 */

/** The lists' sections, from what waits for somebody to what is over. */
export const SECTIONS = ["awaiting", "draft", "issued", "received", "over"];
const APPROVERS = ["supervisor", "admin"];

/** @param {Warning} row */
export function sectionOf(row) {
  if (row.closed) return "over"; // told of while this page was open; a fresh one lists what stands
  if (row.state === "awaiting" || row.state === "draft") return row.state;
  return row.origin === "received" ? "received" : "issued";
}

/** Rows as the list shows them: by section, the worst colour first, the newest first within it.
 * @param {Iterable<Warning>} rows @returns {Warning[]} */
export function ordered(rows) {
  const place = (/** @type {Warning} */ row) => SECTIONS.indexOf(sectionOf(row));
  return [...rows].sort((a, b) => place(a) - place(b) || a.colour - b.colour || b.id - a.id);
}

/** Whether a message ends the one that it follows.
 * @param {Warning} row */
export function isEnd(row) {
  return row.msg_type === "Cancel" || row.responses.join() === "AllClear";
}

/** Whether this person is the second one whom an approval needs.
 * @param {Warning} row @param {number} person */
export function isSecond(row, person) {
  return row.composed_by !== person && row.edited_by !== person;
}

/** Who could approve it, by role; the server asks for the area too.
 * @template {Person} P
 * @param {Warning} row @param {Iterable<P>} people @returns {P[]} */
export function approvers(row, people) {
  return [...people].filter((one) => APPROVERS.includes(one.role) && isSecond(row, one.id));
}

/** How long until something: 0:42, 3h05, 2d04h; "" when it is over.
 * @param {string} moment @param {number} now ms @param {(seconds: number) => string} text */
export function untilText(moment, now, text) {
  const seconds = (Date.parse(moment) - now) / 1000;
  return seconds > 0 ? text(seconds) : "";
}

/** Hours from now until a moment, at least one, for the form.
 * @param {string} moment @param {number} now ms */
export function hoursLeft(moment, now) {
  return Math.max(1, Math.round((Date.parse(moment) - now) / 3_600_000));
}

/** The outer rings of an area, each without its repeated corner.
 * @param {any} geometry GeoJSON Polygon or MultiPolygon @returns {[number, number][][]} */
export function ringsOf(geometry) {
  if (!geometry) return [];
  const areas = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  return areas.map((/** @type {any} */ area) => area[0].slice(0, -1));
}

/** What a selection would be warned of: alert:5, incident:17; "" for anything else.
 * @param {{kind: string, id: number|string}|null} chosen */
export function sourceOf(chosen) {
  return chosen && ["alert", "incident"].includes(chosen.kind) ? `${chosen.kind}:${chosen.id}` : "";
}

/** @param {string} source @returns {{kind: string, id: number}|null} */
export function parseSource(source) {
  const [kind, id] = source.split(":");
  return kind && /^\d+$/.test(id ?? "") ? { kind, id: Number(id) } : null;
}
