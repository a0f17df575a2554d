/** Figures and times as people read them. */

import { ageText } from "./age.js";
import { currentLanguage } from "./i18n.js";

/** A value with the digits that it deserves: 0.124, 6.31, 62.5, 1240.
 * @param {number|null|undefined} value */
export function figure(value) {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size !== 0 && size < 1) return String(Number(value.toPrecision(3)));
  return String(Number(value.toFixed(size < 10 ? 2 : size < 100 ? 1 : 0)));
}

/** UCUM's spelling of units, as devices send it, in the spelling that people read. */
const SPELLED = /** @type {Record<string, string>} */ ({
  Cel: "°C",
  "ug/m3": "µg/m³",
  "µg/m3": "µg/m³",
  "mg/m3": "mg/m³",
  1: "",
});

/** @param {string} unit */
export function unitText(unit) {
  return SPELLED[unit] ?? unit;
}

/** @param {number|null|undefined} value @param {string} unit */
export function withUnit(value, unit) {
  return value === null || value === undefined ? "–" : `${figure(value)} ${unitText(unit)}`.trim();
}

/** What an alert measured against its limit; of a silence both are times.
 * @param {{kind: string, value: number|null, limit: number|null, unit: string}} alert */
export function measuredText(alert) {
  const text = (/** @type {number|null} */ value) =>
    alert.kind === "silence" && value !== null ? ageText(value) : figure(value);
  return { value: text(alert.value), limit: text(alert.limit), unit: unitText(alert.unit) };
}

/** @type {string|undefined} the city's; undefined: this machine's */
let zone;
/** @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map();

/** Show times on the city's clock, wherever this desk stands.
 * @param {string} timeZone */
export function useTimeZone(timeZone) {
  zone = timeZone;
  formats.clear();
}

/** @param {string} language @param {Intl.DateTimeFormatOptions} how */
function formatter(language, how) {
  const key = language + JSON.stringify(how);
  let made = formats.get(key);
  if (!made)
    formats.set(key, (made = new Intl.DateTimeFormat(language, { ...how, timeZone: zone })));
  return made;
}

/** Hours, minutes and seconds.
 * @param {number|string|Date} moment */
export function clock(moment) {
  return formatter("en-GB", {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  }).format(new Date(moment));
}

/** Day and time; the year only when it is not this one.
 * @param {number|string|Date} moment @param {number} now */
export function dayAndClock(moment, now) {
  const day = (/** @type {number|string|Date} */ at) =>
    formatter("en-CA", { year: "numeric", month: "2-digit", day: "2-digit" }).format(new Date(at));
  const [date, today] = [day(moment), day(now)];
  if (date === today) return clock(moment);
  return `${date.slice(0, 4) === today.slice(0, 4) ? date.slice(5) : date} ${clock(moment)}`;
}

/** @param {number|Date} moment */
export function longDay(moment) {
  return formatter(currentLanguage() === "zh" ? "zh-CN" : "en-GB", {
    month: "2-digit",
    day: "2-digit",
    weekday: "short",
  }).format(moment);
}

/** A moment as a date-time field shows it, on the city's clock.
 * @param {number} moment */
export function fieldTime(moment) {
  const day = formatter("en-CA", { year: "numeric", month: "2-digit", day: "2-digit" });
  return `${day.format(moment)}T${clock(moment).slice(0, 5)}`;
}

/** The moment that a date-time field means on the city's clock; NaN: none.
 * @param {string} text such as 2026-11-22T03:15 */
export function fromField(text) {
  const asUtc = Date.parse(`${text}Z`);
  if (Number.isNaN(asUtc)) return asUtc;
  const off = Date.parse(`${fieldTime(asUtc)}Z`) - asUtc;
  return asUtc - off;
}

/** A file's size for people.
 * @param {number} bytes */
export function sizeText(bytes) {
  const [size, unit] = bytes < 1024 ** 2 ? [bytes / 1024, "KB"] : bytes < 1024 ** 3 ? [bytes / 1024 ** 2, "MB"] : [bytes / 1024 ** 3, "GB"];
  return `${size.toLocaleString("en", { maximumFractionDigits: size < 10 ? 1 : 0 })} ${unit}`;
}
