/** A shape while it is drawn: corners come, go and move; an area closes only if it is a polygon. */

import { areaOf, crossing } from "./geometry.js";

/** @typedef {import("./geometry.js").Corner} Corner */
/** @typedef {"area"|"line"|"point"} Shape */
/** @typedef {{kind: "few"}|{kind: "crossing", edges: [number, number]}} Fault */

const LEAST = { area: 3, line: 2, point: 1 };

export class Sketch {
  /** @param {Corner[]} [corners] @param {boolean} [closed] @param {Shape} [shape] */
  constructor(corners = [], closed = false, shape = "area") {
    this.corners = corners;
    this.closed = closed;
    this.shape = shape;
  }

  /** How many corners it needs. */
  get least() {
    return LEAST[this.shape];
  }

  /** Set a corner; one on the corner before is none.
   * @param {Corner} corner @returns {boolean} whether it was taken */
  add(corner) {
    const last = this.corners.at(-1);
    if (this.closed || (last && last[0] === corner[0] && last[1] === corner[1])) return false;
    this.corners.push(corner);
    return true;
  }

  /** Take the last corner back; a closed area is opened first. */
  undo() {
    if (this.closed) this.closed = false;
    else this.corners.pop();
  }

  /** @param {number} at @param {Corner} corner */
  move(at, corner) {
    this.corners[at] = corner;
  }

  /** Close the area, unless something is wrong with it.
   * @returns {Fault|null} what is wrong */
  close() {
    const fault = this.faultIfClosed();
    this.closed = !fault;
    return fault;
  }

  /** What would be wrong if it were closed now.
   * @returns {Fault|null} */
  faultIfClosed() {
    if (this.corners.length < this.least) return { kind: "few" };
    if (this.shape !== "area") return null;
    return crossed(crossing(this.corners, true));
  }

  /** What is wrong already, with the corner that would come next.
   * @param {Corner|null} [next] @returns {Fault|null} */
  fault(next = null) {
    if (this.shape !== "area") return null;
    if (this.closed) return crossed(crossing(this.corners, true));
    return crossed(crossing(this.#with(next), false));
  }

  /** The size in m² as if closed now, with the corner that would come next; 0 below three.
   * @param {Corner|null} [next] */
  area(next = null) {
    const ring = this.closed ? this.corners : this.#with(next);
    return ring.length < 3 || this.shape !== "area" ? 0 : areaOf(ring);
  }

  /** The shape as GeoJSON. */
  get geometry() {
    if (this.shape === "point") return { type: "Point", coordinates: this.corners[0] };
    if (this.shape === "line") return { type: "LineString", coordinates: [...this.corners] };
    return { type: "Polygon", coordinates: [[...this.corners, this.corners[0]]] };
  }

  /** The corners and the next one, unless that rests on the last one.
   * @param {Corner|null} next */
  #with(next) {
    const last = this.corners.at(-1);
    const same = last && next && last[0] === next[0] && last[1] === next[1];
    return next && !same ? [...this.corners, next] : this.corners;
  }
}

/** @param {[number, number]|null} edges @returns {Fault|null} */
function crossed(edges) {
  return edges && { kind: "crossing", edges };
}

/** The corners of an outline that can be changed by hand: one ring, and not of hundreds.
 * @param {{type: string, coordinates: any}} geometry @returns {Corner[]|null} */
export function cornersOf(geometry) {
  const areas = geometry.type === "MultiPolygon" ? geometry.coordinates : [geometry.coordinates];
  if (areas.length !== 1 || areas[0].length !== 1 || areas[0][0].length > 121) return null;
  return areas[0][0].slice(0, -1).map((/** @type {number[]} */ [lon, lat]) => [lon, lat]);
}
