/** One canvas over the map, kept in place while it moves; what is drawn on it is the subclass's. */

import { L } from "./leaflet.js";

export const PAD = 160; // px drawn beyond the view, so that a short pan shows no gap

export class CanvasLayer {
  /** @param {L.Map} map @param {string} name class of the canvas @param {string} [pane] */
  constructor(map, name, pane = "overlayPane") {
    this.map = map;
    this.canvas = document.createElement("canvas");
    // what lies below (names and outlines of fences) takes its clicks itself; ours are asked by `at`
    this.canvas.className = `drawn ${name} leaflet-zoom-animated`;
    map.getPane(pane)?.append(this.canvas);
    map.on("moveend zoomend resize viewreset", () => this.draw());
    map.on("zoomanim", (event) => this.#zoom(/** @type {L.ZoomAnimEvent} */ (event)));
    this.frame = 0;
  }

  /** Draw at the next frame; many calls make one drawing. */
  soon() {
    this.frame ||= requestAnimationFrame(() => this.draw());
  }

  /** Draw now: an emptied canvas, ready to be painted on. */
  draw() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    if (this.canvas.hidden) return;
    this.paint(this.#clean());
  }

  /** @param {boolean} on */
  show(on) {
    this.canvas.hidden = !on;
    this.draw();
  }

  /** Where a place lies on the canvas, in CSS pixels.
   * @param {number} lon @param {number} lat */
  place(lon, lat) {
    const { x, y } = this.map.latLngToContainerPoint([lat, lon]);
    return { x: x + PAD, y: y + PAD };
  }

  /** Whether a point of the canvas is on it at all.
   * @param {{x: number, y: number}} point */
  holds({ x, y }) {
    const size = this.map.getSize();
    return x >= 0 && y >= 0 && x <= size.x + 2 * PAD && y <= size.y + 2 * PAD;
  }

  /** @param {CanvasRenderingContext2D} _context in CSS pixels */
  paint(_context) {}

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
