/** One canvas for all marks: drawn per change, hit by a scan of what was drawn. */

import { cluster, Places } from "./cluster.js";
import { drawGroup, drawLabel, ring } from "./ink.js";
import { L } from "./leaflet.js";
import { Sprites } from "./sprites.js";

/** @typedef {import("./marks.js").Mark} Mark */
/** @typedef {Mark & {x: number, y: number, id: number, quiet: boolean}} Placed */
/** @typedef {{x: number, y: number, r: number, mark?: Placed, members?: Placed[]}} Hit */

const PAD = 160; // px drawn beyond the view, so that a short pan shows no gap
const CLUSTER_BELOW = 12;
const VALUES_FROM = 12;
const NAMES_FROM = 14;

export class MarkLayer {
  /** @param {L.Map} map */
  constructor(map) {
    this.map = map;
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
    this.canvas = document.createElement("canvas");
    this.canvas.className = "marks leaflet-zoom-animated";
    map.getPane("overlayPane")?.append(this.canvas);
    map.on("moveend zoomend resize viewreset", () => this.draw());
    map.on("zoomanim", (event) => this.#zoom(/** @type {L.ZoomAnimEvent} */ (event)));
    this.frame = 0;
  }

  /** Draw at the next frame; many calls make one drawing. */
  soon() {
    this.frame ||= requestAnimationFrame(() => this.draw());
  }

  /** Draw all marks of the view. */
  draw() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    const context = this.#clean();
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
    const places = new Places();
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

  #clean() {
    const size = this.map.getSize();
    const ratio = window.devicePixelRatio || 1;
    const width = size.x + 2 * PAD;
    const height = size.y + 2 * PAD;
    const { canvas } = this;
    L.DomUtil.setPosition(canvas, this.map.containerPointToLayerPoint([-PAD, -PAD]));
    if (
      canvas.width !== Math.round(width * ratio) ||
      canvas.height !== Math.round(height * ratio)
    ) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
    }
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    return context;
  }

  /** @returns {Placed[]} */
  #place() {
    const size = this.map.getSize();
    const found = [];
    for (let id = 0; id < this.marks.length; id += 1) {
      const mark = this.marks[id];
      const point = this.map.latLngToContainerPoint([mark.lat, mark.lon]);
      if (point.x < -PAD || point.y < -PAD || point.x > size.x + PAD || point.y > size.y + PAD)
        continue;
      const chosen = this.#key(mark) === this.selected;
      found.push({
        ...mark,
        id,
        x: point.x + PAD,
        y: point.y + PAD,
        quiet: !mark.severity && !chosen,
      });
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

  /** @param {L.ZoomAnimEvent} event */
  #zoom(event) {
    const { map } = this;
    const scale = map.getZoomScale(event.zoom);
    const corner = map.containerPointToLatLng([-PAD, -PAD]);
    const offset = /** @type {any} */ (map)._latLngToNewLayerPoint(
      corner,
      event.zoom,
      event.center,
    );
    L.DomUtil.setTransform(this.canvas, offset, scale);
  }
}
