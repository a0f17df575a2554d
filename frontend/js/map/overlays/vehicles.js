/** All vehicles on one canvas: moving smoothly between their reports, named where one looks. */

import { ageText, secondsSince, trust } from "../../ui/age.js";
import { serverNow } from "../../ui/api.js";
import { figure } from "../../ui/format.js";
import { name, t } from "../../ui/i18n.js";
import { HitGrid } from "../../traffic/grid.js";
import { anyMoves, moveOn, shareAt, trackOf } from "../../traffic/motion.js";
import { CanvasLayer, PAD } from "../canvas_layer.js";
import { Places } from "../cluster.js";
import { drawLabel, ring } from "../ink.js";
import { VehicleSprites } from "../vehicle_sprites.js";

/** @typedef {import("../../traffic/motion.js").Track} Track */
/** @typedef {import("../../types.js").Thing} Thing */

const KIND = "vehicle";
const REPORTS_S = 30; // a vehicle is expected to report at least this often
const SMALL_BELOW = 12; // zoom
const MOVES_FROM = 3; // km/h
const REACH = 11; // px

class VehicleLayer extends CanvasLayer {
  /** @param {import("leaflet").Map} map @param {import("../../desk.js").Desk} desk */
  constructor(map, desk) {
    super(map, "vehicles");
    this.desk = desk;
    this.sprites = new VehicleSprites();
    this.grid = new HitGrid();
    /** @type {Map<number, Track>} */
    this.tracks = new Map();
    this.late = 0;
    this.still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  }

  /** Draw now, unless the map is between two zooms: the canvas is being scaled then. */
  draw() {
    if (/** @type {any} */ (this.map)._animatingZoom) this.soon();
    else super.draw();
  }

  /** Take the newest reports; the movement towards them begins now. */
  take() {
    const { past, things } = this.desk.picture;
    const now = performance.now();
    for (const id of this.tracks.keys()) if (!this.#position(id)) this.tracks.delete(id);
    for (const thing of things.values()) {
      const report = thing.kind === KIND ? this.#position(thing.id) : null;
      if (!report) continue;
      const track = this.tracks.get(thing.id);
      if (track?.at === Date.parse(report.time)) continue;
      const place = this.map.project([report.lat, report.lon], 0);
      if (track) moveOn(track, report, place, now, this.still || past !== null);
      else this.tracks.set(thing.id, trackOf(thing.id, report, place, now));
    }
    this.soon();
  }

  /** @param {number} id @returns {import("../../types.js").Position|null} */
  #position(id) {
    const { past, things } = this.desk.picture;
    return (past ? past.positions.get(id) : things.get(id)?.position) ?? null;
  }

  /** @param {CanvasRenderingContext2D} context */
  paint(context) {
    const now = performance.now();
    const zoom = this.map.getZoom();
    const scale = this.map.getZoomScale(zoom, 0);
    const origin = this.map.getPixelOrigin();
    const pane = this.map.containerPointToLayerPoint([0, 0]);
    const [left, top] = [PAD - origin.x - pane.x, PAD - origin.y - pane.y];
    const size = this.map.getSize();
    const [width, height] = [size.x + 2 * PAD, size.y + 2 * PAD];
    const clock = this.desk.picture.past ? null : serverNow();
    const small = zoom < SMALL_BELOW;
    const ratio = window.devicePixelRatio || 1;
    this.grid.clear();
    this.late = 0;
    const near = /** @type {{track: Track, x: number, y: number}[]} */ ([]);
    for (const track of this.tracks.values()) {
      const share = shareAt(track, now);
      const x = (track.fromX + (track.toX - track.fromX) * share) * scale + left;
      const y = (track.fromY + (track.toY - track.fromY) * share) * scale + top;
      const faith = clock ? trust((clock - track.at) / 1000, REPORTS_S) : "fresh";
      if (faith !== "fresh") this.late += 1;
      if (x < 0 || y < 0 || x > width || y > height) continue;
      const moves = track.speed >= MOVES_FROM && faith === "fresh";
      const sprite = this.sprites.of(moves, track.course, faith, small);
      const side = sprite.width / ratio;
      context.drawImage(sprite, x - side / 2, y - side / 2, side, side);
      this.grid.add(track.id, x, y);
      if (this.#isNear(track.id)) near.push({ track, x, y });
    }
    for (const { track, x, y } of near) this.#name(context, track, x, y);
    if (anyMoves(this.tracks.values(), now)) this.soon();
  }

  /** The vehicle at a point of the map's container.
   * @param {{x: number, y: number}} point */
  at({ x, y }) {
    return this.canvas.hidden ? null : this.grid.nearest(x + PAD, y + PAD, REACH);
  }

  /** @param {number} id */
  #isNear(id) {
    const { selection } = this.desk;
    const { hovered } = selection;
    return selection.is("thing", id) || (hovered?.kind === "thing" && hovered.id === id);
  }

  /** Ring and name of what is chosen or rested on.
   * @param {CanvasRenderingContext2D} context @param {Track} track @param {number} x @param {number} y */
  #name(context, track, x, y) {
    ring(context, x, y, 12, this.desk.selection.is("thing", track.id));
    const thing = this.desk.picture.things.get(track.id);
    const age = secondsSince(track.at, this.desk.picture.past?.at ?? serverNow());
    const facts = [`${figure(track.speed)} km/h`, age > REPORTS_S && t("ago", { age: ageText(age) })];
    const lines = [name("name", thing), facts.filter(Boolean).join(" · ")];
    const mark = /** @type {any} */ ({ x, y, severity: 0, waiting: false });
    drawLabel(context, new Places(), mark, lines, true);
  }
}

/** @type {import("../overlays.js").Drawer} */
export function vehicles(desk, { map }) {
  if (!desk.may("position.see")) return null;
  const layer = new VehicleLayer(map, desk);
  for (const part of ["values", "things", "mode"]) desk.picture.on(part, () => layer.take());
  desk.picture.on("theme", () => (layer.sprites.clear(), layer.soon()));
  desk.selection.onChange(() => layer.soon());
  desk.selection.onHover(() => layer.soon());
  desk.everySecond(() => Math.floor(Date.now() / 1000) % 5 === 0 && layer.soon());
  layer.take();
  return {
    code: "vehicles",
    title: t("traffic.vehicles"),
    facts: () => t("traffic.vehicles.facts", { n: layer.tracks.size, late: layer.late }),
    show: (on) => layer.show(on),
    at: (point) => {
      const id = layer.at(point);
      return id === null ? null : { kind: "thing", id };
    },
    owns: (thing) => thing.kind === KIND && thing.position !== null,
  };
}
