/** The plain logic of whom an analysis reaches: which ask for a level, how figures read. */

/** @typedef {{counts: Record<string, number>, lengths_km: Record<string, number>, people: number|null, people_unknown: number}} Figures */
/** @typedef {{level: string, fid: number, code: string, name_zh: string, name_en: string, figures: Figures}} Zone */
/** @typedef {{square_km: number, figures: Figures, zones: Zone[], sites: any[], buildings: string, room?: {storeys: string, m2_each: number}, at?: string, as_now?: string[]}} Reached */
/** @typedef {{from_m: number, buildings: number}} Depth */

const WITH_GROUND = ["flood", "levels", "watershed", "earthwork", "between", "viewshed", "affected"];

/** Whether an analysis has ground that can be asked about.
 * @param {{kind: string, stage: string, area: unknown}} job */
export function hasGround({ kind, stage, area }) {
  return stage === "done" && (WITH_GROUND.includes(kind) || Boolean(area));
}

/** Within what the level lies that flood levels are asked with; null where none is asked.
 * @param {{kind: string, numbers: Record<string, number>, report: any}} job @returns {{least: number, most: number}|null} */
export function levelLimits({ kind, numbers, report }) {
  if (kind !== "levels") return null;
  const least = Number(report.figures?.ground_m ?? 0);
  return { least, most: Math.round((least + Number(numbers.most ?? 0)) * 100) / 100 };
}

/** People as they are known: the estimate, how many buildings it leaves out, or that nobody knows.
 * @param {Figures} figures @param {number} buildings @param {number} [each] m² of floor that one was given
 * @returns {{key: string, n: string, unknown: string, each: string}} */
export function peopleText({ people, people_unknown }, buildings, each) {
  const unknown = people_unknown.toLocaleString();
  const n = (people ?? 0).toLocaleString();
  const words = { n, unknown, each: (each ?? 0).toLocaleString() };
  if (!buildings) return { key: "reached.people.none", ...words };
  if (people === null) return { key: "reached.people.unknown", ...words };
  const reckoned = each ? ".reckoned" : "";
  return { key: `reached.people.${people_unknown ? "some" : "estimate"}${reckoned}`, ...words };
}

/** @typedef {Record<string, {zh: string, en: string, type: string}>} Columns */

const NUMBERS = ["int", "float"];
const STOREYS = /^(floors?|storeys?|stories|levels?|num_floors|building_levels)$|层数|楼层/i;

/** @param {Columns} columns */
export function numericOf(columns) {
  return Object.keys(columns).filter((name) => NUMBERS.includes(columns[name].type));
}

/** Whether the buildings themselves say how many people are in them.
 * @param {Columns} columns */
export function tellsPeople({ people }) {
  return Boolean(people) && NUMBERS.includes(people.type);
}

/** The column that most likely says how many storeys there are.
 * @param {string[]} numeric @param {Columns} columns */
export function likelyStoreys(numeric, columns) {
  return numeric.find((one) => STOREYS.test(one) || STOREYS.test(columns[one].zh)) ?? numeric[0];
}

/** What was counted, most first; lengths where there are any.
 * @param {Figures} figures @returns {{code: string, n: number, km: number|undefined}[]} */
export function rowsOf({ counts, lengths_km }) {
  const rows = Object.entries(counts).map(([code, n]) => ({ code, n, km: lengths_km[code] }));
  return rows.sort((a, b) => b.n - a.n);
}

/** The words of a class of depths.
 * @param {Depth[]} classes @param {number} at */
export function depthText(classes, at) {
  const next = classes[at + 1];
  return next ? `${classes[at].from_m}–${next.from_m} m` : `≥ ${classes[at].from_m} m`;
}
