/** A small chart of one stream with the limits that its rules set; it follows new values. */

import { ApiError, call, serverNow } from "../ui/api.js";
import { fill, h } from "../ui/dom.js";
import { unitText } from "../ui/format.js";
import { currentLanguage, name, t } from "../ui/i18n.js";
import { prefs } from "../ui/store.js";
import { plotSeries, PLOT_HEIGHT } from "./plot.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("./plot.js").Series} Series */

const SPANS_H = [1, 6, 24, 72];
const HOUR_MS = 3600_000;
const REST_MS = 2000; // between two readings of the series, however fast values come

export class Chart {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.hours = prefs.get("chart.hours", 6);
    /** @type {number|null} the stream */
    this.shown = null;
    /** @type {Series|null} */
    this.series = null;
    /** @type {import("uplot")|null} */
    this.plot = null;
    this.last = "";
    this.timer = 0;
    this.missed = false;
    this.place = h("div", { class: "plot" });
    this.caption = h("h3");
    this.spans = this.#spans();
    const head = h("div", { class: "work-row" }, this.caption, this.spans);
    this.element = h("section", { class: "work-part chart", hidden: true }, head, this.place);
    this.redraw = () => this.#draw();
    document.addEventListener("theme", this.redraw);
    this.resized = new ResizeObserver(() =>
      this.plot?.setSize({ width: this.place.clientWidth, height: PLOT_HEIGHT }),
    );
    this.resized.observe(this.place);
  }

  /** Show a stream; the same stream again is read again only if it has a new value.
   * @param {number|null} stream */
  show(stream) {
    this.element.hidden = stream === null;
    if (stream === null) return;
    const known = this.desk.picture.streams.get(stream)?.stream;
    const label = known ? `${name("name", known)} (${unitText(known.unit)})` : t("chart.title");
    if (this.caption.textContent !== label) this.caption.textContent = label;
    const value = known && this.desk.picture.latest(known)?.time;
    const state = `${stream}|${value}|${this.desk.picture.past?.at ?? "now"}`;
    if (state === this.last) return;
    this.last = state;
    if (stream !== this.shown) fill(this.place, h("div", { class: "wait" }));
    this.shown = stream;
    this.#refresh();
  }

  /** Let go of everything. */
  leave() {
    this.plot?.destroy();
    this.plot = null;
    this.shown = null;
    clearTimeout(this.timer);
    this.resized.disconnect();
    document.removeEventListener("theme", this.redraw);
  }

  #spans() {
    const buttons = SPANS_H.map((span) => {
      const choose = () => {
        this.hours = span;
        prefs.set("chart.hours", span);
        void this.#load();
      };
      const props = { class: "button", type: "button", "data-hours": span, onclick: choose };
      return h("button", props, t("chart.hours", { n: span }));
    });
    return h("div", { class: "spans", role: "group", "aria-label": t("chart.span") }, ...buttons);
  }

  /** Read again, with a rest in between, and never miss the last value. */
  #refresh() {
    this.missed = this.timer !== 0;
    if (this.missed) return;
    this.timer = window.setTimeout(() => {
      this.timer = 0;
      if (this.missed) this.#refresh();
    }, REST_MS);
    void this.#load();
  }

  async #load() {
    const wanted = this.shown;
    if (wanted === null) return;
    this.#markSpan();
    const end = this.desk.picture.past?.at ?? serverNow();
    const length = this.hours * HOUR_MS;
    try {
      let series = await readSeries(wanted, end - length, end);
      const newest = series.newest === null ? NaN : Date.parse(series.newest);
      // a stream that has not spoken lately shows its last words, with their own times below
      if (series.times.length === 0 && newest < end - length)
        series = await readSeries(wanted, newest - length, newest);
      if (wanted !== this.shown) return;
      this.series = series;
      this.#draw();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      fill(this.place, h("p", { class: "notice bad" }, error.sentence(currentLanguage())));
    }
  }

  #draw() {
    this.plot?.destroy();
    this.plot = null;
    if (this.shown === null) return;
    if (!this.series || this.series.times.length === 0) {
      fill(this.place, h("p", { class: "empty" }, t("chart.empty")));
      return;
    }
    fill(this.place);
    this.plot = plotSeries(this.place, this.series, PLOT_HEIGHT);
  }

  #markSpan() {
    for (const button of /** @type {Iterable<HTMLElement>} */ (this.spans.children)) {
      button.setAttribute("aria-pressed", String(button.dataset.hours === String(this.hours)));
    }
  }
}

/** A stream's values of a span with the limits in force.
 * @param {number} stream @param {number} start ms @param {number} end ms
 * @param {number} [points] at most @returns {Promise<Series>} */
export async function readSeries(stream, start, end, points = 500) {
  const query = new URLSearchParams({
    start: new Date(start).toISOString(),
    end: new Date(end).toISOString(),
    points: String(points),
  });
  const [series, limits] = await Promise.all([
    call(`/datastreams/${stream}/series?${query}`),
    call(`/datastreams/${stream}/limits`),
  ]);
  return { ...series, limits: limits.items, start, end };
}
