/** The command bar's verbs of traffic: `rd` closures, `near` who is near, `way` a route. */

import { name, t, word } from "../ui/i18n.js";
import { currentLanguage } from "../ui/i18n.js";
import { Refusal } from "../panels/verbs.js";
import { closuresOf } from "./list.js";
import { streetNames } from "./model.js";
import { setPlace } from "./near_panel.js";
import { setEnds } from "./route_panel.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../panels/verbs.js").Verb} Verb */
/** @typedef {import("./drawn.js").Place} Place */

/** @param {Desk} desk @param {{open: () => void, near: () => void, way: () => void}} tools @returns {Verb[]} */
export function verbs(desk, tools) {
  return [closureVerb(desk, tools.open), nearVerb(desk, tools.near), wayVerb(desk, tools.way)];
}

/** @param {Desk} desk @param {() => void} open @returns {Verb} */
function closureVerb(desk, open) {
  return {
    name: "rd",
    usage: "closures.usage",
    offers: () =>
      closuresOf(desk).map((row) => ({
        word: String(row.id),
        hint: `${word("closures.reason", row.reason)} ${streetNames(row, currentLanguage())}`,
      })),
    run: ([number = ""]) => {
      desk.lists.show("closures");
      if (!number && !desk.may("closure.edit")) throw new Refusal(t("closures.not_yours"));
      if (!number) return open();
      const found = closuresOf(desk).find((row) => String(row.id) === number.replace("#", ""));
      if (!found) throw new Refusal(t("closures.unknown", { word: number }));
      desk.selection.choose({ kind: "closure", id: found.id });
      desk.map?.fitSelected();
    },
  };
}

/** @param {Desk} desk @param {() => void} near @returns {Verb} */
function nearVerb(desk, near) {
  return {
    name: "near",
    usage: "near.usage",
    offers: () => places(desk),
    run: (words) => {
      if (words.length) setPlace(placeOf(desk, words.join(" ")));
      near();
    },
  };
}

/** @param {Desk} desk @param {() => void} way @returns {Verb} */
function wayVerb(desk, way) {
  return {
    name: "way",
    usage: "route.usage",
    offers: () => places(desk),
    run: (words) => {
      const at = words.indexOf(">");
      if (words.length && at < 1) throw new Refusal(t("route.usage"));
      if (at > 0) setEnds(placeOf(desk, words.slice(0, at).join(" ")), placeOf(desk, words.slice(at + 1).join(" ")));
      way();
    },
  };
}

/** @param {Desk} desk */
function places(desk) {
  return [...desk.picture.things.values()].slice(0, 2000).map((thing) => ({ word: thing.code, hint: name("name", thing) }));
}

/** A thing's code or name, an alert's number with #, or lon,lat.
 * @param {Desk} desk @param {string} text @returns {Place} */
function placeOf(desk, text) {
  const pair = /^(-?\d+(?:\.\d+)?),(-?\d+(?:\.\d+)?)$/.exec(text);
  if (pair) return { lon: Number(pair[1]), lat: Number(pair[2]) };
  const alert = /^#(\d+)$/.exec(text)?.[1];
  const thingId = alert && desk.picture.alerts.get(Number(alert))?.thing_id;
  const wanted = text.toLowerCase();
  const thing = thingId
    ? desk.picture.things.get(thingId)
    : [...desk.picture.things.values()].find((one) => [one.code, one.name_zh, one.name_en].some((own) => own.toLowerCase() === wanted));
  const where = thing && desk.picture.where(thing);
  if (!where) throw new Refusal(t("near.unknown", { word: text }));
  return where;
}
