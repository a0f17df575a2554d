/** Setting statuses from the desk: one call a unit, and a slip that can be taken back at once. */

import { ApiError, call } from "../ui/api.js";
import { currentLanguage, t } from "../ui/i18n.js";
import { Refusal } from "../panels/verbs.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../types.js").Entity} Entity */

export const REGRET_MS = 10_000;

/** @type {{units: Entity[], at: number}} what this desk said last */
let last = { units: [], at: 0 };

/** Whether what was said last may still be taken back by one key. */
export function regrettable() {
  return last.units.length > 0 && Date.now() - last.at < REGRET_MS;
}

/** Say what units are doing; the answer is a sentence for the command bar.
 * @param {Desk} desk @param {Entity[]} units @param {string} status */
export async function setStatus(desk, units, status) {
  const set = [];
  try {
    for (const unit of units) {
      const body = { status };
      const answer = await call(`/units/${unit.id}/status`, { method: "POST", body });
      desk.picture.mergeEntity("unit", answer);
      set.push(unit);
    }
  } catch (error) {
    throw refused(desk, error);
  } finally {
    if (set.length) last = { units: set, at: Date.now() };
  }
  const codes = set.map((unit) => unit.code).join(" ");
  return t("units.said", { codes, status: t(`units.status.${status}`) });
}

/** Take the last statuses back.
 * @param {Desk} desk */
export async function takeBack(desk) {
  const { units } = last;
  last = { units: [], at: 0 };
  try {
    for (const unit of units) {
      const answer = await call(`/units/${unit.id}/withdraw`, { method: "POST" });
      desk.picture.mergeEntity("unit", answer);
    }
  } catch (error) {
    throw refused(desk, error);
  }
  return t("units.taken_back", { codes: units.map((unit) => unit.code).join(" ") });
}

/** @param {Desk} desk @param {unknown} error */
function refused(desk, error) {
  if (!(error instanceof ApiError)) return error;
  if (error.problem.current) desk.picture.mergeEntity("unit", error.problem.current);
  return new Refusal(error.sentence(currentLanguage()));
}
