/** How many people may be in buildings that tell none: by their storeys and the floor space of one. */

import { call } from "../ui/api.js";
import { fill, h } from "../ui/dom.js";
import { currentLanguage, t } from "../ui/i18n.js";
import { remember } from "../ui/remember.js";
import { field } from "../ui/sending.js";
import { likelyStoreys, numericOf, tellsPeople } from "./reached_model.js";

export class RoomFields {
  constructor() {
    this.kept = false;
    this.storeys = h("select", { name: "storeys" });
    this.each = h("input", { name: "m2_each", type: "number", min: "1", max: "1000", step: "any", inputmode: "decimal" });
    const pair = h("div", { class: "planner-pair" }, field(t("reached.storeys"), this.storeys), field(t("reached.m2_each"), this.each));
    this.element = h("div", { hidden: true }, pair, h("p", { class: "dim" }, t("reached.m2_each.what")));
  }

  /** Show the fields for a layer that tells no people and knows storeys.
   * @param {string} code */
  async choose(code) {
    this.element.hidden = true;
    const { columns } = await call(`/layers/${code}`);
    const numeric = numericOf(columns);
    if (tellsPeople(columns) || numeric.length === 0) return;
    const language = currentLanguage();
    fill(this.storeys, ...numeric.map((one) => h("option", { value: one }, columns[one][language] || one)));
    this.storeys.value = likelyStoreys(numeric, columns);
    this.element.hidden = false;
    if (!this.kept) remember(this.element, "reached.room");
    this.kept = true;
  }

  /** @returns {{storeys: string, m2_each: number}|undefined} */
  get wanted() {
    if (this.element.hidden || !this.each.value) return undefined;
    return { storeys: this.storeys.value, m2_each: Number(this.each.value) };
  }
}
