/** The fields of a rule's form: each writes what is typed into the form at once. */

import { h } from "../ui/dom.js";
import { t, word } from "../ui/i18n.js";
import { levelTable } from "./levels.js";
import { emptyForm, KINDS, WHEN_FIELDS } from "./model.js";

/** @typedef {import("./model.js").Form} Form */
/** @typedef {import("./vocabulary.js").Vocabulary} Vocabulary */
/** @typedef {[code: string, label: string][]} Options */

export class Fields {
  /** @param {Form} form @param {Vocabulary} vocabulary
   * @param {{fresh: boolean, keep: () => void, redraw: () => void}} how `keep` saves the draft */
  constructor(form, vocabulary, { fresh, keep, redraw }) {
    this.form = form;
    this.vocabulary = vocabulary;
    this.fresh = fresh;
    this.keep = keep;
    this.redraw = redraw;
  }

  /** All groups of the form, by the rule's kind. */
  groups() {
    const measured = ["threshold", "accumulation"].includes(this.form.kind);
    return [
      group("rules.group.what", this.#what(measured)),
      measured && group("rules.group.limits", [levelTable(this)]),
      group("rules.group.when", this.#when()),
      group("rules.group.where", this.#where()),
      group("rules.group.standard", [this.text("standard_zh"), this.text("standard_en")]),
    ];
  }

  /** A line of text. @param {string} field of form.plain @param {Record<string, any>} [props]
   * `path` is what the server calls the field */
  text(field, { path = field, unit = "", ...props } = {}) {
    const input = h("input", { value: this.form.plain[field] ?? "", "data-field": path, ...props });
    input.oninput = () => {
      this.form.plain[field] = input.value;
      this.keep();
    };
    return labelled(field, input, unit);
  }

  /** A choice of one. @param {string} field @param {Options} options @param {string} value
   * @param {(chosen: string) => void} took @param {string} [path] */
  choose(field, options, value, took, path = field) {
    const made = options.map(([code, label]) =>
      h("option", { value: code, selected: code === value }, label),
    );
    const select = h("select", { "data-field": path }, ...made);
    select.onchange = () => {
      took(select.value);
      this.keep();
      this.redraw();
    };
    return labelled(field, select);
  }

  /** A choice of any number. @param {string} field @param {Options} options
   * @param {string[]} chosen changed in place */
  boxes(field, options, chosen) {
    const made = options.map(([code, label]) => {
      const box = h("input", { type: "checkbox", checked: chosen.includes(code) });
      box.onchange = () => {
        if (box.checked) chosen.push(code);
        else chosen.splice(chosen.indexOf(code), 1);
        this.keep();
      };
      return h("label", { class: "choice" }, box, label);
    });
    const none = options.length === 0 && h("span", { class: "dim" }, t("rules.none_known"));
    const label = t(`rules.field.${field}`);
    const choices = h("div", { class: "choices" }, ...made, none);
    const props = { class: "field wide", role: "group", "aria-label": label };
    return h("div", props, h("span", {}, label), choices);
  }

  /** @param {boolean} measured */
  #what(measured) {
    const { form } = this;
    const kinds = /** @type {Options} */ (KINDS.map((one) => [one, t(`rules.kind.${one}`)]));
    return [
      this.fresh && this.text("key", { placeholder: "rain_strong" }),
      this.text("title_zh"),
      this.text("title_en"),
      this.fresh && this.choose("kind", kinds, form.kind, (kind) => becomes(form, kind)),
      measured && this.#property(),
    ];
  }

  #property() {
    const { plain } = this.form;
    const known = this.vocabulary.properties.map(
      ({ code, name, unit }) => /** @type {[string, string]} */ ([code, `${name} (${unit})`]),
    );
    const missing = plain.property && !known.some(([code]) => code === plain.property);
    if (missing) known.push([plain.property, plain.property]);
    const options = /** @type {Options} */ ([["", t("rules.choose")], ...known]);
    return this.choose("property", options, plain.property, (code) => (plain.property = code));
  }

  #when() {
    const { form } = this;
    return (WHEN_FIELDS[form.kind] ?? []).map(({ name, unit, options }) => {
      const path = `when.${name}`;
      if (!options) return this.text(name, { inputmode: "decimal", path, unit });
      const label = (/** @type {string} */ code) =>
        name === "severity" ? `${code} ${t(`severity.${code}`)}` : t(`rules.event.${code}`);
      const pairs = /** @type {Options} */ (options.map((code) => [code, label(code)]));
      return this.choose(name, pairs, form.plain[name], (code) => (form.plain[name] = code), path);
    });
  }

  #where() {
    const { form, vocabulary } = this;
    const kinds = /** @type {Options} */ (vocabulary.kinds.map((one) => [one, word("kind", one)]));
    const fences = /** @type {Options} */ (vocabulary.fences.map(({ code, name }) => [code, name]));
    return [
      this.text("scope", { placeholder: "4101" }),
      this.boxes("things", kinds, form.things),
      form.kind === "fence" && this.boxes("fences", fences, form.fences),
    ];
  }
}

/** The form of another kind; the words that were typed already stay.
 * @param {Form} form @param {string} kind */
function becomes(form, kind) {
  const { key, title_zh, title_en, scope, standard_zh, standard_en } = form.plain;
  const kept = { key, title_zh, title_en, scope, standard_zh, standard_en };
  const empty = emptyForm(kind);
  Object.assign(form, empty, { plain: { ...empty.plain, ...kept } });
}

/** @param {string} title @param {(HTMLElement|false)[]} parts */
function group(title, parts) {
  const grid = h("div", { class: "rule-grid" }, ...parts);
  return h("fieldset", {}, h("legend", {}, t(title)), grid);
}

/** @param {string} field @param {HTMLElement} input @param {string} [unit] */
function labelled(field, input, unit = "") {
  const text = t(`rules.field.${field}`);
  return h("label", { class: "field" }, h("span", {}, unit ? `${text} (${unit})` : text), input);
}
