/** A small chart of one stream with the limits that its rules set; live values join on the right. */

import uPlot from "uplot";
import { ApiError, call, serverNow } from "../ui/api.js";
import { fill, h } from "../ui/dom.js";
import { clock, figure } from "../ui/format.js";
import { currentLanguage, name, t } from "../ui/i18n.js";
import { prefs } from "../ui/store.js";
import { token } from "../ui/theme.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../types.js").Series & {limits: import("../types.js").SeriesLimit[]}} Series */

const SPANS_H = [1, 6, 24, 72];
const HEIGHT = 150;

/** @param {Desk} desk */
export function chartPanel(desk) {
  const plotPlace = h("div", { class: "plot" });
  const caption = h("h3");
  const spans = h("div", { class: "spans", role: "group", "aria-label": t("chart.span") });
  const element = h("section", { class: "work-part chart", hidden: true }, h("div", { class: "work-row" }, caption, spans), plotPlace);
  let hours = prefs.get("chart.hours", 6);
  /** @type {number|null} */ let shown = null;
  /** @type {Series|null} */ let series = null;
  /** @type {uPlot|null} */ let plot = null;
  let last = "";
  let timer = 0;
  let missed = false;

  for (const span of SPANS_H) {
    spans.append(h("button", { class: "button", type: "button", "data-hours": span, onclick: () => {
      hours = span;
      prefs.set("chart.hours", span);
      void load();
    } }, t("chart.hours", { n: span })));
  }

  async function load() {
    const wanted = shown;
    if (wanted === null) return;
    markSpan(spans, hours);
    const end = desk.picture.past?.at ?? serverNow();
    const query = new URLSearchParams({ start: new Date(end - hours * 3600_000).toISOString(), end: new Date(end).toISOString(), points: "500" });
    try {
      const [answer, limits] = await Promise.all([call(`/datastreams/${wanted}/series?${query}`), call(`/datastreams/${wanted}/limits`)]);
      if (wanted !== shown) return;
      series = { ...answer, limits: limits.items };
      draw();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      fill(plotPlace, h("p", { class: "notice bad" }, error.sentence(currentLanguage())));
    }
  }

  function draw() {
    plot?.destroy();
    plot = null;
    if (!series || series.times.length === 0) {
      fill(plotPlace, h("p", { class: "empty" }, t("chart.empty")));
      return;
    }
    fill(plotPlace);
    plot = new uPlot(options(series, plotPlace.clientWidth || 320), data(series), plotPlace);
  }

  const resized = new ResizeObserver(() => plot?.setSize({ width: plotPlace.clientWidth, height: HEIGHT }));
  resized.observe(plotPlace);
  document.addEventListener("theme", draw);

  /** @param {number|null} stream */
  function show(stream) {
    element.hidden = stream === null;
    if (stream === null) return;
    const known = desk.picture.streams.get(stream);
    const label = known ? `${name("name", known.stream)} (${known.stream.unit})` : t("chart.title");
    if (caption.textContent !== label) caption.textContent = label;
    const at = known ? (desk.picture.latest(known.stream)?.time ?? "") : "";
    if (stream !== shown) {
      shown = stream;
      fill(plotPlace, h("div", { class: "wait" }));
    } else if (at === last) return;
    last = at;
    refresh();
  }

  /** Read again, at most every two seconds however fast values come, and never miss the last. */
  function refresh() {
    missed = timer !== 0;
    if (missed) return;
    timer = window.setTimeout(() => {
      timer = 0;
      if (missed) refresh();
    }, 2000);
    void load();
  }

  function leave() {
    plot?.destroy();
    plot = null;
    shown = null;
    clearTimeout(timer);
    resized.disconnect();
    document.removeEventListener("theme", draw);
  }
  return { element, show, leave };
}

/** @param {HTMLElement} spans @param {number} hours */
function markSpan(spans, hours) {
  for (const button of spans.children) button.setAttribute("aria-pressed", String(/** @type {HTMLElement} */ (button).dataset.hours === String(hours)));
}

/** @param {Series} series @returns {uPlot.AlignedData} */
function data(series) {
  return [series.times.map((ms) => ms / 1000), series.values];
}

/** @param {Series} series @param {number} width @returns {uPlot.Options} */
function options(series, width) {
  const grid = { stroke: token("line"), width: 1 };
  const axis = { stroke: token("t3"), grid, ticks: { show: false }, font: "11px system-ui" };
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { size: 6 } },
    scales: { y: { range: (_plot, low, high) => yRange(series, low, high) } },
    axes: [
      { ...axis, size: 22, values: (_plot, ticks) => ticks.map((s) => clock(s * 1000).slice(0, 5)) },
      { ...axis, size: 42, values: (_plot, ticks) => ticks.map((v) => figure(v)) },
    ],
    series: [{}, { stroke: token("accent"), width: 1.6, fill: `${token("accent")}1c`, points: { show: series.times.length < 30 } }],
    hooks: { draw: [(plot) => drawLimits(plot, series)], setCursor: [(plot) => drawReadout(plot, series)] },
  };
}

/** The values, and the nearest limit above them, so that one sees how far it is.
 * @param {Series} series @param {number} low @param {number} high @returns {[number, number]} */
export function yRange(series, low, high) {
  const above = series.limits.map((limit) => limit.value).filter((value) => value > (high ?? 0)).sort((a, b) => a - b)[0];
  const top = Math.max(high ?? 0, above !== undefined && above < (high || 1) * 4 ? above : (high ?? 1));
  const bottom = Math.min(0, low ?? 0);
  return [bottom, top + (top - bottom) * 0.08 || 1];
}

/** @param {uPlot} plot @param {Series} series */
function drawLimits(plot, series) {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.font = `${11 * ratio}px system-ui`;
  ctx.textAlign = "right";
  for (const limit of series.limits) {
    const y = plot.valToPos(limit.value, "y", true);
    ctx.strokeStyle = ctx.fillStyle = token(`sev${limit.severity}-text`);
    ctx.lineWidth = ratio;
    ctx.setLineDash([5 * ratio, 3 * ratio]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.fillText(figure(limit.value), bbox.left + bbox.width - 3 * ratio, y - 3 * ratio);
  }
  ctx.restore();
}

/** @param {uPlot} plot @param {Series} series */
function drawReadout(plot, series) {
  const at = plot.cursor.idx;
  const place = plot.root.parentElement;
  if (!place) return;
  place.dataset.readout = at === null || at === undefined ? "" : `${clock(series.times[at])}  ${figure(series.values[at])} ${series.unit}`;
}
