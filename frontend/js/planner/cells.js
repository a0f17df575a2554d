/** All squares of the figures at once: what the map draws of them, and the legend of their classes. */

import { h } from "../ui/dom.js";
import { currentTheme } from "../ui/theme.js";
import { classesOf, classOf, colourOf } from "./classes.js";
import { figureText } from "./model.js";

/** @typedef {import("./counting.js").Zone} Zone */
/** @typedef {{title: string, zones: Zone[], classes: import("./classes.js").Class[]}} Cells */

/** @type {Cells|null} */
let shown = null;
/** @type {Set<() => void>} */
const listeners = new Set();

export function cells() {
  return shown;
}

/** Show squares on the map, coloured by their first figure; null: none any more.
 * @param {{title: string, zones: Zone[]}|null} given */
export function showCells(given) {
  const squares = given?.zones.filter((one) => one.geometry) ?? [];
  shown = given && squares.length ? { title: given.title, zones: squares, classes: classesOf(squares.map((one) => one.figures[0])) } : null;
  for (const fn of listeners) fn();
}

/** @param {() => void} fn */
export function onCells(fn) {
  listeners.add(fn);
}

/** The colour of a square in the present light, "" for one without a figure.
 * @param {Zone} zone */
export function colourOfCell({ figures }) {
  const at = shown ? classOf(shown.classes, figures[0]) : -1;
  return shown && at >= 0 ? colourOf(at, shown.classes.length, currentTheme()) : "";
}

/** A patch of a class' colour, as it lies on the map.
 * @param {string} colour */
export function patch(colour) {
  const made = h("i", { class: "cell-patch", "aria-hidden": "true" });
  made.style.background = colour;
  return made;
}

/** What the colours mean: a title, and the classes, the most first. */
export function cellsLegend() {
  if (!shown) return [];
  const { title, classes } = shown;
  const rows = classes.map((one, at) => {
    const words = one.from === one.to ? figureText(one.from) : `${figureText(one.from)} – ${figureText(one.to)}`;
    return h("li", {}, patch(colourOf(at, classes.length, currentTheme())), h("span", { class: "tabular" }, words));
  });
  return [h("h3", {}, title), h("ul", { class: "cell-legend" }, ...rows.reverse())];
}
