/** The small parts of air and water: a class in its official colour, always with its words. */

import { h } from "../ui/dom.js";
import { currentLanguage, listed, name, t } from "../ui/i18n.js";
import { figureOf, inkOn, shortName } from "./model.js";

/** @typedef {import("./model.js").Index} Index */

/** A class: figure and words on the official colour, in an ink that can be read.
 * @param {string|null} colour @param {...string} words */
export function classChip(colour, ...words) {
  const chip = h("span", { class: `class-chip ${colour ? "" : "hollow"}` });
  if (colour) {
    chip.style.setProperty("--class", colour);
    chip.style.setProperty("--class-ink", inkOn(colour));
  }
  const [figure, ...rest] = words;
  chip.append(h("b", {}, figure), ...rest.filter(Boolean).map((word) => h("span", {}, word)));
  return chip;
}

/** An index in one chip; out of date or not to be published it is hollow.
 * @param {Index} index */
export function indexChip(index) {
  if (index.status === "stale") return classChip(null, "–");
  if (index.status === "incomplete") return classChip(null, "NA");
  return classChip(index.colour, figureOf(index, currentLanguage()));
}

/** What there is to say of an index in one line: its class, and what decides it.
 * @param {Index} index */
export function gist(index) {
  const short = (/** @type {import("./model.js").Named[]} */ items) =>
    items.map((each) => shortName(each, currentLanguage())).join(" ");
  if (index.status === "stale") return t("environment.stale");
  if (index.status === "incomplete") return t("environment.missing", { names: short(index.missing) });
  return [name("class", index), short(index.limiting)].filter(Boolean).join(" · ");
}

/** @param {import("./model.js").Named[]} items */
export function names(items) {
  return listed(items.map((each) => name("name", each)));
}
