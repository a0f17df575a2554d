/** The chart of a profile: heights in metres over the way in metres. */

import uPlot from "uplot";
import { figure } from "../ui/format.js";
import { token } from "../ui/theme.js";

/** @typedef {{distance_m: number[], height_m: (number|null)[], places: [number, number][]}} Ground */

const HEIGHT = 180; // px
const ROOM = 0.08; // of the range, above and below

/** @param {HTMLElement} place @param {Ground} ground @param {(at: number|null) => void} pointed */
export function plotProfile(place, ground, pointed) {
  const grid = { stroke: token("line"), width: 1 };
  const axis = { stroke: token("t3"), grid, ticks: { show: false }, font: "11px system-ui" };
  const far = ground.distance_m.at(-1) ?? 0;
  const [size, unit] = far > 3000 ? [1000, "km"] : [1, "m"];
  return new uPlot(
    {
      width: place.clientWidth || 320,
      height: HEIGHT,
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, points: { size: 7 } },
      scales: { x: { time: false }, y: { range: (_plot, low, high) => padded(low, high) } },
      axes: [
        { ...axis, size: 24, values: (_plot, ticks) => ticks.map((metres) => `${figure(metres / size)} ${unit}`) },
        { ...axis, size: 46, values: (_plot, ticks) => ticks.map((metres) => figure(metres)) },
      ],
      series: [{}, { stroke: token("accent"), width: 1.6, fill: `${token("accent")}2c`, spanGaps: false, points: { show: false } }],
      hooks: { setCursor: [(plot) => pointed(plot.cursor.idx ?? null)] },
    },
    [ground.distance_m, ground.height_m],
    place,
  );
}

/** A flat field is drawn flat, not as noise.
 * @param {number} low @param {number} high @returns {[number, number]} */
export function padded(low, high) {
  const span = Math.max(high - low, 2);
  const middle = (low + high) / 2;
  return [middle - span * (0.5 + ROOM), middle + span * (0.5 + ROOM)];
}
