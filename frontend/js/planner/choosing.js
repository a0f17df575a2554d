/** Choosing by place, above a layer's table: a drawn shape, the ground round it, another layer near. */

import { fill, h } from "../ui/dom.js";
import { name, t } from "../ui/i18n.js";
import { remember } from "../ui/remember.js";
import { field } from "../ui/sending.js";
import { showFound } from "./found.js";
import { reachForm, showReach } from "./reaching.js";
import { keepWanted, saying, wantedOf, without } from "./wanted.js";

/** @typedef {import("./wanted.js").Wanted} Wanted */
/** @typedef {import("./wanted.js").Condition} Condition */

const CONDITIONS = /** @type {const} */ (["filter", "area", "reach", "beside"]);
const METRES = "200";

export class Choosing {
  /** @param {import("../desk.js").Desk} desk @param {import("./catalogue.js").Catalogue} catalogue
   * @param {string} code @param {() => void} changed */
  constructor(desk, catalogue, code, changed) {
    this.desk = desk;
    this.catalogue = catalogue;
    this.code = code;
    this.changed = changed;
    /** @type {Wanted} */
    this.wanted = wantedOf(code);
    this.chips = h("div", { class: "choose-chips" });
    this.form = h("div", { class: "choose-form" });
    const row = h(
      "div",
      { class: "work-row" },
      this.#button("choose.area", () => void this.#drawn("area", 0)),
      this.#button("choose.around", () => this.#around()),
      this.#button("choose.reach", () => fill(this.form, reachForm(this.desk, (reach) => this.take({ ...this.wanted, reach })))),
      this.#button("choose.near", () => this.#near()),
    );
    this.element = h("div", { class: "choose" }, row, this.form, this.chips);
    this.#draw();
  }

  /** @param {Wanted} wanted */
  take(wanted) {
    this.wanted = wanted;
    keepWanted(this.code, wanted);
    fill(this.form);
    this.#draw();
    this.changed();
  }

  /** @param {string} key @param {() => void} run */
  #button(key, run) {
    return h("button", { class: "button", type: "button", onclick: run }, t(key));
  }

  #draw() {
    showFound(this.wanted.area ?? null);
    if (this.wanted.reach && !this.wanted.area) void showReach(this.wanted.reach);
    const chips = CONDITIONS.filter((one) => this.wanted[one]).map((one) => this.#chip(one));
    fill(this.chips, ...chips);
  }

  /** @param {Condition} condition */
  #chip(condition) {
    const { key, n, layer } = saying(this.wanted, condition);
    const text = t(key, { n, filter: this.wanted.filter, layer: name("title", this.catalogue.of(layer)) || layer });
    const drop = () => this.take(without(this.wanted, condition));
    const label = t("choose.drop", { text });
    return h(
      "span",
      { class: "chip choose-chip" },
      text,
      h("button", { class: "link", type: "button", "aria-label": label, title: label, onclick: drop }, "×"),
    );
  }

  /** @param {"point"|"line"|"area"} kind @param {number} metres */
  async #drawn(kind, metres) {
    const title = t(metres ? "choose.ask.around" : "choose.ask.area", { n: metres });
    const shape = await this.desk.map?.ask(kind, title);
    this.desk.show("work");
    if (!shape) return;
    const area = /** @type {any} */ (shape);
    this.take({ ...this.wanted, area, within_m: metres || undefined });
  }

  /** Ask how far, then from what. */
  #around() {
    const metres = metresField();
    const go = (/** @type {"point"|"line"|"area"} */ kind) => () => {
      if (metres.reportValidity()) void this.#drawn(kind, Number(metres.value));
    };
    const kinds = /** @type {const} */ (["point", "line", "area"]);
    const row = h("div", { class: "work-row" }, ...kinds.map((kind) => this.#button(`choose.from.${kind}`, go(kind))));
    const form = h("div", { class: "planner-form" }, field(t("choose.metres"), metres), row);
    fill(this.form, form);
    remember(form, `choose.around.${this.code}`);
    metres.select();
  }

  /** Ask which layer, which of its features, and how far. */
  #near() {
    const layers = (this.catalogue.layers ?? []).filter((one) => one.kind === "vector" && one.count);
    const options = layers.map((one) => h("option", { value: one.code }, name("title", one)));
    const other = h("select", { name: "layer" }, ...options);
    const filter = h("input", { name: "filter", type: "text", autocomplete: "off", spellcheck: "false" });
    const metres = metresField();
    metres.min = "0";
    const use = h("button", { class: "primary", type: "submit" }, t("choose.use"));
    const pair = h("div", { class: "planner-pair" }, field(t("choose.layer"), other), field(t("choose.metres"), metres, t("choose.metres.none")));
    const form = h("form", { class: "planner-form" }, pair, field(t("choose.filter"), filter), h("div", { class: "work-row" }, use));
    form.onsubmit = (event) => {
      event.preventDefault();
      const beside = { layer: other.value, filter: filter.value.trim(), within_m: Number(metres.value) };
      this.take({ ...this.wanted, beside });
    };
    fill(this.form, form);
    remember(form, `choose.near.${this.code}`);
    other.focus();
  }
}

function metresField() {
  return h("input", { name: "within_m", type: "number", min: "1", max: "5000", step: "any", value: METRES, required: true });
}
