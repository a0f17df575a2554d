/** The command line's verbs for units: `d` sends, `en os co av oos` set a status, `uz` takes back. */

import { Refusal } from "../panels/verbs.js";
import { call } from "../ui/api.js";
import { name, t } from "../ui/i18n.js";
import { setStatus, takeBack } from "./actions.js";
import { named, STATUSES } from "./model.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../types.js").Entity} Entity */

/** @param {Desk} desk */
const unitsOf = (desk) => [...desk.picture.of("unit").values()];

/** @param {Desk} desk */
function offerUnits(desk) {
  return unitsOf(desk).map((unit) => ({
    word: String(unit.code),
    hint: `${t(`units.status.${unit.status}`)} ${name("name", unit)}`,
  }));
}

/** @param {Desk} desk @param {string[]} words */
function wanted(desk, words) {
  const { units, unknown } = named(unitsOf(desk), words);
  if (unknown) throw new Refusal(t("units.unknown", { word: unknown }));
  if (units.length === 0) throw new Refusal(t("units.which"));
  return units;
}

/** The incident that a word names: 12, #12 or i12.
 * @param {Desk} desk @param {string} word @returns {Entity} */
export function incidentOf(desk, word) {
  const digits = /^(?:#|i)?(\d+)$/i.exec(word)?.[1] ?? "";
  const found = desk.picture.of("incident").get(digits);
  if (!found) throw new Refusal(t("incidents.unknown", { word }));
  return found;
}

/** @param {Desk} desk @returns {import("../panels/verbs.js").Verb[]} */
export function unitVerbs(desk) {
  const statuses = STATUSES.filter(({ status }) => status !== "dispatched").map(
    ({ status, verb }) => ({
      name: verb,
      usage: `units.usage.${verb}`,
      offers: () => offerUnits(desk),
      run: (/** @type {string[]} */ words) => setStatus(desk, wanted(desk, words), status),
    }),
  );
  return [
    { name: "d", usage: "units.usage.d", offers: () => offerAll(desk), run: (w) => send(desk, w) },
    ...statuses,
    { name: "uz", usage: "units.usage.uz", run: () => takeBack(desk) },
  ];
}

/** @param {Desk} desk */
function offerAll(desk) {
  const incidents = [...desk.picture.of("incident").values()].map((one) => ({
    word: String(one.number),
    hint: `${name("type", one)} ${one.address}`,
  }));
  return [...offerUnits(desk).filter(({ word }) => word), ...incidents];
}

/** @param {Desk} desk @param {string[]} words */
async function send(desk, words) {
  const incident = incidentOf(desk, words[words.length - 1] ?? "");
  const units = wanted(desk, words.slice(0, -1));
  const body = { units: units.map((unit) => unit.id), version: incident.version };
  const answer = await call(`/incidents/${incident.id}/dispatch`, { method: "POST", body });
  desk.picture.mergeEntity("incident", answer);
  return t("units.sent", { codes: units.map((unit) => unit.code).join(" "), n: incident.number });
}
