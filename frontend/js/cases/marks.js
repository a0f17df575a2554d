/** A clock's light as colour, shape and word; the shapes are those of the map. */

import { drawn } from "../ui/severity.js";
import { h } from "../ui/dom.js";
import { t } from "../ui/i18n.js";

/** @typedef {import("./model.js").Light} Light */

/** Outlines on a 16 px field: a page for a case, filled by how its clock stands. */
export const SHAPES = /** @type {Record<Light, string>} */ ({
  green: "M8 2.4a5.6 5.6 0 1 0 0 11.2A5.6 5.6 0 0 0 8 2.4Z",
  yellow: "M8 1.8 15 14H1Z",
  red: "M2.5 2.5h11v11h-11Z",
  held: "M4 2.5h3v11H4ZM9 2.5h3v11H9Z",
  over: "M2 8.6 3.6 7l3 3L12.6 4l1.5 1.6-7.5 7.5Z",
});

/** @param {Light} light */
export function lightMark(light) {
  const props = { class: `case-light ${light}`, title: t(`cases.light.${light}`) };
  const word = h("span", { class: "visually-hidden" }, t(`cases.light.${light}`));
  return h("span", props, drawn(SHAPES[light]), word);
}
