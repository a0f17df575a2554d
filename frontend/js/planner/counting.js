/** The plain logic of figures: which zones and measures there are, and the table for a spreadsheet. */


/** @typedef {import("../types.js").MapLayer & {shape?: string}} MapLayer */
/** @typedef {{fid: number, name_zh: string, name_en: string, code: string, square_km: number, figures: (number|null)[], geometry: any}} Zone */
/** @typedef {{measures: string[], zones: Zone[], total: (number|null)[], outside: number, at?: string, as_now?: string[]}} Figures */
/** @typedef {{layer: string, filter: string, cell_m?: number, title: {zh: string, en: string}}} Zones cell_m: squares of the ground */

const LEVELS = /** @type {[string, string, string][]} */ ([
  ["district", "区县", "Districts"],
  ["street", "街道（乡镇）", "Streets and towns"],
  ["community", "社区", "Communities"],
]);
const OF_COLUMN = /** @type {[string, string, string][]} */ ([
  ["sum", "合计", "sum"],
  ["mean", "平均", "mean"],
  ["max", "最大", "largest"],
  ["min", "最小", "smallest"],
]);
const MOST_ZONES = 2000;
const CELLS = [250, 500, 1000, 2000, 5000]; // m

/** The areas that something can be counted by: divisions by level, the other layers, squares.
 * @param {MapLayer[]} layers @returns {Zones[]} */
export function zonesOf(layers) {
  const areas = layers.filter((one) => one.shape === "polygon" && one.count && one.count <= MOST_ZONES);
  const divided = layers.some((one) => one.code === "divisions" && one.count);
  const levels = LEVELS.map(([level, zh, en]) => ({
    layer: "divisions",
    filter: `level = '${level}'`,
    title: { zh, en },
  }));
  const others = areas
    .filter((one) => one.code !== "divisions")
    .sort((a, b) => Number(a.group === "base") - Number(b.group === "base"))
    .map((one) => ({ layer: one.code, filter: "", title: { zh: one.title_zh, en: one.title_en } }));
  const cells = CELLS.map((cell_m) => {
    const size = cell_m < 1000 ? `${cell_m} m` : `${cell_m / 1000} km`;
    return { layer: "", filter: "", cell_m, title: { zh: `${size} 格网`, en: `${size} grid` } };
  });
  return [...(divided ? levels : []), ...others, ...cells];
}

/** What can be counted of a layer: [measure, words].
 * @param {{shape: string, columns: import("./model.js").Columns}} layer @param {"zh"|"en"} language
 * @returns {[string, string][]} */
export function measuresOf({ shape, columns }, language) {
  const zh = language === "zh";
  const sizes = /** @type {Record<string, [string, string][]>} */ ({
    line: [["length_km", zh ? "长度（km）" : "length (km)"]],
    polygon: [["area_km2", zh ? "面积（km²）" : "area (km²)"]],
  });
  const numeric = Object.entries(columns).filter(([, one]) => one.type === "int" || one.type === "float");
  const figures = numeric.flatMap(([key, one]) =>
    OF_COLUMN.map(([measure, inZh, inEn]) => /** @type {[string, string]} */ ([`${measure}:${key}`, `${one[language] || key} · ${zh ? inZh : inEn}`])),
  );
  return [["count", zh ? "要素个数" : "number of features"], ...(sizes[shape] ?? []), ...figures];
}

/** The figures as a spreadsheet reads them.
 * @param {Figures} found */
export function csvOf({ measures, zones, total, outside, at }) {
  const rows = [
    ["code", "name_zh", "name_en", "square_km", ...measures],
    ...zones.map((zone) => [zone.code, zone.name_zh, zone.name_en, zone.square_km, ...zone.figures]),
    ["", "合计", "total", "", ...total],
    ["", "不在任何单元内", "in no zone", "", outside],
    ...(at ? [["", "数据日期", "as of", "", at]] : []),
  ];
  return csvText(rows);
}

/** Rows as a spreadsheet reads them, with a mark that says UTF-8.
 * @param {(string|number|null)[][]} rows */
export function csvText(rows) {
  return `\ufeff${rows.map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
}

/** A cell that no spreadsheet takes for a formula.
 * @param {string|number|null} value */
function cell(value) {
  if (value === null || typeof value === "number") return value ?? "";
  const text = /^[=+\-@\t]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** What is asked of the server: the zones of a layer, or squares.
 * @param {Zones} zones */
export function askedOf({ layer, filter, cell_m }) {
  return cell_m ? { cell_m } : { zones: { layer, filter } };
}
