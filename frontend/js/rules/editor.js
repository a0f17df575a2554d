/** The form of one rule: what is typed stays until the server has taken it; a refusal names its field. */

import { ApiError, call } from "../ui/api.js";
import { fill, h } from "../ui/dom.js";
import { currentLanguage, t } from "../ui/i18n.js";
import { tab } from "../ui/store.js";
import { Fields } from "./fields.js";
import { emptyForm, fieldOf, toDefinition, toForm } from "./model.js";

/** @typedef {import("./model.js").Rule} Rule */
/** @typedef {import("./model.js").Form} Form */
/** @typedef {import("./vocabulary.js").Vocabulary} Vocabulary */

export class Editor {
  /** @param {Rule|null} rule null: a new one @param {Vocabulary} vocabulary
   * @param {(saved: Rule) => void} saved */
  constructor(rule, vocabulary, saved) {
    this.rule = rule;
    this.vocabulary = vocabulary;
    this.saved = saved;
    this.draft = `rule.${rule ? `${rule.key}/${rule.version}` : "new"}`;
    /** @type {Form} */
    this.form = tab.get(this.draft, null) ?? this.#fresh();
    this.fields = h("div", { class: "rule-fields" });
    this.refused = h("p", { class: "notice bad", role: "alert", hidden: true });
    this.send = h("button", { class: "primary", type: "submit" });
    fill(this.send, t(rule ? "rules.save" : "rules.make"));
    this.said = h("span", { class: "dim", role: "status" });
    const undo = h("button", { class: "button", type: "button", onclick: () => this.#undo() });
    fill(undo, t("rules.undo"));
    const row = h("div", { class: "work-row" }, this.send, undo, this.said);
    const props = { class: "rule-form", novalidate: true };
    this.element = h("form", props, this.fields, this.refused, row);
    this.element.onsubmit = (event) => {
      event.preventDefault();
      void this.#submit();
    };
    this.#draw();
  }

  #fresh() {
    return this.rule ? toForm(this.rule) : emptyForm("threshold");
  }

  #undo() {
    tab.set(this.draft, undefined);
    this.form = this.#fresh();
    this.refused.hidden = true;
    this.#draw();
  }

  #draw() {
    const how = {
      fresh: !this.rule,
      keep: () => tab.set(this.draft, this.form),
      redraw: () => this.#draw(),
    };
    fill(this.fields, ...new Fields(this.form, this.vocabulary, how).groups());
  }

  async #submit() {
    this.#clear();
    this.send.disabled = true;
    fill(this.said, t("work.sending"));
    try {
      const answer = await this.#save();
      tab.set(this.draft, undefined);
      this.saved(answer);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#refuse(error);
      fill(this.said, t("work.kept"));
    } finally {
      this.send.disabled = false;
    }
  }

  /** @returns {Promise<Rule>} */
  #save() {
    const body = toDefinition(this.form);
    if (this.rule) return call(`/rules/${this.rule.key}`, { method: "PUT", body });
    const key = this.form.plain.key.trim();
    return call("/rules", { method: "POST", body: { ...body, key } });
  }

  /** Say what was refused, beside the field that it is about.
   * @param {ApiError} error */
  #refuse(error) {
    const { field = "", remedy = "" } = error.problem;
    const sentence = error.sentence(currentLanguage());
    this.refused.hidden = false;
    const more = remedy && h("span", { class: "dim" }, ` ${remedy}`);
    fill(this.refused, h("b", {}, t("rules.refused")), " ", sentence, more);
    const inputs = /** @type {HTMLElement[]} */ ([...this.fields.querySelectorAll("[data-field]")]);
    const names = inputs.map((input) => input.dataset.field ?? "");
    const input = inputs[names.indexOf(fieldOf(field, names) ?? "-")];
    if (!input) return;
    input.setAttribute("aria-invalid", "true");
    input.after(h("small", { class: "field-refused" }, sentence));
    input.focus();
  }

  #clear() {
    this.refused.hidden = true;
    for (const input of this.fields.querySelectorAll("[aria-invalid]")) {
      input.removeAttribute("aria-invalid");
    }
    for (const words of this.fields.querySelectorAll(".field-refused")) words.remove();
  }
}
