/** One canvas for all marks: drawn per change, hit by a scan of what was drawn. */

import { CanvasLayer, PAD } from "./canvas_layer.js";
import { cluster, Places } from "./cluster.js";
import { drawGroup, drawLabel, ring } from "./ink.js";
import { Sprites } from "./sprites.js";

/** @typedef {import("./marks.js").Mark} Mark */
/** @typedef {Mark & {x: number, y: number, id: number, quiet: boolean}} Placed */
/** @typedef {{x: number, y: number, r: number, mark?: Placed, members?: Placed[]}} Hit */

const CLUSTER_BELOW = 12;
const TOOLS = 64; // px on the right that the map's buttons cover
const VALUES_FROM = 12;
const NAMES_FROM = 14;

export class MarkLayer extends CanvasLayer {
  /** @param {import("leaflet").Map} map */
  constructor(map) {
    super(map, "marks");
    this.sprites = new Sprites();
    /** @type {Mark[]} */
    this.marks = [];
    /** @type {Hit[]} */
    this.hits = [];
    this.selected = "";
    this.hovered = "";
    /** @type {() => {x: number, y: number, width: number, height: number}[]} */
    this.taken = () => []; // where others write, in pixels of the container
    this.dark = false; // the dark half of the blink of what waits
  }

  /** Draw all marks of the view.
   * @param {CanvasRenderingContext2D} context */
  paint(context) {
    const placed = this.#place();
    const zoom = this.map.getZoom();
    const { single, groups } = cluster(placed, zoom < CLUSTER_BELOW ? 52 : 0);
    const byId = new Map(placed.map((one) => [one.id, one]));
    this.hits = [];
    for (const group of groups) {
      const members = group.members.map((id) => /** @type {Placed} */ (byId.get(id)));
      drawGroup(context, group.x, group.y, members.length);
      this.hits.push({ x: group.x, y: group.y, r: 14, members });
    }
    single.sort((a, b) => a.rank - b.rank); // what is urgent lies on top
    for (const mark of single) this.#drawMark(context, mark, zoom);
    const places = new Places([PAD, PAD + this.map.getSize().x - TOOLS]);
    for (const group of groups) places.block(group.x - 14, group.y - 14, 28, 28);
    for (const { x, y, width, height } of this.taken())
      places.block(x + PAD, y + PAD, width, height);
    this.#drawLabels(context, single, zoom, places);
  }

  /** The topmost mark or group at a point of the map's container.
   * @param {{x: number, y: number}} point @returns {Hit|undefined} */
  at(point) {
    for (let i = this.hits.length - 1; i >= 0; i -= 1) {
      const hit = this.hits[i];
      if (Math.hypot(hit.x - PAD - point.x, hit.y - PAD - point.y) <= hit.r + 3) return hit;
    }
    return undefined;
  }

  /** @returns {Placed[]} */
  #place() {
    const found = [];
    for (let id = 0; id < this.marks.length; id += 1) {
      const mark = this.marks[id];
      const point = this.place(mark.lon, mark.lat);
      if (!this.holds(point)) continue;
      const chosen = this.#key(mark) === this.selected;
      found.push({ ...mark, id, ...point, quiet: !mark.severity && !chosen });
    }
    return found;
  }

  /** @param {Mark} mark */
  #key(mark) {
    return `${mark.target.kind}/${mark.target.id}`;
  }

  /** @param {CanvasRenderingContext2D} context @param {Placed} mark @param {number} zoom */
  #drawMark(context, mark, zoom) {
    const sprite = this.#sprite(mark, zoom >= VALUES_FROM + 1);
    const ratio = window.devicePixelRatio || 1;
    const size = sprite.width / ratio;
    const key = this.#key(mark);
    const chosen = key === this.selected || `thing/${mark.key.slice(1)}` === this.selected;
    if (chosen || key === this.hovered) ring(context, mark.x, mark.y, size / 2 + 3, chosen);
    const blinking = this.dark && mark.waiting && mark.severity === 1;
    context.globalAlpha = blinking ? 0.35 : 1;
    context.drawImage(sprite, mark.x - size / 2, mark.y - size / 2, size, size);
    context.globalAlpha = 1;
    this.hits.push({ x: mark.x, y: mark.y, r: size / 2.6, mark });
  }

  /** @param {Placed} mark @param {boolean} near */
  #sprite(mark, near) {
    if (mark.look === "alert") return this.sprites.alert(mark.severity, mark.waiting, mark.minor);
    if (mark.look === "unit") return this.sprites.unit(mark.unit, mark.course, mark.trust, near);
    return this.sprites.station(mark.kind, mark.trust);
  }

  /** Alerts that last are always named; quiet marks show their value near, their name nearer.
   * @param {CanvasRenderingContext2D} context @param {Placed[]} marks @param {number} zoom
   * @param {Places} places what is taken already */
  #drawLabels(context, marks, zoom, places) {
    for (const mark of marks) places.block(mark.x - 9, mark.y - 9, 18, 18);
    const near = (/** @type {Placed} */ mark) =>
      this.#key(mark) === this.selected || this.#key(mark) === this.hovered;
    const ordered = [...marks].reverse().sort((a, b) => Number(near(b)) - Number(near(a)));
    for (const mark of ordered) {
      const lines = [];
      const lasts = mark.severity > 0 && !mark.minor;
      if (lasts || near(mark) || zoom >= NAMES_FROM) lines.push(mark.title);
      if (mark.value && (lasts || near(mark) || zoom >= VALUES_FROM))
        lines.push(mark.value);
      if (lines.length) drawLabel(context, places, mark, lines, near(mark));
    }
  }
}
