/** What an index means on a screen: its figure, its order, its ink; no page in here. */

/**
 * @typedef {{item: string, name_zh: string, name_en: string}} Named
 * @typedef {object} Index of one station, as the feed tells it
 * @property {number} thing_id
 * @property {"air"|"water"} kind
 * @property {"published"|"incomplete"|"stale"} status
 * @property {number|null} value
 * @property {number|null} class 1 best to 6
 * @property {string|null} class_zh
 * @property {string|null} class_en
 * @property {string|null} colour
 * @property {number|null} last_class
 * @property {Named[]} limiting
 * @property {Named[]} missing
 * @property {string} edition
 * @property {string} at
 * @property {string} known_at
 *
 * @typedef {Named & {value: number, below: boolean, unit: string, index: number|null, fault: string,
 *   limit: number|null, times: number|null, range?: number[]|null, lower?: boolean, counts?: boolean,
 *   class: number|null, class_zh: string|null, class_en: string|null, colour: string|null}} Item
 * @typedef {{at: string, value: number|null, class: number|null, items: Record<string, number>}} Hour
 */

const SYMBOLS = /** @type {Record<string, string>} */ ({
  pm25: "PM2.5",
  pm10: "PM10",
  so2: "SO₂",
  no2: "NO₂",
  co: "CO",
  o3: "O₃",
});

/** What an item is called where there is little room: pollutants of air have symbols.
 * @param {Named} item @param {"zh"|"en"} language */
export function shortName(item, language) {
  return SYMBOLS[item.item] ?? item[`name_${language}`];
}

const ROMAN = ["I", "II", "III", "IV", "V"];
const SOUND = 2; // up to this class air is clean enough
const KEPT = 3; // up to this class water is

/** The figure of an index: the AQI, or the class in Roman numerals; "–" where there is none.
 * @param {Pick<Index, "kind"|"value"|"class">} index @param {"zh"|"en"} language */
export function figureOf({ kind, value, class: grade }, language) {
  if (kind === "air") return value === null ? "–" : String(value);
  return romanOf(grade, language);
}

/** @param {number|null} grade @param {"zh"|"en"} language */
export function romanOf(grade, language) {
  if (grade === null) return "–";
  return ROMAN[grade - 1] ?? (language === "zh" ? "劣V" : ">V");
}

/** Whether an index is one to look at: worse than good air, worse than class III.
 * @param {Index} index */
export function isBad({ kind, class: grade }) {
  return grade !== null && grade > (kind === "air" ? SOUND : KEPT);
}

/** Heavy pollution, or worse than class V.
 * @param {Index} index */
export function isHeavy({ kind, class: grade }) {
  return grade !== null && grade >= (kind === "air" ? 5 : 6);
}

/** Air before water; the worst first; what is out of date last.
 * @param {Index} a @param {Index} b */
export function worstFirst(a, b) {
  return (
    Number(a.kind === "water") - Number(b.kind === "water") ||
    (b.class ?? 0) - (a.class ?? 0) ||
    (b.value ?? 0) - (a.value ?? 0) ||
    a.thing_id - b.thing_id
  );
}

/** Black or white, whichever is read better on a colour (WCAG's relative luminance).
 * @param {string} colour #rrggbb */
export function inkOn(colour) {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const share = parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  const light = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  return (light + 0.05) / 0.05 >= 1.05 / (light + 0.05) ? "#000000" : "#ffffff";
}

const STEPS = /** @type {[number, import("../types.js").Severity][]} */ ([
  [100, 4],
  [150, 3],
  [200, 2],
  [300, 1],
]);

/** The limit lines of a chart: the index's own steps, or an item's limit.
 * @param {"air"|"water"} kind @param {Item|undefined} item @param {number} [target] class of water
 * @returns {import("../types.js").SeriesLimit[]} */
export function limitsOf(kind, item, target) {
  const line = (/** @type {number} */ value, /** @type {import("../types.js").Severity} */ grade) =>
    ({ value, severity: grade, rule: "", title_zh: "", title_en: "" });
  if (item?.range) return item.range.map((value) => line(value, 3));
  if (item) return item.limit === null ? [] : [line(item.limit, 3)];
  if (kind === "air") return STEPS.map(([value, grade]) => line(value, grade));
  return target ? [line(target, 3)] : [];
}

/** A station's hours as a series: of one item, or of the index.
 * @param {Hour[]} hours @param {string} item "" for the index */
export function seriesOf(hours, item) {
  return {
    times: hours.map((hour) => Date.parse(hour.at)),
    values: hours.map((hour) => (item ? (hour.items[item] ?? null) : hour.value)),
  };
}

/** A limit in words: at least, at most, between.
 * @param {Item} item @param {(value: number) => string} figure */
export function limitText(item, figure) {
  if (item.range) return `${figure(item.range[0])}–${figure(item.range[1])}`;
  if (item.limit === null) return "–";
  return `${item.lower ? "≥" : "≤"}${figure(item.limit)}`;
}
