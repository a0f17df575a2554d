/** Times as people on the street read them, on the city's clock. */

import { spoken } from "./words.js";

const SKEW = "zhihui.field.skew";
const TRUSTED_MS = 2000; // the server's header has whole seconds, and takes a moment to come

/** Now, by the server's clock as it was last heard: the times of reports and statuses are records,
 * and a phone that is set wrong would have them refused. */
export function now() {
  return Date.now() + Number(globalThis.localStorage?.getItem(SKEW) ?? 0);
}

/** @param {string|null} header the Date of an answer */
export function learnClock(header) {
  const off = Date.parse(header ?? "") + 500 - Date.now();
  if (Number.isNaN(off)) return;
  globalThis.localStorage?.setItem(SKEW, String(Math.abs(off) > TRUSTED_MS ? off : 0));
}

/** @type {string|undefined} */
let zone;

/** @param {string|undefined} timeZone */
export function useZone(timeZone) {
  zone = timeZone;
}

/** @param {Intl.DateTimeFormatOptions} how @param {string} [locale] */
function format(how, locale = "en-GB") {
  return new Intl.DateTimeFormat(locale, { ...how, timeZone: zone });
}

/** Hours and minutes: 08:05.
 * @param {string|number} moment */
export function clock(moment) {
  return format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date(moment));
}

/** The time, with the day when it is not today: 08:05, 11-21 08:05.
 * @param {string|number} moment */
export function when(moment) {
  const day = (/** @type {string|number} */ at) =>
    format({ year: "numeric", month: "2-digit", day: "2-digit" }, "en-CA").format(new Date(at));
  const [date, today] = [day(moment), day(now())];
  if (date === today) return clock(moment);
  return `${date.slice(0, 4) === today.slice(0, 4) ? date.slice(5) : date} ${clock(moment)}`;
}

/** How long until a limit, or since it passed: 25 分, 3 小时, 2 天.
 * @param {number} ms @returns {string} */
export function span(ms) {
  const minutes = Math.round(Math.abs(ms) / 60_000);
  const [n, unit] =
    minutes < 60
      ? [minutes, "minute"]
      : minutes < 48 * 60
        ? [Math.round(minutes / 60), "hour"]
        : [Math.round(minutes / 1440), "day"];
  const locale = spoken() === "zh" ? "zh-CN" : "en";
  return new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "long" }).format(n);
}
