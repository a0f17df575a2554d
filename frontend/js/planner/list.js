/** The list of all registered layers, by group, with number and date. */

import { fill, h } from "../ui/dom.js";
import { name, t } from "../ui/i18n.js";
import { chip, keyButton } from "../ui/parts.js";
import { RowList } from "../panels/row_list.js";
import { dayOf, inGroups } from "./model.js";

/** @typedef {import("../types.js").MapLayer} MapLayer */

/** @param {import("../desk.js").Desk} desk @param {import("./catalogue.js").Catalogue} catalogue
 * @param {{start: () => void, inside: () => void, place: () => void, measure: (kind: "line"|"area") => void, share: () => void, profile: () => void, analyse: () => void}} tools */
export function layerList(desk, catalogue, tools) {
  /** @type {RowList<MapLayer>} */
  const list = new RowList(desk, {
    label: t("planner.title"),
    kind: "layer",
    columns: [
      { name: "layer", title: t("planner.col.layer") },
      { name: "count", title: t("planner.col.count") },
      { name: "day", title: t("planner.col.age") },
    ],
    rows: () => catalogue.layers && inGroups(catalogue.layers, catalogue.groups),
    id: (layer) => layer.code,
    cells: (layer) => [
      [name("title", layer), layer.simulated && chip("simulated", t("simulated"))],
      h("span", { class: "tabular" }, layer.kind === "raster" ? t("planner.raster") : (layer.count ?? 0).toLocaleString()),
      h("span", { class: "tabular" }, dayOf(layer)),
    ],
    stamp: (layer) => `${name("title", layer)}/${layer.count}/${dayOf(layer)}`,
    section: (layer) => name("title", catalogue.groups.find((one) => one.code === layer.group)),
    none: () => [t("planner.none")],
  });
  fill(
    list.head,
    desk.may("layer.edit") && short("u", "planner.import", tools.start),
    short("i", "planner.inside", tools.inside),
    short("o", "planner.place", tools.place),
    short("m", "measure.title", () => tools.measure("line")),
    short("p", "terrain.profile", tools.profile),
    desk.may("layer.edit") && short("h", "terrain.title", tools.analyse),
    short("y", "share.open", tools.share),
  );
  list.head.hidden = false;
  return list;
}

/** A button with a short word; what it does in full is its title.
 * @param {string} key @param {string} text @param {() => void} run */
function short(key, text, run) {
  const button = keyButton(key, t(`${text}.short`), run);
  button.title = t(text);
  return button;
}
