/** Units on the map: where their vehicle is, by status; a stale position is hatched, then hollow. */

import { h } from "../../ui/dom.js";
import { secondsSince } from "../../ui/age.js";
import { serverNow } from "../../ui/api.js";
import { t } from "../../ui/i18n.js";
import { token } from "../../ui/theme.js";
import { classOf, STALE_S, STATUSES, strength } from "../../units/model.js";
import { statusChip } from "../../units/parts.js";
import { CanvasLayer, PAD } from "../canvas_layer.js";
import { ring } from "../ink.js";
import { Sprites } from "../sprites.js";

/** @typedef {import("../../desk.js").Desk} Desk */
/** @typedef {import("../../types.js").Entity} Entity */

const NAMES_FROM = 13;
const REACH = 13;

class UnitLayer extends CanvasLayer {
  /** @param {import("leaflet").Map} map @param {Desk} desk */
  constructor(map, desk) {
    super(map, "units");
    this.desk = desk;
    this.sprites = new Sprites();
    /** @type {{x: number, y: number, id: number}[]} */
    this.hits = [];
  }

  /** Where a unit is, how its vehicle moves, and whether that may be believed.
   * @param {Entity} unit */
  where(unit) {
    const { picture } = this.desk;
    const past = picture.past?.positions.get(unit.thing_id);
    const seen = picture.past ? past : picture.things.get(unit.thing_id)?.position;
    if (!seen) return { lon: unit.lon, lat: unit.lat, course: 0, trust: /** @type {const} */ ("fresh") };
    const age = secondsSince(seen.time, picture.past?.at ?? serverNow());
    const trust = age > 3 * STALE_S ? "silent" : age > STALE_S ? "late" : "fresh";
    return { lon: seen.lon, lat: seen.lat, course: seen.course ?? 0, trust: /** @type {"fresh"|"late"|"silent"} */ (trust) };
  }

  /** @param {CanvasRenderingContext2D} context */
  paint(context) {
    const { selection, picture } = this.desk;
    const near = this.map.getZoom() >= NAMES_FROM;
    const ratio = window.devicePixelRatio || 1;
    this.hits = [];
    for (const unit of picture.of("unit").values()) {
      const { lon, lat, course, trust } = this.where(unit);
      const { x, y } = this.place(lon, lat);
      if (!this.holds({ x, y })) continue;
      const sprite = this.sprites.unit(classOf(unit.status), course, trust, near);
      const size = sprite.width / ratio;
      const chosen = selection.is("unit", unit.id);
      const lit = selection.hovered?.kind === "unit" && selection.hovered.id === unit.id;
      if (chosen || lit) ring(context, x, y, size / 2 + 3, chosen);
      context.drawImage(sprite, x - size / 2, y - size / 2, size, size);
      if (near || chosen || lit) this.#name(context, String(unit.code), x, y + size / 2 + 6);
      this.hits.push({ x, y, id: unit.id });
    }
  }

  /** @param {CanvasRenderingContext2D} context @param {string} text @param {number} x @param {number} y */
  #name(context, text, x, y) {
    context.font = '600 11px system-ui, "Noto Sans CJK SC", sans-serif';
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.lineJoin = "round";
    context.lineWidth = 3.5;
    context.strokeStyle = token("map-halo");
    context.strokeText(text, x, y);
    context.fillStyle = token("t1");
    context.fillText(text, x, y);
  }

  /** @param {{x: number, y: number}} point of the container */
  at(point) {
    const hit = [...this.hits]
      .reverse()
      .find(({ x, y }) => Math.hypot(x - PAD - point.x, y - PAD - point.y) <= REACH);
    return hit ? { kind: "unit", id: hit.id } : null;
  }
}

/** @type {import("../overlays.js").Drawer} */
export function unitOverlay(desk, { map }) {
  if (!desk.may("unit.see")) return null;
  const layer = new UnitLayer(map, desk);
  for (const part of ["unit", "things", "values", "mode"]) desk.picture.on(part, () => layer.soon());
  desk.picture.on("theme", () => (layer.sprites.clear(), layer.soon()));
  desk.selection.onChange(() => layer.soon());
  desk.selection.onHover(() => layer.soon());
  const units = () => [...desk.picture.of("unit").values()];
  return {
    code: "units",
    title: t("units.overlay"),
    facts: () => t("units.overlay.facts", strength(units())),
    show: (on) => layer.show(on),
    at: (point) => layer.at(point),
    owns: (thing) => units().some((unit) => unit.thing_id === thing.id),
    places(chosen) {
      if (chosen.kind !== "unit") return null;
      const unit = desk.picture.of("unit").get(String(chosen.id));
      return unit ? [layer.where(unit)] : null;
    },
    legend: () => [
      h("h3", {}, t("units.title")),
      h("ul", {}, ...STATUSES.map(({ status }) => h("li", {}, statusChip(status), t(`units.status.${status}`)))),
    ],
  };
}
