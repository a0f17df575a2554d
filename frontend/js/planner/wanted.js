/** Which features of a layer somebody chose: filter, drawn shape, nearness; kept for this tab. */

import { tab } from "../ui/store.js";

/** @typedef {{type: string, coordinates: any}} Geometry */
/** @typedef {{layer: string, filter?: string, within_m: number}} Others */
/** @typedef {{lon: number, lat: number, minutes: number, mode: "drive"|"cycle"|"walk", towards: boolean}} Reach */
/** @typedef {{filter: string, area?: Geometry, within_m?: number, reach?: Reach, beside?: Others}} Wanted */
/** @typedef {"filter"|"area"|"reach"|"beside"} Condition */

/** @param {string} code @returns {Wanted} */
export function wantedOf(code) {
  return tab.get(`planner.wanted.${code}`, { filter: "" });
}

/** @param {string} code @param {Wanted} wanted */
export function keepWanted(code, wanted) {
  const plain = !wanted.filter && !wanted.area && !wanted.reach && !wanted.beside;
  tab.set(`planner.wanted.${code}`, plain ? undefined : wanted);
}

/** @param {Wanted} wanted @param {Condition} condition @returns {Wanted} */
export function without(wanted, condition) {
  if (condition === "filter") return { ...wanted, filter: "" };
  const rest = { ...wanted };
  delete rest[condition];
  if (condition === "area") delete rest.within_m;
  return rest;
}

/** A condition's words: their key and what they speak of.
 * @param {Wanted} wanted @param {Condition} condition
 * @returns {{key: string, n: number, layer: string}} */
export function saying(wanted, condition) {
  if (condition === "filter") return { key: "choose.filtered", n: 0, layer: "" };
  if (condition === "beside") {
    const { layer = "", within_m = 0 } = wanted.beside ?? {};
    return { key: `choose.beside.${within_m ? "near" : "touching"}`, n: within_m, layer };
  }
  if (condition === "reach" && wanted.reach) {
    const { mode, minutes, towards } = wanted.reach;
    return { key: `choose.reach.${mode}.${towards ? "to" : "from"}`, n: minutes, layer: "" };
  }
  const kind = { Point: "point", LineString: "line" }[wanted.area?.type ?? ""] ?? "area";
  const n = wanted.within_m ?? 0;
  return { key: n ? `choose.${kind}.around` : `choose.${kind}.in`, n, layer: "" };
}
