/** A layer's legend: how each class of its features is drawn, in the present light. */

import { h } from "../ui/dom.js";
import { currentLanguage, name, t } from "../ui/i18n.js";

/** @typedef {import("../types.js").MapLayer} MapLayer */

const SPACE = "http://www.w3.org/2000/svg";

/** @param {MapLayer} layer @param {"day"|"night"} light
 * @param {Record<string, {zh: string, en: string}>} [columns] */
export function legendOf(layer, light, columns = {}) {
  if (layer.ramp) return rampOf(layer.ramp);
  // labels say what they are by themselves; which column they show is for those who know the columns
  const told = layer.style.filter((paint) => paint.draw !== "label" || columns[paint.text ?? ""]);
  const rows = told.map((paint) => {
    const text = paint.draw === "label" ? labelled(paint, columns) : classOf(paint) || name("title", layer);
    return h("li", {}, swatch(paint, paint[light]), h("span", {}, text));
  });
  return rows.length ? h("ul", { class: "planner-legend" }, ...rows) : null;
}

/** What the colours of a picture mean: named ones each by itself, others as a band with its values.
 * @param {import("../map/looks.js").Ramp} ramp */
function rampOf({ unit, stops }) {
  const css = (/** @type {number[]} */ [red, green, blue, alpha]) => `rgba(${red}, ${green}, ${blue}, ${alpha / 255})`;
  if (stops[0]?.zh) {
    const rows = stops.map((stop) => {
      const colour = h("span", { class: "ramp-swatch", "aria-hidden": "true" });
      colour.style.setProperty("--ramp", css(stop.rgba));
      return h("li", {}, colour, h("span", {}, stop[currentLanguage()]));
    });
    return h("ul", { class: "planner-legend" }, ...rows);
  }
  const band = h("div", { class: "ramp-band", "aria-hidden": "true" });
  const colours = stops.map((stop) => css(stop.rgba));
  band.style.setProperty("--ramp", `linear-gradient(to right, ${colours.join(", ")})`);
  const values = stops.map((stop, at) => h("li", {}, stop.value.toLocaleString() + (at === stops.length - 1 && unit ? ` ${unit}` : "")));
  return h("div", { class: "ramp" }, band, h("ol", { class: "ramp-values tabular" }, ...values));
}

/** @param {import("../types.js").Paint} paint @param {Record<string, {zh: string, en: string}>} columns */
function labelled(paint, columns) {
  const column = columns[paint.text ?? ""]?.[currentLanguage()] ?? paint.text ?? "";
  return t("planner.legend.label", { column });
}

/** What a class is called: by its style, else by the values that are drawn so.
 * @param {import("../types.js").Paint & {name_zh?: string, name_en?: string}} paint */
function classOf(paint) {
  if (paint.name_zh) return name("name", paint);
  const values = Object.values(paint.where ?? {}).flat();
  return values.length ? values.join(" · ") : "";
}

/** @param {import("../types.js").Paint} paint @param {Record<string, any>} look */
function swatch(paint, look) {
  const svg = document.createElementNS(SPACE, "svg");
  svg.setAttribute("viewBox", "0 0 26 14");
  svg.setAttribute("class", "planner-swatch");
  svg.setAttribute("aria-hidden", "true");
  const shapes = {
    fill: ["rect", { x: 2, y: 1.5, width: 22, height: 11, rx: 1.5 }],
    line: ["line", { x1: 2, y1: 7, x2: 24, y2: 7 }],
    circle: ["circle", { cx: 13, cy: 7, r: 4.5 }],
    label: ["text", { x: 13, y: 11, "text-anchor": "middle", "font-size": 11 }],
  };
  const [form, place] = /** @type {[string, Record<string, number|string>]} */ (shapes[paint.draw]);
  if (paint.draw === "line" && look.outline) svg.append(casing(place, look));
  const shape = document.createElementNS(SPACE, form);
  const opacity = String(look.opacity ?? 1);
  const colour = String(look.colour).startsWith("$") ? "currentColor" : look.colour; // each its own
  const colours =
    paint.draw === "line"
      ? { stroke: colour, "stroke-width": String(Math.min(6, look.width ?? 2)) }
      : { fill: colour, "fill-opacity": opacity, stroke: look.outline ?? "none" };
  for (const [key, value] of Object.entries({ ...place, ...colours })) shape.setAttribute(key, String(value));
  if (paint.draw === "label") shape.textContent = "文";
  svg.append(shape);
  return svg;
}

/** The edge of a line that is drawn with one: a white street on white paper would be nothing.
 * @param {Record<string, number|string>} place @param {Record<string, any>} look */
function casing(place, look) {
  const line = document.createElementNS(SPACE, "line");
  const width = String(Math.min(6, look.width ?? 2) + 2);
  for (const [key, value] of Object.entries({ ...place, stroke: look.outline, "stroke-width": width }))
    line.setAttribute(key, String(value));
  return line;
}
