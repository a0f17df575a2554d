/** What the board knows of units: classes, order by place, ages. Pure. */

/** @typedef {import("../types.js").Entity} Entity */

/** The six statuses in the order of their keys; the class is a key of UNIT_CLASSES. */
export const STATUSES = /** @type {const} */ ([
  { status: "available", unitClass: "AV", verb: "av" },
  { status: "dispatched", unitClass: "DI", verb: "di" },
  { status: "en_route", unitClass: "EN", verb: "en" },
  { status: "on_scene", unitClass: "OS", verb: "os" },
  { status: "committed", unitClass: "CO", verb: "co" },
  { status: "out_of_service", unitClass: "OOS", verb: "oos" },
]);

export const STALE_S = 900; // the server does not send a unit by an older position

/** @param {string} status */
export function classOf(status) {
  return STATUSES.find((one) => one.status === status)?.unitClass ?? "OOS";
}

/** The district that a unit belongs to.
 * @param {Entity} unit @param {"zh"|"en"} language @returns {string} */
export function districtOf(unit, language) {
  return unit[`district_${language}`] ?? "";
}

const BAND = 0.06; // degrees of latitude that count as one row of the map

/** Units by district as the map shows them, row by row from the north-west; within by call sign.
 * @param {Iterable<Entity>} units @param {"zh"|"en"} language */
export function inMapOrder(units, language) {
  const all = [...units].filter((unit) => unit.active !== false);
  /** @type {Map<string, {lon: number, lat: number, n: number}>} */
  const middles = new Map();
  for (const unit of all) {
    const name = districtOf(unit, language);
    const sum = middles.get(name) ?? { lon: 0, lat: 0, n: 0 };
    middles.set(name, { lon: sum.lon + unit.lon, lat: sum.lat + unit.lat, n: sum.n + 1 });
  }
  const ordered = [...middles].map(([name, { lon, lat, n }]) => ({
    name,
    row: -Math.round(lat / n / BAND),
    lon: lon / n,
  }));
  ordered.sort((a, b) => a.row - b.row || a.lon - b.lon || a.name.localeCompare(b.name));
  const rank = new Map(ordered.map(({ name }, at) => [name, at]));
  const of = (/** @type {Entity} */ unit) => rank.get(districtOf(unit, language)) ?? 0;
  return all.sort((a, b) => of(a) - of(b) || String(a.code).localeCompare(String(b.code)));
}

/** How many are free, and how many there are.
 * @param {Iterable<Entity>} units */
export function strength(units) {
  const all = [...units].filter((unit) => unit.active !== false);
  return { all: all.length, free: all.filter((unit) => unit.status === "available").length };
}

/** The units that some call signs name, or the first word that names none.
 * @param {Iterable<Entity>} units @param {string[]} words
 * @returns {{units: Entity[], unknown: string}} */
export function named(units, words) {
  const known = new Map([...units].map((unit) => [String(unit.code).toLowerCase(), unit]));
  /** @type {Entity[]} */
  const found = [];
  for (const word of words) {
    const unit = known.get(word.toLowerCase());
    if (!unit) return { units: [], unknown: word };
    if (!found.includes(unit)) found.push(unit);
  }
  return { units: found, unknown: "" };
}
