/** The unit board: by district as the map lies, status by shape, colour and letters, and its time. */

import { RowList } from "../panels/row_list.js";
import { ageText, secondsSince } from "../ui/age.js";
import { serverNow } from "../ui/api.js";
import { h } from "../ui/dom.js";
import { currentLanguage, name, t } from "../ui/i18n.js";
import { districtOf, inMapOrder, STALE_S, strength } from "./model.js";
import { statusChip } from "./parts.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../types.js").Entity} Entity */

/** @param {Desk} desk */
export function unitList(desk) {
  const now = () => desk.picture.past?.at ?? serverNow();
  const units = () => inMapOrder(desk.picture.of("unit").values(), currentLanguage());
  return new RowList(desk, {
    label: t("units.title"),
    kind: "unit",
    columns: [
      { name: "code", title: t("units.code") },
      { name: "status", title: t("units.status") },
      { name: "since", title: t("units.since") },
      { name: "unit", title: t("units.unit") },
      { name: "position", title: t("units.position") },
    ],
    rows: () => (desk.picture.loaded ? units() : null),
    id: (unit) => unit.id,
    section: (unit) => sectionOf(desk, unit),
    tone: (unit) => (unit.status === "available" ? "free" : "busy"),
    stamp: (unit) => [unit.version, inStatus(unit, now()), positionText(desk, unit)].join("/"),
    cells: (unit) => [
      h("b", {}, unit.code),
      statusChip(unit.status),
      inStatus(unit, now()),
      h(
        "div",
        { class: "unit-what" },
        unit.incident ? h("b", {}, `#${unit.incident}`) : null,
        h("span", {}, name("name", unit)),
      ),
      positionText(desk, unit),
    ],
    none: () => [h("b", {}, t("units.none")), t("units.none.help")],
  });
}

/** The head of a district: its name, and how many of its units are free.
 * @param {Desk} desk @param {Entity} unit */
function sectionOf(desk, unit) {
  const language = currentLanguage();
  const district = districtOf(unit, language);
  const here = [...desk.picture.of("unit").values()].filter(
    (one) => districtOf(one, language) === district,
  );
  return t("units.section", { district: district || t("units.nowhere"), ...strength(here) });
}

/** @param {Entity} unit @param {number} now */
export function inStatus(unit, now) {
  return ageText(secondsSince(unit.since, now));
}

/** How old the vehicle's position is; a unit that has none stands at its station.
 * @param {Desk} desk @param {Entity} unit */
export function positionText(desk, unit) {
  const seen = desk.picture.things.get(unit.thing_id)?.position;
  if (!seen) return t("units.at_station");
  const age = secondsSince(seen.time, desk.picture.past?.at ?? serverNow());
  return age > STALE_S ? t("units.stale", { age: ageText(age) }) : ageText(age);
}
