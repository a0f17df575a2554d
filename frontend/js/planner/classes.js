/** Classes of figures for a coloured map: plain logic. About as many squares stand in each. */

/** @typedef {{from: number, to: number, n: number}} Class its least and greatest figure, and how many have one of it */

const MOST = 5;
// from few to many, apart from one another for the colour-blind, too: on dark ground the most is brightest
const RAMP = ["#440154", "#3b528b", "#21918c", "#5ec962", "#fde725"];

/** The classes of these figures, the least first; of few different ones each is a class.
 * @param {(number|null)[]} figures @returns {Class[]} */
export function classesOf(figures) {
  const known = figures.filter((one) => one !== null && Number.isFinite(one)).map(Number).sort((a, b) => a - b);
  const different = [...new Set(known)];
  const starts = different.length <= MOST ? different : quantiles(known);
  return starts.map((from, at) => {
    const held = known.filter((one) => one >= from && (at + 1 === starts.length || one < starts[at + 1]));
    return { from, to: held[held.length - 1], n: held.length };
  });
}

/** @param {number[]} known ascending @returns {number[]} where classes begin */
function quantiles(known) {
  const starts = Array.from({ length: MOST }, (_, at) => known[Math.floor((at * known.length) / MOST)]);
  return [...new Set(starts)];
}

/** Which class a figure is in; -1 for none.
 * @param {Class[]} classes @param {number|null} figure */
export function classOf(classes, figure) {
  return figure === null ? -1 : classes.findLastIndex((one) => one.from <= figure);
}

/** The colour of a class.
 * @param {number} at @param {number} of how many there are @param {"dark"|"light"} theme */
export function colourOf(at, of, theme) {
  const place = of < 2 ? MOST - 1 : Math.round((at * (MOST - 1)) / (of - 1));
  return RAMP[theme === "dark" ? place : MOST - 1 - place];
}
