/** Starting the plan that answers an incident's type: its steps become timed tasks. */

import { call } from "../ui/api.js";
import { write } from "../ui/dom.js";
import { name, t } from "../ui/i18n.js";
import { sending } from "../ui/sending.js";
import { plans } from "./natures.js";

/** @param {import("../desk.js").Desk} desk @param {import("../types.js").Entity|undefined} incident
 * @param {HTMLElement} form @param {HTMLElement} said */
export async function startPlan(desk, incident, form, said) {
  const all = await plans().catch(() => []);
  const found = all.find((one) => one.natures.includes(incident?.nature));
  if (!found) {
    write(said, t("incidents.plan.none"));
    return;
  }
  const body = { incident: incident?.id };
  const post = () => call(`/plans/${found.code}/start`, { method: "POST", body });
  const answer = await sending(form, said, post);
  if (!answer) return;
  desk.picture.mergeEntity("incident", answer);
  const key = answer.started ? "incidents.plan.started" : "incidents.plan.runs";
  write(said, t(key, { title: name("title", found) }));
}
