/** The items of a station: what was measured, its own index or class, the limit. */

import { h } from "../ui/dom.js";
import { figure, unitText } from "../ui/format.js";
import { currentLanguage, name, t } from "../ui/i18n.js";
import { limitText, romanOf } from "./model.js";
import { classChip } from "./parts.js";

/** @typedef {import("./model.js").Item} Item */
/** @typedef {import("./station.js").StationFile} StationFile */

/** @param {StationFile} file @param {string} shown the item in the chart
 * @param {(item: string) => void} choose */
export function itemTable(file, shown, choose) {
  const own = file.kind === "air" ? "environment.iaqi" : "environment.class";
  const heads = ["environment.item", "environment.value", own, "environment.limit"];
  const thead = h(
    "tr",
    {},
    ...heads.map((key) => h("th", { scope: "col" }, t(key))),
    h("th", { scope: "col" }, t("environment.times")),
  );
  const rows = file.items.map((item) => row(file.kind, item, shown, choose));
  const caption = { class: "env-items", "aria-label": t("environment.items") };
  return h("table", caption, h("thead", {}, thead), h("tbody", {}, ...rows));
}

/** @param {"air"|"water"} kind @param {Item} item @param {string} shown
 * @param {(item: string) => void} choose */
function row(kind, item, shown, choose) {
  const pressed = String(item.item === shown);
  const props = { class: "env-item", type: "button", "aria-pressed": pressed };
  const button = h("button", { ...props, onclick: () => choose(item.item) }, name("name", item));
  const unit = item.unit === "1" ? "" : unitText(item.unit);
  const value = h("span", {}, `${item.below ? "<" : ""}${figure(item.value)}`);
  const times = item.times === null ? "" : `${figure(item.times)}×`;
  return h(
    "tr",
    { class: item.fault ? "faulty" : "" },
    h("th", { scope: "row" }, button),
    h("td", {}, value, h("small", {}, ` ${unit}`)),
    h("td", {}, ownIndex(kind, item)),
    h("td", {}, limitText(item, figure)),
    h("td", { class: times ? "over" : "" }, times),
  );
}

/** @param {"air"|"water"} kind @param {Item} item */
function ownIndex(kind, item) {
  if (item.fault) return h("small", { class: "dim" }, t(`environment.fault.${item.fault}`));
  if (item.class === null) return "–";
  const text = kind === "air" ? String(item.index) : romanOf(item.class, currentLanguage());
  const chip = classChip(item.colour, text);
  chip.title = name("class", item);
  if (item.counts === false) return [chip, h("small", {}, ` ${t("environment.not_counted")}`)];
  return chip;
}
