/** What is to be drawn where: things, units and alerts as marks, the urgent ones last and on top. */

import { reported } from "../live/past.js";
import { ageText, secondsSince, thingTrust, trust } from "../ui/age.js";
import { measuredText, withUnit } from "../ui/format.js";
import { name } from "../ui/i18n.js";
import { isUnit, mainStream, unitClass } from "../ui/kinds.js";
import { isClosed } from "../ui/order.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../types.js").Thing} Thing */
/** @typedef {import("../types.js").Alert} Alert */
/**
 * @typedef {object} Mark
 * @property {string} key
 * @property {{kind: "alert"|"thing", id: number}} target
 * @property {number} lon
 * @property {number} lat
 * @property {"station"|"unit"|"alert"} look
 * @property {string} kind
 * @property {number} rank drawing order; higher is on top
 * @property {number} severity 0 none
 * @property {boolean} waiting
 * @property {boolean} minor an alert whose cause is gone, or a device that is merely silent
 * @property {"fresh"|"late"|"silent"} trust
 * @property {string} unit
 * @property {number} course
 * @property {string} value the latest value, with its age when it is not fresh
 * @property {string} title
 */

/** @param {Desk} desk @param {number} now ms
 * @param {(thing: Thing) => boolean} [owned] by an overlay, which draws what has no alert
 * @returns {Mark[]} lowest first */
export function marksOf(desk, now, owned = () => false) {
  const worst = worstAlerts(desk.picture.alerts.values());
  const marks = [];
  for (const thing of desk.picture.things.values()) {
    const alert = worst.get(thing.id);
    if (!alert && owned(thing)) continue;
    const mark = thingMark(desk, thing, alert, now);
    if (mark) marks.push(mark);
  }
  for (const alert of desk.picture.alerts.values()) {
    if (isClosed(alert) || (alert.thing_id !== null && desk.picture.things.has(alert.thing_id)))
      continue;
    if (alert.lon !== undefined && alert.lat !== undefined) marks.push(loneAlert(alert));
  }
  return marks.sort((a, b) => a.rank - b.rank);
}

/** @param {Iterable<Alert>} alerts @returns {Map<number, Alert>} thing → its alert that matters most */
function worstAlerts(alerts) {
  const found = new Map();
  for (const alert of alerts) {
    if (isClosed(alert) || alert.thing_id === null) continue;
    const known = found.get(alert.thing_id);
    if (!known || weight(alert) > weight(known)) found.set(alert.thing_id, alert);
  }
  return found;
}

/** What lasts before what is over, waiting before acknowledged, worse before better.
 * @param {Alert} alert */
function weight(alert) {
  const lasts = alert.condition === "active" ? 20 : 0;
  return lasts + (alert.state === "open" ? 10 : 0) + (5 - alert.severity);
}

/** @param {Desk} desk @param {Thing} thing @param {Alert|undefined} alert @param {number} now @returns {Mark|null} */
function thingMark(desk, thing, alert, now) {
  const where =
    desk.picture.where(thing) ??
    (alert?.lon !== undefined && alert.lat !== undefined
      ? { lon: alert.lon, lat: alert.lat }
      : null);
  if (!where) return null;
  const unit = isUnit(thing.kind);
  const said = reported(desk.picture, thing);
  const believed = thingTrust(said, now);
  const stream = mainStream(thing);
  return {
    key: `t${thing.id}`,
    target: alert ? { kind: "alert", id: alert.id } : { kind: "thing", id: thing.id },
    lon: where.lon,
    lat: where.lat,
    look: alert ? "alert" : unit ? "unit" : "station",
    kind: thing.kind,
    rank: alert ? 100 + weight(alert) : unit ? 50 : 0,
    severity: alert?.severity ?? 0,
    waiting: alert?.state === "open",
    minor: alert ? isMinor(alert) : false,
    trust: believed,
    unit: unit ? unitClass(thing) : "",
    course: said.position?.course ?? 0,
    value: alert ? alertValue(alert) : stream ? valueLabel(desk, stream, now) : "",
    title: name("name", thing),
  };
}

/** @param {Desk} desk @param {import("../types.js").Stream} stream @param {number} now */
function valueLabel(desk, stream, now) {
  const latest = desk.picture.latest(stream);
  if (!latest) return "";
  const age = secondsSince(latest.time, now);
  const text = withUnit(latest.value, stream.unit);
  return trust(age, stream.interval_s) === "fresh" ? text : `${text} (${ageText(age)})`;
}

/** @param {Alert} alert */
function isMinor(alert) {
  return alert.condition === "cleared" || (alert.kind === "silence" && alert.severity === 4);
}

/** What was measured against its limit.
 * @param {Alert} alert */
function alertValue(alert) {
  if (alert.value === null) return "";
  const { value, limit, unit } = measuredText(alert);
  return `${value}${alert.limit === null ? "" : ` / ${limit}`} ${unit}`.trim();
}

/** @param {Alert} alert @returns {Mark} */
function loneAlert(alert) {
  return {
    key: `a${alert.id}`,
    target: { kind: "alert", id: alert.id },
    lon: alert.lon ?? 0,
    lat: alert.lat ?? 0,
    look: "alert",
    kind: alert.thing_kind,
    rank: 100 + weight(alert),
    severity: alert.severity,
    waiting: alert.state === "open",
    minor: isMinor(alert),
    trust: "fresh",
    unit: "",
    course: 0,
    value: alertValue(alert),
    title: name("thing", alert) || name("title", alert),
  };
}
