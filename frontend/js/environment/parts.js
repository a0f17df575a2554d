/** The small parts of air and water: a class in its official colour, always with its words. */

import { h } from "../ui/dom.js";
import { currentLanguage, name, t } from "../ui/i18n.js";
import { figureOf, inkOn, romanOf } from "./model.js";

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

/** An index in one chip; out of date it is hollow and says so.
 * @param {Index} index */
export function indexChip(index) {
  const language = currentLanguage();
  if (index.status === "stale") return classChip(null, "–", t("environment.stale"));
  if (index.status === "incomplete") return classChip(null, "NA", t("environment.incomplete"));
  const words = index.kind === "air" ? name("class", index) : "";
  return classChip(index.colour, figureText(index, language), words);
}

/** @param {Index} index @param {"zh"|"en"} language */
function figureText(index, language) {
  if (index.kind === "air") return figureOf(index, language);
  return name("class", index) || romanOf(index.class, language);
}

/** @param {import("./model.js").Named[]} items */
export function names(items) {
  return items.map((each) => name("name", each)).join(currentLanguage() === "zh" ? "、" : ", ");
}
