/** How a feature's values stand before people: coded values in words, figures in groups, times without their Z. */

import { shown } from "./model.js";

/** @typedef {import("./model.js").Column} Column */
/** @typedef {import("./model.js").Columns} Columns */
/** @typedef {"zh"|"en"} Language */

const MOMENT = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?$/;
const GROUPED_FROM = 10_000; // below it stand years and house numbers

/** @param {unknown} value @param {Column|undefined} column @param {Language} language */
export function valueText(value, column, language) {
  if (typeof value === "string" && column?.values?.[value]) return column.values[value][language];
  if (typeof value === "number") return figure(value);
  const [, day, clock] = (typeof value === "string" && MOMENT.exec(value)) || [];
  return day ? `${day} ${clock}` : shown(value);
}

/** @param {number} value */
function figure(value) {
  return value.toLocaleString("en", { maximumFractionDigits: 6, useGrouping: Math.abs(value) >= GROUPED_FROM });
}

/** @param {Column|undefined} column */
export function isFigure(column) {
  return column?.type === "int" || column?.type === "float";
}

/** The words of a text that says the same in Chinese and then in English; any other text as it is.
 * @param {string|null|undefined} text @param {Language} language */
export function inOne(text, language) {
  return (text ?? "")
    .split("；")
    .map((part) => {
      const [, zh, en] = /^(.*[\u4e00-\u9fff）])\s+([a-z][a-z0-9 ,'-]*)$/.exec(part) ?? [];
      return zh ? { zh, en }[language] : part;
    })
    .join(language === "zh" ? "；" : "; ");
}

/** What a feature's properties say, title before value; names in the other language and empty ones left out.
 * @param {Record<string, unknown>} properties @param {Columns} columns @param {Language} language
 * @returns {[string, string][]} */
export function rowsOf(properties, columns, language) {
  const known = Object.entries(properties).filter(([key, value]) => key !== "simulated" && value !== null && value !== "");
  return known.map(([key, value]) => [columns[key]?.[language] || key, valueText(value, columns[key], language)]);
}
