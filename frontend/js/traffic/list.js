/** The list of closures: what waits for a dispatcher first, then what is in force, then what is planned. */

import { ageText, secondsSince } from "../ui/age.js";
import { serverNow } from "../ui/api.js";
import { h } from "../ui/dom.js";
import { currentLanguage, name, t, word } from "../ui/i18n.js";
import { chip } from "../ui/parts.js";
import { RowList } from "../panels/row_list.js";
import { inOrder, standing, streetNames } from "./model.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("./model.js").Closure} Closure */

/** @param {Desk} desk @returns {number} ms */
function nowOf(desk) {
  return desk.picture.past?.at ?? serverNow();
}

/** @param {Desk} desk @returns {Closure[]} */
export function closuresOf(desk) {
  const all = /** @type {Iterable<any>} */ (desk.picture.of("closure").values());
  return inOrder(all, nowOf(desk));
}

/** @param {Desk} desk @returns {Closure[]} proposals that wait for a decision */
export function proposals(desk) {
  return closuresOf(desk).filter((closure) => closure.state === "proposed");
}

/** @param {Desk} desk @param {() => void} open @returns {RowList<Closure>} */
export function closureList(desk, open) {
  return new RowList(desk, {
    label: t("closures.title"),
    kind: "closure",
    columns: [
      { name: "weight", title: t("closures.col.weight") },
      { name: "closure", title: t("closures.col.what") },
      { name: "age", title: t("closures.col.time") },
    ],
    rows: () => (desk.picture.loaded || desk.picture.past ? closuresOf(desk) : null),
    id: (row) => row.id,
    stamp: (row) => [row.version, standing(row, nowOf(desk)), timeOf(row, nowOf(desk)), currentLanguage()].join(),
    section: (row) => t(`closures.state.${standing(row, nowOf(desk))}`),
    cells: (row) => [weightCell(row), whatCell(row), h("span", { class: "tabular" }, timeOf(row, nowOf(desk)))],
    none: () => [
      h("b", {}, t("closures.none")),
      t("closures.none.help"),
      desk.may("closure.edit") && h("button", { class: "button", type: "button", onclick: open }, t("closures.new")),
    ],
  });
}

/** @param {Closure} row */
function weightCell(row) {
  const text = t(`closures.severity.${row.severity}`);
  return h("span", { class: "closure-weight-cell" }, h("i", { class: `closure-key ${row.severity}` }), text);
}

/** @param {Closure} row */
function whatCell(row) {
  const streets = streetNames(row, currentLanguage()) || name("place", row);
  const number = h("span", { class: "number tabular dim" }, `${row.number} `);
  const words = h("span", {}, number, `${word("closures.reason", row.reason)} · ${streets}`);
  return h("div", { class: "closure-what" }, words, row.simulated && chip("simulated", t("simulated")));
}

/** How long it has been so; of one that ends by itself, how long it will be.
 * @param {Closure} row @param {number} now */
function timeOf(row, now) {
  if (Date.parse(row.from_at) > now) return t("closures.in", { age: ageText((Date.parse(row.from_at) - now) / 1000) });
  if (row.until_at) return t("closures.left", { age: ageText((Date.parse(row.until_at) - now) / 1000) });
  return ageText(secondsSince(row.from_at, now));
}
