/** How a layer is drawn: a colour by day and by night, size, opacity, the column that labels; previewed. */

import { fill, h } from "../ui/dom.js";
import { currentLanguage, t } from "../ui/i18n.js";
import { field } from "../ui/sending.js";
import { legendOf } from "./legend.js";

/** @typedef {{day: string, night: string, size: number, opacity: number, label: string}} Look */
/** @typedef {import("../types.js").Paint} Paint */

const DRAWS = /** @type {Record<string, "fill"|"line"|"circle">} */ ({ polygon: "fill", line: "line", point: "circle" });
export const LOOK = { day: "#3464a8", night: "#86abe0", size: 3, opacity: 0.8, label: "" };

export class LookFields {
  /** @param {Look} look @param {() => {shape: string, title: string, columns: import("./column_rows.js").Field[]}} layer as it stands in the form */
  constructor(look, layer) {
    this.layer = layer;
    const range = (/** @type {string} */ name, /** @type {number} */ min, /** @type {number} */ max, /** @type {number} */ step, /** @type {number} */ value) =>
      h("input", { type: "range", name, min, max, step, value });
    this.day = h("input", { type: "color", name: "day", value: look.day });
    this.night = h("input", { type: "color", name: "night", value: look.night });
    this.size = range("size", 0.5, 12, 0.5, look.size);
    this.opacity = range("opacity", 0, 1, 0.05, look.opacity);
    this.label = h("select", { name: "label" });
    this.wanted = look.label;
    this.label.onchange = () => (this.wanted = this.label.value);
    this.preview = h("div", { class: "look-preview" });
    this.element = h(
      "div",
      { class: "planner-form", oninput: () => this.draw() },
      h("div", { class: "planner-pair" }, field(t("layer.day"), this.day), field(t("layer.night"), this.night)),
      h("div", { class: "planner-pair" }, field(t("layer.size"), this.size), field(t("tree.opacity"), this.opacity)),
      field(t("layer.label"), this.label),
      field(t("layer.preview"), this.preview),
    );
    this.draw();
  }

  /** @returns {Look} */
  get value() {
    const [size, opacity] = [Number(this.size.value), Number(this.opacity.value)];
    return { day: this.day.value, night: this.night.value, size, opacity, label: this.label.value };
  }

  draw() {
    const { columns, shape, title } = this.layer();
    const none = h("option", { value: "" }, t("layer.label.none"));
    fill(this.label, none, ...columns.map((one) => h("option", { value: one.name }, one[currentLanguage()] || one.name)));
    this.label.value = columns.some((one) => one.name === this.wanted) ? this.wanted : "";
    const layer = previewed(this.value, shape, title || t("layer.untitled"));
    const side = (/** @type {"day"|"night"} */ light) => h("div", { class: `look-${light}` }, legendOf(layer, light));
    fill(this.preview, side("day"), side("night"));
  }
}

/** A layer that looks so, for the legend.
 * @param {Look} look @param {string} shape @param {string} title @returns {any} */
export function previewed({ day, night, size, opacity }, shape, title) {
  const look = (/** @type {string} */ colour, /** @type {string} */ halo) => ({
    colour,
    opacity,
    ...(shape === "point" ? { radius: size } : { width: size }),
    ...(shape === "line" ? {} : { outline: shape === "point" ? halo : colour }),
  });
  return { title_zh: title, title_en: title, style: [{ draw: DRAWS[shape], day: look(day, "#ffffff"), night: look(night, "#0f1720") }] };
}
