/** Drawing an area on the map by mouse, finger or keys: a sketch, its ink and its corners. */

import { h } from "../ui/dom.js";
import { t } from "../ui/i18n.js";
import { L } from "./leaflet.js";
import { Sketch } from "./sketch.js";

/** @typedef {import("./geometry.js").Corner} Corner */
/** @typedef {import("./sketch.js").Fault} Fault */

const STEP = 60; // px that an arrow key moves the map by
const SAME = 5; // px within which a second click is the first one's echo

export class Pencil {
  /** @param {L.Map} map @param {() => void} changed */
  constructor(map, changed) {
    this.map = map;
    this.changed = changed;
    /** @type {Sketch|null} */
    this.sketch = null;
    /** @type {Corner|null} where the next corner would be */
    this.next = null;
    this.keyed = false; // corners are set at the crosshair
    /** @type {Fault|null} why it could not be closed */
    this.refused = null;
    if (!map.getPane("sketch")) map.createPane("sketch").style.zIndex = "550";
    this.renderer = L.svg({ pane: "sketch", padding: 0.5 });
    this.ink = this.#makeInk();
    this.handles = /** @type {L.Marker[]} */ ([]);
    this.cross = h("div", { class: "crosshair", hidden: true });
    map.getContainer().append(this.cross);
    this.#bind();
  }

  /** Whether clicks on the map set corners now. */
  get drawing() {
    return this.sketch !== null && !this.sketch.closed;
  }

  /** What is wrong with what is drawn. */
  get fault() {
    return this.refused ?? this.sketch?.fault(this.next) ?? null;
  }

  /** @param {Sketch|null} sketch null: put the pencil down */
  take(sketch) {
    this.sketch = sketch;
    this.keyed = false;
    this.next = null;
    this.#redraw();
  }

  /** Set a corner at the middle of the map, where the crosshair is. */
  place() {
    this.keyed = true;
    this.#add(this.map.getCenter());
  }

  /** Move the map under the crosshair.
   * @param {number} x steps to the east @param {number} y steps to the south */
  pan(x, y) {
    this.keyed = true;
    this.map.panBy([x * STEP, y * STEP], { animate: false });
    this.#follow();
  }

  /** Take the last corner back, or open a closed area again. */
  undo() {
    this.sketch?.undo();
    this.#redraw();
  }

  /** Close the area, or say why not. */
  finish() {
    if (!this.sketch || this.sketch.closed) return;
    this.refused = this.sketch.close();
    this.next = null;
    this.#redraw(this.refused);
  }

  #bind() {
    const { map } = this;
    map.on("click", ({ latlng }) => this.drawing && ((this.keyed = false), this.#add(latlng)));
    map.on("dblclick", () => this.drawing && this.finish());
    map.on("move", () => this.keyed && this.#follow());
    map.on("mousemove", ({ latlng }) => {
      if (!this.drawing) return;
      this.keyed = false;
      this.next = cornerAt(latlng);
      this.#redraw(this.refused);
    });
    map.on("mouseout", () => this.drawing && !this.keyed && ((this.next = null), this.#redraw()));
  }

  /** Let the next corner follow the crosshair. */
  #follow() {
    if (!this.drawing) return;
    this.next = cornerAt(this.map.getCenter());
    this.#redraw();
  }

  /** @param {L.LatLng} place */
  #add(place) {
    const last = this.sketch?.corners.at(-1);
    const pixel = (/** @type {L.LatLngExpression} */ at) => this.map.latLngToContainerPoint(at);
    const echo = last && pixel(place).distanceTo(pixel([last[1], last[0]])) < SAME;
    if (!echo) this.sketch?.add(cornerAt(place));
    if (this.sketch?.shape === "point") this.finish();
    else this.#redraw();
  }

  #makeInk() {
    const how = { renderer: this.renderer, pane: "sketch", interactive: false };
    const line = (/** @type {string} */ className) => L.polyline([], { ...how, className });
    return {
      area: L.polygon([], { ...how, className: "sketch-area" }),
      halo: line("sketch-halo"),
      edges: line("sketch-edges"),
      closing: line("sketch-closing"),
      bad: line("sketch-bad"),
    };
  }

  /** @param {Fault|null} [refused] why closing failed, if that is still so */
  #redraw(refused = null) {
    this.refused = refused;
    const corners = this.sketch?.corners ?? [];
    const path = this.next && this.drawing ? [...corners, this.next] : corners;
    const area = this.sketch?.shape === "area";
    const ring = area && path.length > 2 ? [...path, path[0]] : path;
    const shown = this.sketch?.closed ? ring : path;
    const points = (/** @type {Corner[]} */ line) =>
      line.map(([lon, lat]) => L.latLng(lat, lon));
    this.ink.area.setLatLngs(points(area && ring.length > 2 ? path : []));
    this.ink.halo.setLatLngs(points(shown));
    this.ink.edges.setLatLngs(points(shown));
    this.ink.closing.setLatLngs(points(area && this.drawing && path.length > 2 ? ring.slice(-2) : []));
    const meant = refused ? [...corners, corners[0]] : ring;
    const edges = this.fault?.kind === "crossing" ? this.fault.edges : [];
    this.ink.bad.setLatLngs(edges.map((at) => points([meant[at - 1], meant[at]])));
    for (const layer of Object.values(this.ink))
      this.sketch ? layer.addTo(this.map) : layer.remove();
    this.#drawHandles(corners);
    this.cross.hidden = !(this.keyed && this.drawing);
    this.map.getContainer().classList.toggle("drawing", this.drawing);
    this.changed();
  }

  /** @param {Corner[]} corners */
  #drawHandles(corners) {
    while (this.handles.length > corners.length) this.handles.pop()?.remove();
    while (this.handles.length < corners.length) this.#addHandle(this.handles.length);
    corners.forEach(([lon, lat], at) => this.handles[at].setLatLng([lat, lon]));
  }

  /** @param {number} at */
  #addHandle(at) {
    const icon = L.divIcon({ className: `corner ${at === 0 ? "first" : ""}`, iconSize: [16, 16] });
    const title = t(at === 0 ? "fence.close_here" : "fence.drag");
    const handle = L.marker([0, 0], { icon, draggable: true, keyboard: false, title });
    handle.on("drag", () => {
      this.sketch?.move(at, cornerAt(handle.getLatLng()));
      this.#redraw();
    });
    if (at === 0) handle.on("click", () => this.sketch?.shape === "area" && this.finish());
    handle.on("dblclick", () => this.finish());
    this.handles.push(handle.addTo(this.map));
  }
}

/** @param {L.LatLng} place @returns {Corner} to a centimetre, as the log keeps it */
function cornerAt({ lng, lat }) {
  return [Number(lng.toFixed(7)), Number(lat.toFixed(7))];
}
