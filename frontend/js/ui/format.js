/** Figures and times as people read them. */

import { currentLanguage } from "./i18n.js";

/** A value with the digits that it deserves: 0.124, 6.31, 62.5, 1240.
 * @param {number|null|undefined} value */
export function figure(value) {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size !== 0 && size < 1) return String(Number(value.toPrecision(3)));
  return String(Number(value.toFixed(size < 10 ? 2 : size < 100 ? 1 : 0)));
}

/** @param {number|null|undefined} value @param {string} unit */
export function withUnit(value, unit) {
  return unit && value !== null && value !== undefined ? `${figure(value)} ${unit}` : figure(value);
}

const two = (/** @type {number} */ n) => String(n).padStart(2, "0");

/** Hours, minutes and seconds on this desk's clock.
 * @param {number|string|Date} moment */
export function clock(moment) {
  const date = new Date(moment);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** Day and time; the year only when it is not this one.
 * @param {number|string|Date} moment @param {number} now */
export function dayAndClock(moment, now) {
  const date = new Date(moment);
  const today = new Date(now);
  if (date.toDateString() === today.toDateString()) return clock(date);
  const day = `${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const year = date.getFullYear() === today.getFullYear() ? "" : `${date.getFullYear()}-`;
  return `${year}${day} ${clock(date)}`;
}

/** @param {number|Date} moment */
export function longDay(moment) {
  const how = /** @type {const} */ ({ month: "2-digit", day: "2-digit", weekday: "short" });
  return new Intl.DateTimeFormat(currentLanguage() === "zh" ? "zh-CN" : "en-GB", how).format(moment);
}
