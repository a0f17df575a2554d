/** The head of a station's panel: the figure in its official colour, the class in words. */

import { h } from "../ui/dom.js";
import { dayAndClock } from "../ui/format.js";
import { currentLanguage, name, t } from "../ui/i18n.js";
import { factRows } from "../ui/parts.js";
import { figureOf, inkOn, romanOf } from "./model.js";
import { names } from "./parts.js";

/** @typedef {import("./model.js").Index} Index */

/** @param {Index|undefined} index @param {HTMLElement} age kept up to date by the panel
 * @param {number} now @returns {HTMLElement[]} */
export function heroOf(index, age, now) {
  if (!index) return [plate(null, "–", t("environment.no_index")), facts([])];
  const language = currentLanguage();
  const decided = index.kind === "air" ? "environment.primary" : "environment.limiting.water";
  const limiting = names(index.limiting) || t("environment.limiting.none");
  const rows = /** @type {[string, import("../ui/dom.js").Child[]][]} */ ([
    [t(decided), [index.status === "published" ? limiting : ""]],
    [t("environment.hour"), [`${dayAndClock(index.at, now).slice(0, -3)} · `, age]],
  ]);
  if (index.missing.length) {
    const lacking = t("environment.missing", { names: names(index.missing) });
    const why = index.status === "incomplete" ? t("environment.missing.help") : "";
    rows.push([t("environment.incomplete"), [lacking, why && h("small", {}, why)]]);
  }
  if (index.status === "stale") {
    const last = index.last_class && index.kind === "water" ? romanOf(index.last_class, language) : "";
    const words = last ? t("environment.stale.last", { words: last }) : "";
    return [plate(null, "–", t("environment.stale")), facts([...rows, ["", [words]]])];
  }
  if (index.status === "incomplete")
    return [plate(null, "NA", t("environment.incomplete")), facts(rows)];
  return [plate(index.colour, figureOf(index, language), name("class", index)), facts(rows)];
}

/** @param {string|null} colour @param {string} figure @param {string} words */
function plate(colour, figure, words) {
  const made = h("div", { class: `env-plate ${colour ? "" : "hollow"}` });
  if (colour) {
    made.style.setProperty("--class", colour);
    made.style.setProperty("--class-ink", inkOn(colour));
  }
  made.append(h("b", { class: "tabular" }, figure), h("span", {}, words));
  return made;
}

/** @param {[string, import("../ui/dom.js").Child[]][]} rows */
function facts(rows) {
  return h("dl", { class: "facts" }, ...factRows(rows));
}
