/** Incidents on the map: a pin in the grade's colour with its number; lines to the units on it. */

import { h } from "../../ui/dom.js";
import { name, t } from "../../ui/i18n.js";
import { LETTERS } from "../../ui/severity.js";
import { token } from "../../ui/theme.js";
import { running } from "../../incidents/model.js";
import { CanvasLayer, PAD } from "../canvas_layer.js";

/** @typedef {import("../../desk.js").Desk} Desk */
/** @typedef {import("../../types.js").Entity} Entity */

const TALL = 30;
const HALF = 12;
const NAMES_FROM = 12;

class IncidentLayer extends CanvasLayer {
  /** @param {import("leaflet").Map} map @param {Desk} desk */
  constructor(map, desk) {
    super(map, "incidents");
    this.desk = desk;
    /** @type {{x: number, y: number, id: number}[]} */
    this.hits = [];
  }

  /** @param {CanvasRenderingContext2D} context */
  paint(context) {
    const { selection, picture } = this.desk;
    this.hits = [];
    // the worst on top
    const all = [...picture.of("incident").values()].sort((a, b) => b.severity - a.severity);
    for (const incident of all) {
      if (incident.lon === null) continue;
      const point = this.place(incident.lon, incident.lat);
      const chosen = selection.is("incident", incident.id);
      if (chosen) this.#ways(context, incident, point);
      if (!this.holds(point)) continue;
      const lit = selection.hovered?.kind === "incident" && selection.hovered.id === incident.id;
      this.#pin(context, incident, point, chosen || lit);
      this.hits.push({ ...point, id: incident.id });
    }
  }

  /** Thin lines to the units that are ordered here.
   * @param {CanvasRenderingContext2D} context @param {Entity} incident @param {{x: number, y: number}} to */
  #ways(context, incident, to) {
    const { picture } = this.desk;
    context.setLineDash([5, 5]);
    context.lineWidth = 1.6;
    context.strokeStyle = token("focus");
    for (const order of running(incident)) {
      const unit = picture.of("unit").get(String(order.unit));
      const thing = unit && picture.things.get(unit.thing_id);
      const where = (thing && picture.where(thing)) ?? unit;
      if (!where) continue;
      const from = this.place(where.lon, where.lat);
      context.beginPath();
      context.moveTo(from.x, from.y);
      context.lineTo(to.x, to.y);
      context.stroke();
    }
    context.setLineDash([]);
  }

  /** @param {CanvasRenderingContext2D} context @param {Entity} incident
   * @param {{x: number, y: number}} point @param {boolean} near */
  #pin(context, incident, { x, y }, near) {
    const open = incident.state === "open";
    outline(context, x, y);
    context.lineJoin = "round";
    context.lineWidth = near ? 7 : 4.5;
    context.strokeStyle = near ? token("focus") : token("map-halo");
    context.stroke();
    context.fillStyle = open ? token(`sev${incident.severity}`) : token("s1");
    context.fill();
    context.lineWidth = 2;
    context.strokeStyle = open ? "rgb(0 0 0 / 0.45)" : token(`sev${incident.severity}`);
    context.stroke();
    context.fillStyle = open ? token(`sev${incident.severity}-ink`) : token(`sev${incident.severity}-text`);
    context.font = "700 11px system-ui";
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText(LETTERS[incident.severity], x, y - TALL + HALF + 1);
    if (near || this.map.getZoom() >= NAMES_FROM) this.#name(context, incident, x, y);
  }

  /** @param {CanvasRenderingContext2D} context @param {Entity} incident @param {number} x @param {number} y */
  #name(context, incident, x, y) {
    const text = `#${incident.number} ${name("type", incident)}`;
    context.font = '600 12px system-ui, "Noto Sans CJK SC", sans-serif';
    context.textAlign = "left";
    context.lineWidth = 3.5;
    context.strokeStyle = token("map-halo");
    context.strokeText(text, x + HALF + 5, y - TALL + HALF);
    context.fillStyle = token(`sev${incident.severity}-text`);
    context.fillText(text, x + HALF + 5, y - TALL + HALF);
  }

  /** @param {{x: number, y: number}} point of the container */
  at(point) {
    const hit = [...this.hits].reverse().find(({ x, y }) => {
      const [dx, dy] = [point.x - (x - PAD), point.y - (y - PAD)];
      return Math.abs(dx) <= HALF + 2 && dy <= 3 && dy >= -TALL - 3;
    });
    return hit ? { kind: "incident", id: hit.id } : null;
  }
}

/** A pin whose point stands on the place.
 * @param {CanvasRenderingContext2D} context @param {number} x @param {number} y */
function outline(context, x, y) {
  const top = y - TALL + HALF;
  context.beginPath();
  context.arc(x, top, HALF, 0.8 * Math.PI, 0.2 * Math.PI);
  context.lineTo(x, y);
  context.closePath();
}

/** @type {import("../overlays.js").Drawer} */
export function incidentOverlay(desk, { map }) {
  if (!desk.may("incident.see")) return null;
  const layer = new IncidentLayer(map, desk);
  for (const part of ["incident", "unit", "values", "mode", "theme"])
    desk.picture.on(part, () => layer.soon());
  desk.selection.onChange(() => layer.soon());
  desk.selection.onHover(() => layer.soon());
  return {
    code: "incidents",
    title: t("incidents.overlay"),
    facts: () => t("incidents.overlay.facts", { n: desk.picture.of("incident").size }),
    show: (on) => layer.show(on),
    at: (point) => layer.at(point),
    places(chosen) {
      if (chosen.kind !== "incident") return null;
      const one = desk.picture.of("incident").get(String(chosen.id));
      return one && one.lon !== null ? [{ lon: one.lon, lat: one.lat }] : null;
    },
    legend: () => [
      h("h3", {}, t("incidents.title")),
      h("ul", {}, h("li", {}, h("i", { class: "pin-swatch full" }), t("incidents.state.open")),
        h("li", {}, h("i", { class: "pin-swatch" }), t("incidents.state.active"))),
    ],
  };
}
