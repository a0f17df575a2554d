/** The columns of a layer, a line each: name, titles in both languages, type. */

import { fill, h, icon } from "../ui/dom.js";
import { t } from "../ui/i18n.js";
import { CROSS } from "../ui/parts.js";

/** @typedef {{name: string, zh: string, en: string, type: string}} Field */

const TYPES = ["text", "int", "float", "bool"];

export class ColumnRows {
  /** @param {Field[]} fields @param {string[]} fixed names whose values are there: they stay as they are
   * @param {() => void} changed */
  constructor(fields, fixed, changed) {
    this.fields = fields.map((one) => ({ ...one }));
    this.fixed = fixed;
    this.changed = changed;
    this.rows = h("div", { class: "column-rows", role: "group", "aria-label": t("layer.fields") });
    const add = h("button", { class: "button", type: "button", onclick: () => this.#add() }, t("layer.fields.add"));
    this.element = h("div", { class: "column-editor" }, this.rows, h("div", { class: "work-row" }, add));
    this.#draw();
  }

  /** @returns {Field[]} */
  get value() {
    return this.fields.filter((one) => one.name !== "");
  }

  #add() {
    this.fields.push({ name: "", zh: "", en: "", type: "text" });
    this.#draw();
    const inputs = /** @type {NodeListOf<HTMLInputElement>} */ (this.rows.querySelectorAll(".column-name"));
    inputs[inputs.length - 1]?.focus();
  }

  #draw() {
    const heads = ["name", "zh", "en", "type"].map((key) => h("span", { class: "dim" }, t(`layer.fields.${key}`)));
    const none = h("p", { class: "dim" }, t("layer.fields.none"));
    fill(this.rows, ...(this.fields.length ? [h("div", { class: "column-row", "aria-hidden": "true" }, ...heads, h("span"))] : [none]), ...this.fields.map((one) => this.#row(one)));
  }

  /** @param {Field} one */
  #row(one) {
    const stays = this.fixed.includes(one.name) && one.name !== "";
    const text = (/** @type {"name"|"zh"|"en"} */ key, more = {}) => {
      const label = `${one.name || t("layer.fields.new")} ${t(`layer.fields.${key}`)}`;
      const input = h("input", { type: "text", value: one[key], maxlength: 60, "aria-label": label, ...more });
      input.oninput = () => {
        one[key] = input.value.trim();
        this.changed();
      };
      return input;
    };
    const type = h("select", { "aria-label": `${one.name} ${t("layer.fields.type")}` }, ...TYPES.map((value) => h("option", { value }, t(`layer.type.${value}`))));
    type.value = one.type;
    type.disabled = stays;
    type.onchange = () => {
      one.type = type.value;
      this.changed();
    };
    const drop = () => {
      this.fields = this.fields.filter((other) => other !== one);
      this.#draw();
      this.changed();
    };
    const label = t("layer.fields.drop", { name: one.name });
    const away = h("button", { class: "tool", type: "button", title: label, "aria-label": label, disabled: stays, onclick: drop }, icon(CROSS));
    const name = text("name", { class: "column-name", pattern: "[a-z][a-z0-9_]{1,30}", required: true, disabled: stays, spellcheck: "false" });
    return h("div", { class: "column-row" }, name, text("zh"), text("en"), type, away);
  }
}
