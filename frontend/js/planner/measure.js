/** Measuring on the ellipsoid: a line's length by segment, an area and the way round it. */

import { h } from "../ui/dom.js";
import { t } from "../ui/i18n.js";
import { keyButton } from "../ui/parts.js";
import { ask, facts, frame, part } from "./frame.js";
import { showFound } from "./found.js";
import { areaText, lengthText } from "./model.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("./wanted.js").Geometry} Geometry */
/** @typedef {{length_m: number, area_m2: number, segments_m: number[]}} Measured */

export class MeasurePanel {
  /** @param {Desk} desk @param {Geometry|null} shape @param {(kind: "line"|"area") => void} again */
  constructor(desk, shape, again) {
    this.place = h("div");
    const row = h(
      "div",
      { class: "work-row" },
      keyButton("m", t("measure.line"), () => again("line")),
      keyButton("e", t("measure.area"), () => again("area")),
    );
    const how = h("p", { class: "dim" }, t("measure.how"));
    this.element = frame(desk, t("measure.title"), part("", row, how), this.place);
    showFound(shape);
    if (shape) void ask(this.place, "/measure", (found) => this.#draw(found), { method: "POST", body: { geometry: shape } });
  }

  update() {}

  leave() {
    showFound(null);
  }

  /** @param {Measured} found */
  #draw({ length_m, area_m2, segments_m }) {
    const sizes = facts([
      [t("measure.size"), area_m2 ? h("b", { class: "tabular planner-people" }, areaText(area_m2)) : ""],
      [t(area_m2 ? "measure.round" : "measure.length"), h("b", { class: "tabular planner-people" }, lengthText(length_m))],
    ]);
    const rows = segments_m.map((metres, at) => h("li", {}, h("span", { class: "dim" }, t("measure.segment", { n: at + 1 })), h("b", { class: "tabular" }, lengthText(metres))));
    const list = segments_m.length > 1 && part(t("measure.segments"), h("ol", { class: "measure-list" }, ...rows));
    return [part(t("measure.result"), sizes), list];
  }
}
