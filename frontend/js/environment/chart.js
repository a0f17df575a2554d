/** A station's hours as a line: the index, or one item, with its limits. */

import { PLOT_HEIGHT, plotSeries } from "../panels/plot.js";
import { fill, h } from "../ui/dom.js";
import { unitText } from "../ui/format.js";
import { name, t } from "../ui/i18n.js";
import { limitsOf, seriesOf } from "./model.js";

/** @typedef {import("./station.js").StationFile} StationFile */

export const SPANS_H = [24, 72];

export class HoursChart {
  /** @param {(hours: number) => void} choose another span */
  constructor(choose) {
    this.place = h("div", { class: "plot" });
    this.caption = h("h3");
    this.back = h("button", { class: "button", type: "button", hidden: true });
    this.back.textContent = t("environment.chart.index");
    const buttons = SPANS_H.map((span) =>
      h(
        "button",
        { class: "button", type: "button", "data-hours": span, onclick: () => choose(span) },
        t("chart.hours", { n: span }),
      ),
    );
    const label = t("chart.span");
    this.spans = h("div", { class: "spans", role: "group", "aria-label": label }, ...buttons);
    const head = h("div", { class: "work-row" }, this.caption, this.back, this.spans);
    this.element = h("section", { class: "work-part chart" }, head, this.place);
    /** @type {import("uplot")|null} */
    this.plot = null;
    /** @type {() => void} */
    this.redraw = () => {};
    this.onTheme = () => this.redraw();
    document.addEventListener("theme", this.onTheme);
    this.resized = new ResizeObserver(() =>
      this.plot?.setSize({ width: this.place.clientWidth, height: PLOT_HEIGHT }),
    );
    this.resized.observe(this.place);
  }

  /** @param {StationFile} file @param {string} item "" for the index @param {number} hours
   * @param {number} end ms */
  show(file, item, hours, end) {
    this.redraw = () => this.#draw(file, item, hours, end);
    for (const button of /** @type {Iterable<HTMLElement>} */ (this.spans.children))
      button.setAttribute("aria-pressed", String(button.dataset.hours === String(hours)));
    this.back.hidden = !item;
    this.redraw();
  }

  /** Let go of everything. */
  leave() {
    this.plot?.destroy();
    this.plot = null;
    this.resized.disconnect();
    document.removeEventListener("theme", this.onTheme);
  }

  /** @param {StationFile} file @param {string} item @param {number} hours @param {number} end */
  #draw(file, item, hours, end) {
    this.plot?.destroy();
    this.plot = null;
    const shown = file.items.find((each) => each.item === item);
    const whole = file.kind === "air" ? "environment.chart.index" : "environment.chart.class";
    const unit = shown ? unitText(shown.unit) : "";
    this.caption.textContent = shown
      ? `${name("name", shown)}${unit && unit !== "1" ? ` (${unit})` : ""}`
      : t(whole);
    const series = seriesOf(file.hours, shown ? item : "");
    if (!series.values.some((value) => value !== null)) {
      fill(this.place, h("p", { class: "empty" }, t("environment.chart.empty")));
      return;
    }
    fill(this.place);
    const limits = limitsOf(file.kind, shown, file.target_class);
    const span = { start: end - hours * 3600_000, end, unit, limits };
    const rest = { datastream: 0, step_s: 3600, newest: null };
    this.plot = plotSeries(this.place, { ...series, ...span, ...rest }, PLOT_HEIGHT);
  }
}
