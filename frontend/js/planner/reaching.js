/** Choosing by travel time: within so many minutes over the streets of a shown place. */

import { ApiError, call } from "../ui/api.js";
import { h } from "../ui/dom.js";
import { t } from "../ui/i18n.js";
import { field, saidLine, sending } from "../ui/sending.js";
import { showFound } from "./found.js";

/** @typedef {import("./wanted.js").Reach} Reach */

const MODES = /** @type {const} */ (["drive", "cycle", "walk"]);
const LONGEST = 60; // minutes, as the server allows

/** The form that asks how long and how, then for the place; `take` gets what was asked.
 * @param {import("../desk.js").Desk} desk @param {(reach: Reach) => void} take */
export function reachForm(desk, take) {
  const minutes = h("input", { name: "minutes", type: "number", min: "1", max: LONGEST, step: "any", value: "10", required: true });
  const mode = h("select", { name: "mode" }, ...MODES.map((one) => h("option", { value: one }, t(`choose.mode.${one}`))));
  const towards = h("select", { name: "towards" }, h("option", { value: "" }, t("choose.reach.from")), h("option", { value: "yes" }, t("choose.reach.to")));
  const said = saidLine();
  const go = h("button", { class: "primary", type: "submit" }, t("choose.reach.place"));
  const row = h("div", { class: "work-row" }, go, said);
  const form = h("form", { class: "planner-form" }, h("div", { class: "planner-pair" }, field(t("choose.minutes"), minutes), field(t("choose.mode"), mode)), field(t("choose.reach.way"), towards, t("choose.mode.what")), row);
  form.onsubmit = async (event) => {
    event.preventDefault();
    const place = /** @type {any} */ (await desk.map?.ask("point", t("choose.ask.reach", { n: minutes.value })));
    desk.show("work");
    if (!place) return;
    const [lon, lat] = place.coordinates;
    const asked = { lon, lat, minutes: Number(minutes.value), mode: /** @type {Reach["mode"]} */ (mode.value), towards: towards.value !== "" };
    const found = await sending(form, said, () => groundOf(asked));
    if (found) take(asked);
  };
  return form;
}

/** Draw the ground that is reached; it is asked anew, because closures change. A refusal stands at the
 * table, which asks the same.
 * @param {Reach} reach */
export async function showReach(reach) {
  try {
    showFound((await groundOf(reach)).area);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    showFound(null);
  }
}

/** @param {Reach} reach @returns {Promise<{area: any}>} */
function groundOf(reach) {
  return call("/layers/reach", { method: "POST", body: reach });
}
