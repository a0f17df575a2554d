/** Drawing one series with its limit lines: the panel's small chart and the alert page's large one. */

import uPlot from "uplot";
import { clock, figure } from "../ui/format.js";
import { token } from "../ui/theme.js";

/** @typedef {import("../types.js").Series & {limits: import("../types.js").SeriesLimit[], start: number, end: number}} Series start and end in ms */

export const PLOT_HEIGHT = 150;

/** @param {HTMLElement} place @param {Series} series @param {number} height px */
export function plotSeries(place, series, height) {
  return new uPlot(options(series, place.clientWidth || 320, height), data(series), place);
}

/** @param {Series} series @returns {uPlot.AlignedData} */
function data(series) {
  return [series.times.map((ms) => ms / 1000), series.values];
}

/** @param {Series} series @param {number} width @param {number} height @returns {uPlot.Options} */
function options(series, width, height) {
  const grid = { stroke: token("line"), width: 1 };
  const axis = { stroke: token("t3"), grid, ticks: { show: false }, font: "11px system-ui" };
  return {
    width,
    height,
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { size: 6 } },
    scales: {
      x: { range: () => [series.start / 1000, series.end / 1000] },
      y: { range: (_plot, low, high) => yRange(series, low, high) },
    },
    axes: [
      {
        ...axis,
        size: 22,
        values: (_plot, ticks) => ticks.map((s) => clock(s * 1000).slice(0, 5)),
      },
      { ...axis, size: 42, values: (_plot, ticks) => ticks.map((v) => figure(v)) },
    ],
    series: [
      {},
      {
        stroke: token("accent"),
        width: 1.6,
        fill: `${token("accent")}1c`,
        points: { show: series.times.length < 30 },
      },
    ],
    hooks: {
      draw: [(plot) => drawLimits(plot, series)],
      setCursor: [(plot) => drawReadout(plot, series)],
    },
  };
}

/** The values, and the nearest limit above them, so that one sees how far it is.
 * @param {Series} series @param {number} low @param {number} high @returns {[number, number]} */
export function yRange(series, low, high) {
  const above = series.limits
    .map((limit) => limit.value)
    .filter((value) => value > (high ?? 0))
    .sort((a, b) => a - b)[0];
  const top = Math.max(
    high ?? 0,
    above !== undefined && above < (high || 1) * 4 ? above : (high ?? 1),
  );
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
  ctx.textAlign = "left";
  for (const limit of series.limits) {
    const y = plot.valToPos(limit.value, "y", true);
    ctx.strokeStyle = ctx.fillStyle = token(`sev${limit.severity}-text`);
    ctx.lineWidth = ratio;
    ctx.setLineDash([5 * ratio, 3 * ratio]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.fillText(figure(limit.value), bbox.left + 4 * ratio, y - 3 * ratio);
  }
  ctx.restore();
}

/** @param {uPlot} plot @param {Series} series */
function drawReadout(plot, series) {
  const at = plot.cursor.idx;
  const place = plot.root.parentElement;
  if (!place) return;
  place.dataset.readout =
    at === null || at === undefined
      ? ""
      : `${clock(series.times[at])}  ${figure(series.values[at])} ${series.unit}`;
}
