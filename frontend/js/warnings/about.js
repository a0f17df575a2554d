/** What a warning of an alert or an incident begins with: event, colour, and where. */

import { call } from "../ui/api.js";
import { HOURS } from "./form.js";
import { parseSource } from "./model.js";

/** @typedef {{event?: string, colour?: number, hours?: number, area?: any, start?: any}} Beginning */

const RADIUS_M = 1000;
/** Events by what was measured, by the national code, by the kind of incident. */
const EVENTS = /** @type {Record<string, string>} */ ({
  rain: "rainstorm", water_depth: "waterlogging", pm25: "haze", pm10: "haze",
  "11B03": "rainstorm", "11A02": "waterlogging", "11A01": "flood", "11B06": "gale", "11D01": "landslide",
  gas_leak: "gas_leak", chemical_release: "gas_leak", fire: "fire",
}); // prettier-ignore

/** The area that a warning of something begins with: a zone of its own, or a circle around it.
 * @param {{geometry?: any, lon?: number|null, lat?: number|null}|null|undefined} thing */
export function areaAbout(thing) {
  const shape = thing?.geometry;
  if (shape && ["Polygon", "MultiPolygon"].includes(shape.type)) return shape;
  const [lon, lat] = shape?.type === "Point" ? shape.coordinates : [thing?.lon, thing?.lat];
  if (typeof lon !== "number" || typeof lat !== "number") return null;
  return { around: { lon, lat, radius_m: RADIUS_M } };
}

/** Event, colour and area of an alert or an incident, as far as they can be told.
 * @param {Record<string, any>|null} thing @returns {Beginning} */
export function beginningOf(thing) {
  if (!thing) return {};
  const event = [thing.property, thing.event_code, thing.nature]
    .map((key) => EVENTS[key])
    .find(Boolean);
  const colour = thing.warning_colour ?? thing.severity;
  const area = areaAbout(thing);
  return {
    ...(event && { event }),
    ...(colour in HOURS && { colour, hours: HOURS[colour] }),
    area,
    start: area,
  };
}

/** The same of what a source names; of an incident with a hazard model, its outermost zone.
 * @param {import("../live/picture.js").Picture} picture @param {string} source */
export async function beginning(picture, source) {
  const found = parseSource(source);
  if (!found) return {};
  const own =
    found.kind === "alert"
      ? picture.alerts.get(found.id)
      : picture.of(found.kind).get(String(found.id));
  const begun = beginningOf(own ?? null);
  if (!(/** @type {any} */ (own)?.hazards?.length)) return begun;
  const runs = await call(`/incidents/${found.id}/hazards`).catch(() => null); // a circle will do
  const zone = runs?.items[0]?.zones.at(-1)?.geometry;
  return zone ? { ...begun, area: zone, start: zone } : begun;
}
