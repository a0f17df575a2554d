/** Open cases on the map: pins on one canvas, shape and colour by how their clock stands. */

import { SHAPES } from "../../cases/marks.js";
import { light } from "../../cases/model.js";
import { serverNow } from "../../ui/api.js";
import { fill, h } from "../../ui/dom.js";
import { t } from "../../ui/i18n.js";
import { drawn } from "../../ui/severity.js";
import { token } from "../../ui/theme.js";
import { CanvasLayer, PAD } from "../canvas_layer.js";
import { ring } from "../ink.js";

/** @typedef {import("../../cases/model.js").Case} Case */
/** @typedef {import("../../cases/model.js").Light} Light */
/** @typedef {{case: Case, light: Light, x: number, y: number}} Mark */

const PIN = "M8 15.6C4.9 12 2.4 9.8 2.4 6.6a5.6 5.6 0 0 1 11.2 0c0 3.2-2.5 5.4-5.6 9Z";
const INNER = 0.42; // of the light's shape inside the pin
const SIZE = 24; // CSS pixels of a mark; a fifth less from far away
const REACH = 11; // how near the pointer must come
const NEAR_ZOOM = 13;
const TONES = /** @type {Record<Light, string>} */ ({
  green: "good",
  yellow: "warn",
  red: "limit",
  held: "t3",
  over: "t3",
});
const ORDER = ["held", "green", "yellow", "red"]; // what is worst lies on top
const TICK_MS = 5000;

/** @type {import("../overlays.js").Drawer} */
export function casesOverlay(desk, { map }) {
  if (!desk.may("case.see")) return null;
  const layer = new CaseLayer(desk, map);
  return {
    code: "cases",
    title: t("cases.title"),
    facts: () => t("cases.on_map", { n: layer.all().length }),
    show: (on) => layer.show(on),
    at: (point) => layer.at(point),
    places: (chosen) => layer.places(chosen),
    legend,
  };
}

class CaseLayer extends CanvasLayer {
  /** @param {import("../../desk.js").Desk} desk @param {import("leaflet").Map} map */
  constructor(desk, map) {
    super(map, "case-marks");
    this.desk = desk;
    /** @type {Mark[]} */
    this.marks = [];
    let drawnAt = 0;
    for (const part of ["case", "mode", "theme"]) desk.picture.on(part, () => this.soon());
    desk.selection.onChange(() => this.soon());
    desk.selection.onHover(() => this.soon());
    desk.everySecond(() => {
      if (Date.now() - drawnAt < TICK_MS) return;
      drawnAt = Date.now();
      this.soon();
    });
  }

  /** @returns {Case[]} */
  all() {
    const held = [...this.desk.picture.of("case").values()];
    return /** @type {Case[]} */ (/** @type {unknown} */ (held));
  }

  /** @param {CanvasRenderingContext2D} context */
  paint(context) {
    const now = this.desk.picture.past?.at ?? serverNow();
    this.marks = this.all()
      .map((one) => ({ case: one, light: light(one, now), ...this.place(one.lon, one.lat) }))
      .filter((mark) => this.holds(mark))
      .sort((a, b) => ORDER.indexOf(a.light) - ORDER.indexOf(b.light));
    for (const mark of this.marks) this.#draw(context, mark);
  }

  /** @param {{x: number, y: number}} point @returns {import("../../ui/selection.js").Selected} */
  at({ x, y }) {
    const [px, py] = [x + PAD, y + PAD];
    const found = [...this.marks]
      .reverse()
      .find((mark) => Math.hypot(mark.x - px, mark.y - SIZE * 0.55 - py) <= REACH);
    return found ? { kind: "case", id: found.case.id } : null;
  }

  /** @param {NonNullable<import("../../ui/selection.js").Selected>} chosen */
  places({ kind, id }) {
    if (kind !== "case") return null;
    const found = this.all().find((one) => one.id === Number(id));
    return found ? [{ lon: found.lon, lat: found.lat }] : null;
  }

  /** @param {CanvasRenderingContext2D} context @param {Mark} mark */
  #draw(context, { case: one, light: lamp, x, y }) {
    const { selection } = this.desk;
    const chosen = selection.is("case", one.id);
    const { hovered } = selection;
    const lit = hovered?.kind === "case" && Number(hovered.id) === one.id;
    const size = this.map.getZoom() >= NEAR_ZOOM || chosen ? SIZE : SIZE * 0.8;
    context.save();
    context.translate(x - size / 2, y - size); // the pin's point stands on the place
    context.scale(size / 16, size / 16);
    const pin = new Path2D(PIN);
    context.lineJoin = "round";
    context.strokeStyle = token("map-halo");
    context.lineWidth = 4;
    context.stroke(pin);
    context.fillStyle = token(TONES[lamp]);
    context.fill(pin);
    context.translate(8 - 8 * INNER, 6.6 - 8 * INNER);
    context.scale(INNER, INNER);
    context.fillStyle = token(lamp === "red" ? "limit-ink" : "mark-ink");
    context.fill(new Path2D(SHAPES[lamp]));
    context.restore();
    if (chosen || lit) ring(context, x, y - size * 0.58, size * 0.78, chosen);
  }
}

function legend() {
  const lamps = /** @type {Light[]} */ (["green", "yellow", "red", "held"]);
  const list = h("ul", { class: "case-legend" });
  fill(
    list,
    ...lamps.map((lamp) => {
      const mark = h("span", { class: `case-light ${lamp}` }, drawn(SHAPES[lamp]));
      return h("li", {}, mark, t(`cases.light.${lamp}`));
    }),
  );
  return [h("h3", {}, t("cases.title")), list];
}
