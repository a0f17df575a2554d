/** The planner's plain logic: groups, dates, examples, what a form says. */

/** @typedef {import("../types.js").MapLayer} MapLayer */
/** @typedef {{zh: string, en: string, type: string, values?: Record<string, {zh: string, en: string}>}} Column */
/** @typedef {Record<string, Column>} Columns */

export const DATUMS = ["", "EPSG:4490", "EPSG:4326", "GCJ-02", "BD-09", "EPSG:4547", "EPSG:4526"];

/** The layers in the order of the list: by group, raster last within it.
 * @param {MapLayer[]} layers @param {{code: string}[]} groups */
export function inGroups(layers, groups) {
  const rank = (/** @type {MapLayer} */ layer) => groups.findIndex((group) => group.code === layer.group);
  return [...layers].sort((a, b) => rank(a) - rank(b) || Number(a.kind === "raster") - Number(b.kind === "raster"));
}

/** The day that a layer's data are of, or the day they were loaded.
 * @param {MapLayer & {updated_at?: string|null}} layer */
export function dayOf(layer) {
  return layer.source_date || (layer.updated_at ?? "").slice(0, 10) || "–";
}

/** A filter that would make sense for these columns.
 * @param {Columns} columns */
export function exampleOf(columns) {
  const entries = Object.entries(columns);
  const number = entries.find(([, one]) => one.type === "int" || one.type === "float");
  if (number) return `${number[0]} > 5`;
  const text = entries.find(([, one]) => one.type === "text");
  return text ? `${text[0]} LIKE '%中%'` : "fid < 100";
}

/** How a value stands in the table.
 * @param {unknown} value */
export function shown(value) {
  if (value === null || value === undefined || value === "") return "–";
  if (value === true) return "✓";
  if (value === false) return "✗";
  return String(value);
}

/** A length for people, from metres.
 * @param {number} metres */
export function lengthText(metres) {
  if (metres < 1000) return `${metres.toFixed(2)} m`;
  return `${(metres / 1000).toLocaleString(undefined, { minimumFractionDigits: 3, maximumFractionDigits: 3 })} km`;
}

/** An area for people, from square metres: mu are what land is dealt in.
 * @param {number} square */
export function areaText(square) {
  const mu = (square / (2000 / 3)).toLocaleString(undefined, { maximumFractionDigits: 2 });
  const [size, unit] = square < 100_000 ? [square, "m²"] : [square / 1e6, "km²"];
  return `${size.toLocaleString(undefined, { maximumFractionDigits: unit === "m²" ? 1 : 4 })} ${unit} · ${mu} 亩`;
}

/** @param {number|null|undefined} value */
export function figureText(value) {
  if (value === null || value === undefined) return "–";
  return value.toLocaleString(undefined, { maximumFractionDigits: 3 });
}

/** Whether an import goes on by itself.
 * @param {string} stage */
export function isUnderWay(stage) {
  return ["receiving", "waiting", "running"].includes(stage);
}

/** The middle of a GeoJSON geometry's box and the box itself, as places for the map.
 * @param {{type: string, coordinates: any}} geometry @returns {{lon: number, lat: number}[]} */
export function cornersOf(geometry) {
  const flat = geometry.coordinates.flat(Infinity);
  const lons = flat.filter((/** @type {number} */ _, /** @type {number} */ at) => at % 2 === 0);
  const lats = flat.filter((/** @type {number} */ _, /** @type {number} */ at) => at % 2 === 1);
  return [
    { lon: Math.min(...lons), lat: Math.min(...lats) },
    { lon: Math.max(...lons), lat: Math.max(...lats) },
  ];
}
