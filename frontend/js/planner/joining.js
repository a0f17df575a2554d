/** The plain logic of joining by location: what a row is called, and the table for a spreadsheet. */

import { csvText } from "./counting.js";

/** @typedef {{id: number, properties: Record<string, any>, joined: {fid: number, properties: Record<string, any>, distance_m: number}|null}} Row */

const NAMES = ["name_zh", "name", "title"];
const CODED = /^[a-z_]+$/; // residential: a class of things, no thing's name

/** What a feature is called: its name, else its first text that is no class, else its number.
 * @param {number} fid @param {Record<string, any>} properties @param {"zh"|"en"} language */
export function titleOf(fid, properties, language) {
  const wanted = language === "en" ? ["name_en", ...NAMES] : NAMES;
  const name = wanted.map((one) => properties[one]).find((one) => typeof one === "string" && one !== "");
  const text = name ?? Object.values(properties).find((one) => typeof one === "string" && one !== "" && !CODED.test(one));
  return text ?? `#${fid}`;
}

/** All columns of both, the other layer's under its code; what has no partner has empty cells.
 * @param {Row[]} rows @param {string} other */
export function joinedCsv(rows, other) {
  const own = columnsOf(rows.map((row) => row.properties));
  const theirs = columnsOf(rows.flatMap((row) => (row.joined ? [row.joined.properties] : [])));
  const head = ["fid", ...own, `${other}.fid`, ...theirs.map((one) => `${other}.${one}`), "distance_m"];
  const lines = rows.map(({ id, properties, joined }) => [
    id,
    ...own.map((one) => cellOf(properties[one])),
    joined ? joined.fid : null,
    ...theirs.map((one) => cellOf(joined?.properties[one])),
    joined ? joined.distance_m : null,
  ]);
  return csvText([head, ...lines]);
}

/** @param {Record<string, any>[]} all @returns {string[]} */
function columnsOf(all) {
  return [...new Set(all.flatMap((one) => Object.keys(one)))];
}

/** @param {unknown} value @returns {string|number|null} */
function cellOf(value) {
  if (value === null || value === undefined) return null;
  return typeof value === "number" ? value : String(value);
}
