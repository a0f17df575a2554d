/** The search's plain logic: what is asked, what a hit says, where it lies, what opens it. */

import { name, t, word } from "../ui/i18n.js";

/**
 * @typedef {object} Hit
 * @property {string} source division, place, thing, unit, case, or layer/CODE
 * @property {string} match
 * @property {string} id
 * @property {string|null} layer
 * @property {string} name_zh
 * @property {string} name_en
 * @property {string} code
 * @property {string} kind
 * @property {string} kind_zh
 * @property {string} kind_en
 * @property {number|null} lon
 * @property {number|null} lat
 * @property {[number, number, number, number]|null} bounds
 * @property {string} division_zh
 * @property {string} division_en
 * @property {boolean} simulated
 */

export const MOST = 10;
const OWN = ["thing", "unit", "case"]; // kinds that have a panel of their own, by number

/** The question, with the middle of the map: of two alike the nearer comes first.
 * @param {string} typed @param {number[]|undefined} look west, south, east, north */
export function pathOf(typed, look) {
  const asked = new URLSearchParams({ q: typed, limit: String(MOST) });
  if (look) {
    const lon = (look[0] + look[2]) / 2;
    asked.set("lon", Math.max(-180, Math.min(180, lon)).toFixed(5));
    asked.set("lat", ((look[1] + look[3]) / 2).toFixed(5));
  }
  return `/search?${asked}`;
}

/** @param {Hit} hit */
export function titleOf(hit) {
  return name("name", hit) || hit.code;
}

/** What it is, where, and its code, as far as known.
 * @param {Hit} hit */
export function aboutOf(hit) {
  const known = word("incidents.place.kind", hit.kind);
  const kind = hit.source === "place" && known !== hit.kind ? known : name("kind", hit);
  const code = titleOf(hit) === hit.code ? "" : hit.code;
  return [kind, name("division", hit), code].filter(Boolean).join(" · ");
}

/** Its place, or the corners of what it fills.
 * @param {Hit} hit @returns {{lon: number, lat: number}[]} */
export function placesOf(hit) {
  if (hit.bounds) {
    const [west, south, east, north] = hit.bounds;
    return [
      { lon: west, lat: south },
      { lon: east, lat: north },
    ];
  }
  return hit.lon === null || hit.lat === null ? [] : [{ lon: hit.lon, lat: hit.lat }];
}

/** What is chosen to open it.
 * @param {Hit} hit @returns {{kind: string, id: string|number}} */
export function targetOf(hit) {
  return OWN.includes(hit.source)
    ? { kind: hit.source, id: Number(hit.id) }
    : { kind: "hit", id: `${hit.source}/${hit.id}` };
}

/** Where its own feature can be read: of a layer, or a division's outline.
 * @param {Hit} hit @returns {{layer: string, fid: string}|null} */
export function featureOf(hit) {
  if (hit.layer) return { layer: hit.layer, fid: hit.id };
  return hit.source === "division" ? { layer: "divisions", fid: hit.id } : null;
}

/** What the line under the field says of what was found.
 * @param {string} typed @param {Hit[]} hits */
export function sayOf(typed, hits) {
  if (hits.length === 0) return t("search.nothing", { typed });
  const near = hits.every((hit) => hit.match === "nearly");
  return t(near ? "search.nearly" : "search.found", { count: hits.length, typed });
}
