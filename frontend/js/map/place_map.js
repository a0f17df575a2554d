/** A small map for one place: shows it, or is moved until its cross stands on it. */

import { BaseMap } from "./base.js";
import { L } from "./leaflet.js";

/** @typedef {{lon: number, lat: number}} Place */
/** @typedef {object} Wish
 * @property {Place} centre
 * @property {number} zoom
 * @property {number[]|null} bounds west, south, east, north of the city
 * @property {import("../types.js").MapLayer[]} layers
 * @property {"zh"|"en"} language
 * @property {boolean} moving whether fingers and keys may move it
 */

const PAN_PX = 60;

export class PlaceMap {
  /** @param {HTMLElement} element @param {Wish} wish */
  constructor(element, { centre, zoom, bounds, layers, language, moving }) {
    this.map = L.map(element, {
      center: [centre.lat, centre.lon],
      zoom,
      minZoom: 8,
      maxZoom: 19,
      zoomControl: false,
      attributionControl: false,
      dragging: moving,
      touchZoom: moving ? "center" : false,
      scrollWheelZoom: moving ? "center" : false,
      doubleClickZoom: false,
      boxZoom: false,
      keyboard: moving,
      keyboardPanDelta: PAN_PX,
      maxBounds: bounds
        ? L.latLngBounds([bounds[1], bounds[0]], [bounds[3], bounds[2]]).pad(0.5)
        : undefined,
    });
    L.control.scale({ imperial: false, metric: true, maxWidth: 90 }).addTo(this.map);
    this.base = new BaseMap(this.map, language);
    /** @type {L.Circle|null} */
    this.circle = null;
    this.use(layers);
    if (moving) this.map.on("click", ({ latlng }) => this.map.panTo(latlng));
    this.redraw = () => this.base.draw();
    document.addEventListener("theme", this.redraw);
    this.sized = new ResizeObserver(() => this.map.invalidateSize({ animate: false }));
    this.sized.observe(element);
  }

  /** @param {import("../types.js").MapLayer[]} layers */
  use(layers) {
    const wanted = layers.filter((layer) => layer.kind === "vector" && layer.group === "base");
    this.base.use(wanted, new Set(wanted.map((layer) => layer.code)));
  }

  /** @returns {Place} */
  get centre() {
    const { lat, lng } = this.map.getCenter();
    return { lon: lng, lat };
  }

  /** @param {Place} place @param {number} [zoom] */
  look({ lon, lat }, zoom = this.map.getZoom()) {
    this.map.setView([lat, lon], zoom, { animate: false });
  }

  /** @param {(place: Place) => void} fn told after each movement, with where the cross stands */
  onMoved(fn) {
    this.map.on("moveend", () => fn(this.centre));
  }

  /** @param {number} steps in or out */
  zoom(steps) {
    this.map.setZoom(this.map.getZoom() + steps);
  }

  /** Draw how sure the phone is of its position.
   * @param {Place} place @param {number} metres */
  sure({ lon, lat }, metres) {
    this.circle ??= L.circle([lat, lon], { className: "sure", interactive: false }).addTo(this.map);
    this.circle.setLatLng([lat, lon]).setRadius(metres);
  }

  remove() {
    document.removeEventListener("theme", this.redraw);
    this.sized.disconnect();
    this.map.remove();
  }
}
