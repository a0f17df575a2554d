/** Units in the console: the board, a unit's page, six keys, verbs, and how many are free. */

import { t } from "../ui/i18n.js";
import { regrettable, takeBack } from "./actions.js";
import { unitList } from "./list.js";
import { STATUSES, strength } from "./model.js";
import { UnitPanel } from "./panel.js";
import { unitVerbs } from "./verbs.js";

/** @typedef {import("../desk.js").Desk} Desk */

/** @type {UnitPanel|null} the panel that the keys speak to */
let panel = null;

export const units = {
  topics: ["unit"],
  /** @param {Desk} desk */
  mount(desk) {
    if (!desk.may("unit.see")) return;
    const list = unitList(desk);
    const all = () => desk.picture.of("unit").values();
    desk.lists.add({
      place: "board",
      name: "units",
      title: t("units.title"),
      body: list.body,
      count: () => strength(all()).free,
      step: (by) => list.step(by),
    });
    for (const part of ["unit", "loaded", "mode", "values"])
      desk.picture.on(part, () => desk.lists.isShown("units") && list.draw());
    desk.everySecond(() => desk.lists.isShown("units") && list.draw());
    desk.panels.add("unit", (_, id) => (panel = new UnitPanel(desk, Number(id))));
    if (desk.may("unit.status")) mountKeys(desk);
  },
};

/** @param {Desk} desk */
function mountKeys(desk) {
  const chosen = () => desk.selection.current?.kind === "unit" && desk.picture.past === null;
  STATUSES.forEach(({ status }, at) => {
    if (status !== "dispatched")
      desk.keys.bind(String(at + 1), () => void panel?.say(status), chosen);
  });
  const undo = () =>
    void takeBack(desk).then(
      (said) => desk.say(said),
      (error) => desk.say(error.message, true),
    );
  desk.keys.bind("z", () => (chosen() ? void panel?.undo() : undo()), regrettable);
  desk.verbs.add(...unitVerbs(desk));
  desk.sheet.push([
    "units.keys",
    [
      ["1 … 6", "units.keys.status"],
      ["z", "units.keys.undo"],
    ],
  ]);
}
