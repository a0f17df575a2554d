/** Which elevation models an analysis reads: the model itself, and the second where two are compared. */

import { h } from "../ui/dom.js";
import { name, t } from "../ui/i18n.js";
import { field } from "../ui/sending.js";
import { tab } from "../ui/store.js";

/** @typedef {{code: string, title_zh: string, title_en: string}} Model */

/** The choices of models for one kind, and what they say; none to choose from is told.
 * @param {import("./model.js").Kind} kind @param {Model[]} models */
export function modelFields(kind, models) {
  const model = choice("model", models, 0);
  const against = kind.against && choice("against", models, 1);
  const hint = models.length ? "" : t("terrain.model.none");
  const element = h(
    "div",
    { class: "planner-pair" },
    field(t("terrain.model"), model, hint),
    against && field(t("terrain.against"), against, models.length < 2 ? t("terrain.against.none") : ""),
  );
  const given = () => ({ ...(model.value && { model: model.value }), ...(against && { against: against.value }) });
  return { element, given };
}

/** @param {string} field @param {Model[]} models @param {number} usual */
function choice(field, models, usual) {
  const key = `terrain.${field}`;
  const select = h("select", { name: field }, ...models.map((one) => h("option", { value: one.code }, name("title", one))));
  const kept = tab.get(key, "");
  const known = models.find((one) => one.code === kept) ?? models[usual] ?? models[0];
  if (known) select.value = known.code;
  select.onchange = () => tab.set(key, select.value);
  return select;
}
