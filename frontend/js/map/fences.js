/** The fences on the map: outlines, names, and which of them alert; hit by their outline. */

import { h } from "../ui/dom.js";
import { name } from "../ui/i18n.js";
import { LETTERS } from "../ui/severity.js";
import { worstByFence } from "./fence_facts.js";
import { areaOf, distanceTo, topOf } from "./geometry.js";
import { L } from "./leaflet.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../types.js").Alert} Alert */
/** @typedef {import("../types.js").Fence} Fence */
/** @typedef {{fence: Fence, halo: L.Polygon, line: L.Polygon, label: L.Marker, text: HTMLButtonElement}} Shape */

const NAMES_FROM = 13;
const REACH = 7; // px from the outline at which it is meant

export class FenceLayer {
  /** @param {L.Map} map @param {Desk} desk @param {(code: string) => void} open */
  constructor(map, desk, open) {
    this.map = map;
    this.desk = desk;
    this.open = open;
    this.on = true;
    this.editing = ""; // the code of the one that is being drawn anew
    this.renderer = L.svg({ padding: 0.3 });
    map.createPane("fence-names").style.zIndex = "390"; // below marks and outlines
    /** @type {Map<string, Shape>} */
    this.shapes = new Map();
    for (const part of /** @type {const} */ (["fences", "alerts", "mode"]))
      desk.picture.on(part, () => this.draw());
    desk.selection.onChange(() => this.draw());
    map.on("zoomend", () => this.draw());
  }

  /** @param {boolean} on */
  show(on) {
    this.on = on;
    this.draw();
  }

  /** Bring the map in line with the picture. */
  draw() {
    const { fences } = this.desk.picture;
    const chosen = this.chosen()?.code;
    for (const [code, shape] of this.shapes)
      if (fences.get(code) !== shape.fence) this.#drop(code, shape);
    const worst = worstByFence(this.desk.picture.alerts.values());
    for (const fence of fences.values()) {
      const shape = this.shapes.get(fence.code);
      if (!this.on && fence.code !== chosen) shape && this.#drop(fence.code, shape);
      else this.#look(shape ?? this.#make(fence), worst.get(fence.id), fence.code === chosen);
    }
  }

  /** The fence of the alert that is chosen.
   * @returns {Fence|undefined} */
  chosen() {
    const { current } = this.desk.selection;
    const { alerts } = this.desk.picture;
    const alert = current?.kind === "alert" ? alerts.get(Number(current.id)) : undefined;
    return alert && this.ofAlert(alert);
  }

  /** @param {Alert} alert @returns {Fence|undefined} */
  ofAlert(alert) {
    if (alert.fence_id === null) return undefined;
    return [...this.desk.picture.fences.values()].find((fence) => fence.id === alert.fence_id);
  }

  /** Two corners that span a fence.
   * @param {Fence} fence @returns {{lon: number, lat: number}[]} */
  cornersOf(fence) {
    const bounds = L.geoJSON(/** @type {any} */ (fence.geometry)).getBounds();
    return [bounds.getSouthWest(), bounds.getNorthEast()].map(({ lng, lat }) => ({
      lon: lng,
      lat,
    }));
  }

  /** The fence whose outline is at a point of the map's container.
   * @param {L.Point} point @returns {string|undefined} its code */
  at(point) {
    const place = this.map.containerPointToLatLng(point);
    for (const [code, { fence, line }] of this.shapes) {
      const bounds = line.getBounds().pad(0.2);
      const near = bounds.contains(place) || this.#small(line);
      if (near && ringsOf(fence).some((ring) => this.#far(point, ring) <= REACH)) return code;
    }
    return undefined;
  }

  /** Where names stand, in pixels of the container, so that marks keep theirs away.
   * @returns {{x: number, y: number, width: number, height: number}[]} */
  boxes() {
    const frame = this.map.getContainer().getBoundingClientRect();
    return [...this.shapes.values()]
      .filter(({ text }) => !text.hidden)
      .map(({ text }) => text.getBoundingClientRect())
      .map(({ x, y, width, height }) => ({ x: x - frame.x, y: y - frame.y, width, height }));
  }

  /** @param {L.Polygon} line */
  #small(line) {
    const bounds = line.getBounds();
    const [a, b] = [bounds.getNorthWest(), bounds.getSouthEast()].map((corner) =>
      this.map.latLngToContainerPoint(corner),
    );
    return b.x - a.x < 10 * REACH || b.y - a.y < 10 * REACH;
  }

  /** @param {L.Point} point @param {import("./geometry.js").Corner[]} ring */
  #far(point, ring) {
    const outline = ring.map(([lon, lat]) => this.map.latLngToContainerPoint([lat, lon]));
    return distanceTo(point, outline);
  }

  /** @param {Fence} fence @returns {Shape} */
  #make(fence) {
    const corners = L.GeoJSON.coordsToLatLngs(fence.geometry.coordinates, 2);
    const how = { renderer: this.renderer, interactive: false, smoothFactor: 0.5 };
    const halo = L.polygon(corners, { ...how, className: "fence-halo" }).addTo(this.map);
    const line = L.polygon(corners, { ...how, className: "fence-line" }).addTo(this.map);
    const text = h("button", { class: "fence-name", type: "button" });
    text.onclick = (event) => (event.stopPropagation(), this.open(fence.code));
    const icon = L.divIcon({ className: "fence-anchor", html: text, iconSize: undefined });
    const [lon, lat] = topOf(largest(ringsOf(fence)));
    const more = { icon, pane: "fence-names", interactive: false, keyboard: false };
    const label = L.marker([lat, lon], more).addTo(this.map);
    const shape = { fence, halo, line, label, text };
    this.shapes.set(fence.code, shape);
    return shape;
  }

  /** @param {Shape} shape @param {Alert|undefined} alert @param {boolean} chosen */
  #look({ fence, halo, line, text }, alert, chosen) {
    const editing = fence.code === this.editing;
    const state = [
      alert && `alerting sev${alert.severity} ${alert.state}`,
      chosen && "chosen",
      editing && "editing",
    ];
    const looks = state.filter(Boolean).join(" ");
    for (const [part, look] of /** @type {const} */ ([[halo, "halo"], [line, "line"]]))
      part.getElement()?.setAttribute("class", `fence-${look} ${looks}`);
    if (alert || chosen) (halo.bringToFront(), line.bringToFront());
    const label = `${alert ? `${LETTERS[alert.severity]} ` : ""}${name("name", fence)}`;
    text.className = `fence-name ${looks}`;
    if (text.textContent !== label) text.textContent = label;
    text.hidden = editing || !(alert || chosen || this.map.getZoom() >= NAMES_FROM);
  }

  /** @param {string} code @param {Shape} shape */
  #drop(code, shape) {
    for (const part of [shape.halo, shape.line, shape.label]) part.remove();
    this.shapes.delete(code);
  }
}

/** The outer rings of a fence, without the repeated corner.
 * @param {Fence} fence @returns {import("./geometry.js").Corner[][]} */
function ringsOf({ geometry }) {
  return geometry.coordinates.map((/** @type {any} */ area) => area[0].slice(0, -1));
}

/** @param {import("./geometry.js").Corner[][]} rings */
function largest(rings) {
  return rings.reduce((a, b) => (areaOf(b) > areaOf(a) ? b : a));
}
