/** The one severity scale: colour, shape and two letters; the letters are the same in both languages. */

/** Outlines on a 16 px field, used by tables (SVG) and by the map (Path2D) alike. */
export const SHAPES = /** @type {Record<number, string>} */ ({
  1: "M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1Z",
  2: "M8 .6 15.4 8 8 15.4.6 8Z",
  3: "M8 1.2 15.6 14.6H.4Z",
  4: "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Z",
});

export const LETTERS = /** @type {Record<number, string>} */ ({
  1: "R1",
  2: "O2",
  3: "Y3",
  4: "B4",
});

const SVG = "http://www.w3.org/2000/svg";

/** An outline as a picture in the text.
 * @param {string} path @param {string} [kind] */
export function drawn(path, kind = "") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  if (kind) svg.setAttribute("class", kind);
  const shape = document.createElementNS(SVG, "path");
  shape.setAttribute("d", path);
  svg.append(shape);
  return svg;
}

/** @param {number} severity */
export function severityShape(severity) {
  return drawn(SHAPES[severity] ?? SHAPES[4]);
}
