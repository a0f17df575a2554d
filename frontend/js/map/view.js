/** Where the map looks: kept over a reload, moved only by hand or by a wish, with a way back. */

import { L } from "./leaflet.js";
import { tab } from "../ui/store.js";

/** @typedef {{lat: number, lng: number, zoom: number}} Look */

export class View {
  /** @param {L.Map} map @param {[number, number, number, number]} home west, south, east, north
   * @param {() => void} changed */
  constructor(map, home, changed) {
    this.map = map;
    this.home = L.latLngBounds([home[1], home[0]], [home[3], home[2]]);
    this.changed = changed;
    /** @type {Look[]} */
    this.before = [];
    this.fitted = "";
    this.held = false; // something is being drawn: alerts must not move the map under it
    this.own = false; // a movement of ours, not of a hand
    const kept = tab.get("view", /** @type {(Look & {locked: boolean})|null} */ (null));
    this.locked = kept?.locked ?? false;
    this.unseen = false; // a map that is not shown yet has no size to fit anything into
    if (kept) map.setView([kept.lat, kept.lng], kept.zoom, { animate: false });
    else this.settle(true);
    map.on("dragstart zoomstart", () => this.#byHand());
    map.on("moveend", () => this.#keep());
  }

  /** @returns {Look} */
  get here() {
    const { lat, lng } = this.map.getCenter();
    return { lat, lng, zoom: this.map.getZoom() };
  }

  /** Take in a new size; the first one that is not zero gets the whole city.
   * @param {boolean} [first] */
  settle(first = false) {
    this.map.invalidateSize({ animate: false });
    if (!first && !this.unseen) return;
    this.unseen = this.map.getSize().x === 0;
    this.#move(() => this.map.fitBounds(this.home, { animate: false }));
  }

  /** Whether new alerts may move the map. */
  toggleLock() {
    this.locked = !this.locked;
    this.#keep();
    this.changed();
  }

  /** Fit these points; asked again for the same, return to where one was.
   * @param {string} key what they are @param {{lon: number, lat: number}[]} points */
  fit(key, points) {
    if (points.length === 0) return;
    if (key === this.fitted && this.before.length) {
      this.back();
      return;
    }
    this.before.push(this.here);
    const bounds = L.latLngBounds(points.map(({ lat, lon }) => [lat, lon]));
    const zoom = Math.min(
      15,
      Math.max(this.map.getZoom(), this.map.getBoundsZoom(bounds.pad(0.3))),
    );
    this.#move(() =>
      points.length === 1
        ? this.map.setView(bounds.getCenter(), zoom)
        : this.map.fitBounds(bounds.pad(0.3), { maxZoom: 15 }),
    );
    this.fitted = key;
  }

  /** Back to the view before the last fit; with none left, to the whole city. */
  back() {
    const look = this.before.pop();
    this.fitted = "";
    this.#move(() =>
      look ? this.map.setView([look.lat, look.lng], look.zoom) : this.map.fitBounds(this.home),
    );
  }

  /** Bring new alerts into view, unless a hand has the map.
   * @param {{lon: number, lat: number}[]} points */
  follow(points) {
    const outside = points.filter(({ lat, lon }) => !this.map.getBounds().contains([lat, lon]));
    if (this.locked || this.held || outside.length === 0) return;
    this.before.push(this.here);
    const bounds = this.map.getBounds();
    for (const { lat, lon } of outside) bounds.extend([lat, lon]);
    this.#move(() => this.map.fitBounds(bounds.pad(0.05)));
  }

  /** @param {() => void} move */
  #move(move) {
    this.own = true; // an animated zoom begins a frame later: ours until it has ended
    this.map.once("moveend", () => (this.own = false));
    move();
  }

  #byHand() {
    if (this.own) return;
    this.fitted = "";
    if (this.locked) return;
    this.locked = true;
    this.changed();
  }

  #keep() {
    if (this.unseen) return;
    tab.set("view", { ...this.here, locked: this.locked });
  }
}
