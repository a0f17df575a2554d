/** Air and water in the console: a list by class, a station's page, and a verb to find one. */

import { Refusal } from "../panels/verbs.js";
import { StationPanel } from "../panels/station.js";
import { currentLanguage, name, t } from "../ui/i18n.js";
import { mountList } from "./list.js";
import { figureOf } from "./model.js";
import { IndexPanel } from "./panel.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../types.js").Thing} Thing */

const KINDS = ["air", "water"];

/** @type {IndexPanel|null} the panel that the keys speak to */
let panel = null;

export const environment = {
  topics: ["index"],
  /** @param {Desk} desk */
  mount(desk) {
    if (!desk.may("index.see")) return;
    mountList(desk);
    mountPanel(desk);
    desk.verbs.add(verb(desk));
    desk.keys.bind(
      "i",
      () => panel?.toggle(),
      () => panel !== null && isStation(desk, desk.selection.current),
    );
    desk.sheet.push(["environment.keys", [["i", "environment.keys.readings"]]]);
  },
};

/** Things of air and water have a page of their own; what else there is keeps its own.
 * @param {Desk} desk */
function mountPanel(desk) {
  const before = desk.panels.makers.get("thing");
  desk.panels.add("thing", (_, id) => {
    panel = null;
    if (isStation(desk, { kind: "thing", id })) return (panel = new IndexPanel(desk, Number(id)));
    return before ? before(desk, id) : new StationPanel(desk, Number(id));
  });
}

/** @param {Desk} desk @param {import("../ui/selection.js").Selected} chosen */
function isStation(desk, chosen) {
  if (chosen?.kind !== "thing") return false;
  return KINDS.includes(desk.picture.things.get(Number(chosen.id))?.kind ?? "");
}

/** @param {Desk} desk @returns {import("../panels/verbs.js").Verb} */
function verb(desk) {
  const stations = () =>
    [...desk.picture.things.values()].filter((thing) => KINDS.includes(thing.kind));
  const named = (/** @type {Thing} */ thing, /** @type {string} */ word) =>
    [thing.code, thing.name_zh, thing.name_en].some((one) =>
      one.toLowerCase().replaceAll(" ", "").includes(word),
    );
  return {
    name: "aqi",
    usage: "environment.usage",
    offers: () => stations().map((thing) => ({ word: thing.code, hint: hint(desk, thing) })),
    run(words) {
      const word = words.join("").toLowerCase();
      const found = word && stations().find((thing) => named(thing, word));
      if (!found) throw new Refusal(t("environment.unknown", { word: words.join(" ") }));
      desk.lists.show("environment");
      desk.selection.choose({ kind: "thing", id: found.id });
      desk.map?.fitSelected();
      return hint(desk, found);
    },
  };
}

/** @param {Desk} desk @param {Thing} thing */
function hint(desk, thing) {
  const index = /** @type {any} */ (desk.picture.of("index").get(String(thing.id)));
  const figure = index ? figureOf(index, currentLanguage()) : "";
  return `${name("name", thing)} ${figure} ${index ? name("class", index) : ""}`.trim();
}
