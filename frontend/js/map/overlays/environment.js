/** Air and water stations on the map: the figure on the class's colour; out of date it is hollow. */

import { indicesOf } from "../../environment/list.js";
import { figureOf, inkOn, worstFirst } from "../../environment/model.js";
import { classChip } from "../../environment/parts.js";
import { call } from "../../ui/api.js";
import { h } from "../../ui/dom.js";
import { currentLanguage, t } from "../../ui/i18n.js";
import { isClosed } from "../../ui/order.js";
import { token } from "../../ui/theme.js";
import { CanvasLayer, PAD } from "../canvas_layer.js";

/** @typedef {import("../../desk.js").Desk} Desk */
/** @typedef {import("../../environment/model.js").Index} Index */
/** @typedef {{x: number, y: number, width: number, id: number}} Plate */

const HEIGHT = 18;
const FONT = '600 12px system-ui, "Noto Sans CJK SC", sans-serif';
const BESIDE = 26; // px below a station whose alert is drawn in its place

class IndexLayer extends CanvasLayer {
  /** @param {import("leaflet").Map} map @param {Desk} desk */
  constructor(map, desk) {
    super(map, "indices");
    this.desk = desk;
    /** @type {Plate[]} */
    this.plates = [];
  }

  /** @param {CanvasRenderingContext2D} context */
  paint(context) {
    const { desk } = this;
    const alarmed = new Set(
      [...desk.picture.alerts.values()].filter((a) => !isClosed(a)).map((a) => a.thing_id),
    );
    this.plates = [];
    for (const index of indicesOf(desk).sort(worstFirst).reverse()) {
      const thing = desk.picture.things.get(index.thing_id);
      const where = thing && desk.picture.where(thing);
      if (!where) continue;
      const point = this.place(where.lon, where.lat);
      if (!this.holds(point)) continue;
      const y = point.y + (alarmed.has(index.thing_id) ? BESIDE : 0);
      this.plates.push(this.#plate(context, index, point.x, y));
    }
  }

  /** @param {CanvasRenderingContext2D} context @param {Index} index @param {number} x @param {number} y */
  #plate(context, index, x, y) {
    const language = currentLanguage();
    const bare = index.status !== "published" || !index.colour;
    const text = bare ? (index.status === "stale" ? "–" : "NA") : figureOf(index, language);
    context.font = FONT;
    const width = Math.max(26, context.measureText(text).width + 12);
    const { selection } = this.desk;
    const chosen = selection.is("thing", index.thing_id);
    const lit = selection.hovered?.kind === "thing" && selection.hovered.id === index.thing_id;
    outline(context, index.kind, x, y, width);
    context.lineWidth = chosen || lit ? 7 : 4.5;
    context.strokeStyle = chosen ? token("focus") : token("map-halo");
    context.stroke();
    context.fillStyle = bare ? token("map-halo") : /** @type {string} */ (index.colour);
    context.fill();
    if (bare) hatch(context, x, y, width);
    outline(context, index.kind, x, y, width);
    context.lineWidth = 1.4;
    context.strokeStyle = bare ? token("mark") : "rgb(0 0 0 / 0.55)";
    context.stroke();
    context.fillStyle = bare ? token("t1") : inkOn(/** @type {string} */ (index.colour));
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText(text, x, y + 0.5);
    return { x, y, width, id: index.thing_id };
  }

  /** @param {{x: number, y: number}} point of the container */
  at(point) {
    const hit = [...this.plates]
      .reverse()
      .find(
        ({ x, y, width }) =>
          Math.abs(x - PAD - point.x) <= width / 2 + 2 &&
          Math.abs(y - PAD - point.y) <= HEIGHT / 2 + 2,
      );
    return hit ? { kind: "thing", id: hit.id } : null;
  }
}

/** Air is a rounded plate, water a plate that ends in points: the shape says which.
 * @param {CanvasRenderingContext2D} context @param {string} kind @param {number} x @param {number} y @param {number} width */
function outline(context, kind, x, y, width) {
  const [left, right, top, bottom] = [x - width / 2, x + width / 2, y - HEIGHT / 2, y + HEIGHT / 2];
  context.beginPath();
  if (kind === "air") {
    context.roundRect(left, top, width, HEIGHT, HEIGHT / 2);
    return;
  }
  context.moveTo(left - 5, y);
  context.lineTo(left + 2, top);
  context.lineTo(right - 2, top);
  context.lineTo(right + 5, y);
  context.lineTo(right - 2, bottom);
  context.lineTo(left + 2, bottom);
  context.closePath();
}

/** @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {number} width */
function hatch(context, x, y, width) {
  context.save();
  context.clip();
  context.strokeStyle = token("line-2");
  context.lineWidth = 1.6;
  for (let at = x - width; at < x + width; at += 5) {
    context.beginPath();
    context.moveTo(at, y + HEIGHT / 2);
    context.lineTo(at + HEIGHT, y - HEIGHT / 2);
    context.stroke();
  }
  context.restore();
}

/** @type {import("../overlays.js").Drawer} */
export function environmentOverlay(desk, { map }) {
  if (!desk.may("index.see")) return null;
  const layer = new IndexLayer(map, desk);
  for (const part of ["index", "alerts", "things", "mode", "theme"])
    desk.picture.on(part, () => layer.soon());
  desk.selection.onChange(() => layer.soon());
  desk.selection.onHover(() => layer.soon());
  /** @type {Record<string, {zh: string, en: string, colour: string}[]>} */
  let classes = {};
  void call("/environment/stations?kind=water")
    .then((answer) => (classes = answer.classes))
    .catch(() => {}); // without them the legend has its title only; the plates say their class
  return {
    code: "environment",
    title: t("environment.overlay"),
    facts() {
      const all = indicesOf(desk);
      const stale = all.filter((index) => index.status === "stale").length;
      return t("environment.overlay.facts", { n: all.length, stale });
    },
    show: (on) => layer.show(on),
    at: (point) => layer.at(point),
    owns: (thing) => desk.picture.of("index").has(String(thing.id)),
    legend: () => legend(classes),
  };
}

/** @param {Record<string, {zh: string, en: string, colour: string}[]>} classes */
function legend(classes) {
  const rows = (/** @type {string} */ kind) =>
    (classes[kind] ?? []).map((one, at) => {
      const label = currentLanguage() === "zh" ? one.zh : one.en;
      const face = kind === "air" ? classChip(one.colour, String(at + 1)) : null;
      return h("li", {}, face ?? classChip(one.colour, romanFace(at)), label);
    });
  return ["air", "water"].flatMap((kind) => [
    h("h3", {}, t(`environment.legend.${kind}`)),
    h("ul", {}, ...rows(kind), kind === "water" && staleRow()),
  ]);
}

/** @param {number} at */
function romanFace(at) {
  return figureOf({ kind: "water", value: null, class: at + 1 }, currentLanguage());
}

function staleRow() {
  return h("li", {}, classChip(null, "–"), t("environment.legend.stale"));
}
