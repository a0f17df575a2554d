/** The smaller sections of a station's panel: its days, its alerts, what it is judged by. */

import { h } from "../ui/dom.js";
import { currentLanguage, name, t } from "../ui/i18n.js";
import { factRows, severityMark } from "../ui/parts.js";
import { romanOf } from "./model.js";
import { classChip } from "./parts.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("./station.js").StationFile} StationFile */

/** @param {StationFile} file @param {import("../types.js").Thing|undefined} thing */
export function factsPart(file, thing) {
  const target = file.target_class ? romanOf(file.target_class, currentLanguage()) : "";
  const water = target && `${target} · ${t(`environment.${file.water_body}`)}`;
  const rows = factRows([
    [t("environment.edition"), [name("edition", file)]],
    [t("environment.target"), [water]],
    [t("station.place"), [name("place", thing)]],
  ]);
  return h("div", { class: "work-part" }, h("dl", { class: "facts" }, ...rows));
}

/** @param {Desk} desk @param {import("../types.js").Alert} alert */
export function alertRow(desk, alert) {
  const choose = () => desk.selection.choose({ kind: "alert", id: alert.id });
  const words = h("span", {}, `#${alert.number} ${name("title", alert)}`);
  const state = h("span", { class: "dim" }, t(`state.${alert.state}`));
  const props = { class: "related", type: "button", onclick: choose };
  return h("button", props, severityMark(alert.severity, true), words, state);
}

/** @param {StationFile} file */
export function daysPart(file) {
  const days = file.days.map((day) => {
    const text = day.value === null ? ["NA"] : [String(day.value), name("class", day)];
    const label = h("span", { class: "tabular dim" }, day.day.slice(5));
    return h("li", {}, label, classChip(day.colour, ...text));
  });
  return h(
    "section",
    { class: "work-part" },
    h("h3", {}, t("environment.days")),
    days.length
      ? h("ul", { class: "env-days" }, ...days)
      : h("p", { class: "dim" }, t("environment.days.none")),
  );
}
