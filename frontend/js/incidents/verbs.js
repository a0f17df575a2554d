/** The command line's verbs for incidents: close, note, timer, take, open. */

import { Refusal } from "../panels/verbs.js";
import { call } from "../ui/api.js";
import { name, t } from "../ui/i18n.js";
import { incidentOf } from "../units/verbs.js";
import { freshKey } from "../ui/fresh_key.js";
import { OUTCOMES } from "./model.js";

/** @typedef {import("../desk.js").Desk} Desk */

/** @param {Desk} desk */
function offered(desk) {
  return [...desk.picture.of("incident").values()].map((one) => ({
    word: String(one.number),
    hint: `${name("type", one)} ${one.address}`,
  }));
}

/** @param {Desk} desk @param {string} path @param {unknown} body */
async function post(desk, path, body) {
  const answer = await call(path, { method: "POST", body });
  if (answer.number) desk.picture.mergeEntity("incident", answer);
  return answer;
}

/** @param {Desk} desk @param {import("./shelf.js").Shelf} shelf @returns {import("../panels/verbs.js").Verb[]} */
export function incidentVerbs(desk, shelf) {
  return [
    {
      name: "cl",
      usage: "incidents.usage.cl",
      offers: (words) =>
        words.length < 2 ? offered(desk) : OUTCOMES.map((word) => ({ word, hint: t(`incidents.outcome.${word}`) })),
      run: async ([which = "", outcome = "", ...words]) => {
        const incident = incidentOf(desk, which);
        if (!OUTCOMES.includes(outcome)) throw new Refusal(t("incidents.which_outcome"));
        const body = { outcome, words: words.join(" "), version: incident.version };
        const answer = await post(desk, `/incidents/${incident.id}/close`, body);
        shelf.keep(answer);
        return t("incidents.closed", { n: incident.number });
      },
    },
    {
      name: "nt",
      usage: "incidents.usage.nt",
      takes: ([which = ""]) => /^i\d+$/i.test(which),
      run: async ([which = "", ...words]) => {
        const incident = incidentOf(desk, which);
        if (!words.length) throw new Refusal(t("incidents.usage.nt"));
        await post(desk, `/incidents/${incident.id}/notes`, { words: words.join(" "), key: freshKey() });
        return t("incidents.noted", { n: incident.number });
      },
    },
    {
      name: "t",
      usage: "incidents.usage.t",
      run: (words) => setTimer(desk, words),
    },
    {
      name: "i",
      usage: "incidents.usage.i",
      offers: () => offered(desk),
      run: ([which = ""]) => {
        const incident = incidentOf(desk, which);
        desk.lists.show("incidents");
        desk.selection.choose({ kind: "incident", id: incident.id });
        desk.map?.fitSelected();
      },
    },
  ];
}

/** `t D01 10 words`, `t i12 15`: a timer on a unit or an incident.
 * @param {Desk} desk @param {string[]} words */
async function setTimer(desk, [which = "", minutes = "", ...words]) {
  const unit = [...desk.picture.of("unit").values()].find(
    (one) => String(one.code).toLowerCase() === which.toLowerCase(),
  );
  const about = unit ? { unit: unit.id } : { incident: incidentOf(desk, which).id };
  if (!(Number(minutes) > 0)) throw new Refusal(t("incidents.which_minutes"));
  const body = { ...about, minutes: Number(minutes), words: words.join(" "), key: freshKey() };
  const task = await call("/tasks", { method: "POST", body });
  desk.picture.mergeEntity("task", task);
  return t("incidents.timed", { minutes, what: which });
}
