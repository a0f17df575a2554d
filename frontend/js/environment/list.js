/** The list of air and water stations, the worst first. */

import { RowList } from "../panels/row_list.js";
import { ageText, secondsSince } from "../ui/age.js";
import { serverNow } from "../ui/api.js";
import { h } from "../ui/dom.js";
import { name, t } from "../ui/i18n.js";
import { isBad, isHeavy, worstFirst } from "./model.js";
import { gist, indexChip } from "./parts.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("./model.js").Index} Index */

/** The indices that are known, of now or of the replayed moment.
 * @param {Desk} desk @returns {Index[]} */
export function indicesOf(desk) {
  return /** @type {Index[]} */ (/** @type {unknown} */ ([...desk.picture.of("index").values()]));
}

/** @param {Desk} desk */
export function mountList(desk) {
  const rows = () => (desk.picture.loaded ? indicesOf(desk).sort(worstFirst) : null);
  const now = () => desk.picture.past?.at ?? serverNow();
  const age = (/** @type {Index} */ index) =>
    ageText(Math.floor(secondsSince(index.at, now()) / 60) * 60);
  const list = new RowList(desk, {
    label: t("environment.list"),
    kind: "thing",
    columns: [
      { name: "index", title: t("environment.index") },
      { name: "name", title: t("environment.station") },
      { name: "limiting", title: t("environment.limiting") },
      { name: "age", title: t("environment.age") },
    ],
    rows,
    id: (index) => index.thing_id,
    section: (index) => t(`environment.${index.kind}`),
    tone: (index) => (index.status === "stale" ? "silent" : ""),
    stamp: (index) => `${index.known_at} ${index.status} ${age(index)} ${stationName(desk, index)}`,
    cells: (index) => [
      indexChip(index),
      stationName(desk, index),
      gist(index),
      age(index),
    ],
    none: () => [h("b", {}, t("environment.none")), h("span", {}, t("environment.none.help"))],
  });
  desk.lists.add({
    place: "board",
    name: "environment",
    title: t("environment.title"),
    body: list.body,
    count: () => indicesOf(desk).filter(isBad).length,
    urgent: () => indicesOf(desk).some(isHeavy),
    step: (by) => list.step(by),
  });
  for (const part of ["index", "loaded", "mode", "things"])
    desk.picture.on(part, () => list.draw());
  desk.everySecond(() => desk.lists.isShown("environment") && list.draw());
  list.draw();
}

/** @param {Desk} desk @param {Index} index */
export function stationName(desk, index) {
  return name("name", desk.picture.things.get(index.thing_id)) || `#${index.thing_id}`;
}
