/** Asking for a terrain analysis: which, where, with which numbers; what was asked before stands below. */

import { call } from "../ui/api.js";
import { fill, h } from "../ui/dom.js";
import { name, t } from "../ui/i18n.js";
import { field, saidLine, sending } from "../ui/sending.js";
import { tab } from "../ui/store.js";
import { ask, frame, part } from "../planner/frame.js";
import { showFound } from "../planner/found.js";
import { modelFields } from "./against.js";
import { limitsText, numbersOf, placeText } from "./model.js";

/** @typedef {import("./model.js").Kind} Kind */
/** @typedef {import("./module.js").Geometry} Geometry */

/** The analyses to choose from, by what they are about.
 * @param {Kind[]} kinds */
function grouped(kinds) {
  const topics = [...new Set(kinds.map((kind) => kind.topic))];
  return topics.map((topic) => {
    const options = kinds.filter((kind) => kind.topic === topic).map((kind) => h("option", { value: kind.kind }, name("title", kind)));
    return h("optgroup", { label: t(`terrain.topic.${topic}`) }, ...options);
  });
}

export class TerrainForm {
  /** @param {import("../desk.js").Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.place = h("div");
    this.element = frame(desk, t("terrain.title"), this.place);
    /** @type {Geometry|null} */
    this.at = tab.get("terrain.at", null);
    /** @type {Geometry|null} */
    this.area = tab.get("terrain.area", null);
    void ask(this.place, "/layers/analyses", (found) => this.#draw(found));
  }

  update() {}

  leave() {
    showFound(null);
  }

  /** @param {{kinds: Kind[], models: import("./against.js").Model[], items: any[]}} found */
  #draw({ kinds, models, items }) {
    this.models = models;
    const choice = h("select", { name: "kind" }, ...grouped(kinds));
    choice.value = tab.get("terrain.kind", kinds[0]?.kind ?? "");
    const form = h("form", { class: "planner-form" });
    const draw = () => {
      const kind = kinds.find((one) => one.kind === choice.value) ?? kinds[0];
      tab.set("terrain.kind", kind.kind);
      this.#fields(form, choice, kind);
    };
    choice.onchange = draw;
    draw();
    return [part("", form), part(t("terrain.latest"), ...this.#latest(kinds, items))];
  }

  /** @param {HTMLFormElement} form @param {HTMLElement} choice @param {Kind} kind */
  #fields(form, choice, kind) {
    const kept = tab.get(`terrain.numbers.${kind.kind}`, /** @type {Record<string, string>} */ ({}));
    const inputs = kind.numbers.map((number) => {
      const value = kept[number.name] ?? number.default ?? "";
      const input = h("input", { name: number.name, type: "number", step: "any", min: number.least, max: number.most, value, required: !number.optional });
      return [input, field(`${name("title", number)}${number.unit && ` (${number.unit})`}`, input, limitsText(number))];
    });
    const chosen = modelFields(kind, this.models ?? []);
    const named = tab.get(`terrain.title.${kind.kind}`, "");
    const title = h("input", { name: "title_zh", type: "text", maxlength: 80, value: named, placeholder: name("title", kind) });
    const said = saidLine();
    const run = h("button", { class: "primary", type: "submit" }, t("terrain.run"));
    fill(
      form,
      field(t("terrain.kind"), choice),
      name("caution", kind) && h("p", { class: "notice warn" }, name("caution", kind)),
      chosen.element,
      this.#places(kind),
      inputs.length > 0 && h("div", { class: "planner-pair" }, ...inputs.map(([, shown]) => shown)),
      field(t("terrain.name"), title),
      h("div", { class: "work-row" }, run, said),
    );
    const given = () => Object.fromEntries(inputs.map(([input]) => [/** @type {HTMLInputElement} */ (input).name, /** @type {HTMLInputElement} */ (input).value]));
    form.oninput = () => {
      tab.set(`terrain.numbers.${kind.kind}`, given());
      tab.set(`terrain.title.${kind.kind}`, title.value || undefined);
    };
    form.onsubmit = (event) => {
      event.preventDefault();
      void this.#send(form, said, kind, { numbers: numbersOf(given()), title_zh: title.value.trim(), ...chosen.given() });
    };
  }

  /** Where: the point that is asked from, and the area that is looked at.
   * @param {Kind} kind */
  #places(kind) {
    const row = h("div", { class: "terrain-places" });
    const draw = () => {
      const point = kind.place === "point" && this.#picker("point", "point", this.at, draw);
      const area = this.#picker("area", kind.place === "area" ? "ground" : "area", this.area, draw);
      fill(row, point, area);
      const shapes = [kind.place === "point" ? this.at : null, this.area].filter((one) => one !== null);
      showFound(shapes.length ? /** @type {any} */ ({ type: "GeometryCollection", geometries: shapes }) : null);
    };
    draw();
    return row;
  }

  /** A shape to be drawn, in the words of what it is for: a limit, or the ground itself.
   * @param {"point"|"area"} shape @param {"point"|"area"|"ground"} words
   * @param {Geometry|null} given @param {() => void} drawn */
  #picker(shape, words, given, drawn) {
    const keep = (/** @type {Geometry|null} */ one) => {
      if (shape === "point") this.at = one;
      else this.area = one;
      tab.set(shape === "point" ? "terrain.at" : "terrain.area", one ?? undefined);
      drawn();
    };
    const pick = async () => {
      const found = await this.desk.map?.ask(shape, t(`terrain.${words}.ask`));
      this.desk.show("work");
      if (found) keep(/** @type {any} */ (found));
    };
    const told = given ? (shape === "point" ? placeText(given) : t(`terrain.${words}.given`)) : t(`terrain.${words}.none`);
    const drop = given && h("button", { class: "link", type: "button", onclick: () => keep(null) }, t("terrain.drop"));
    const button = h("button", { class: "button", type: "button", onclick: () => void pick() }, t(`terrain.${words}.pick`));
    return h("div", { class: "work-row" }, button, h("span", { class: given ? "tabular" : "dim" }, told), drop);
  }

  /** @param {HTMLFormElement} form @param {HTMLElement} said @param {Kind} kind @param {object} given */
  async #send(form, said, kind, given) {
    const place = { point: this.at, area: this.area }[kind.place] ?? null;
    const area = kind.place === "area" ? null : this.area;
    const body = { kind: kind.kind, place, area, ...given };
    const job = await sending(form, said, () => call("/layers/analyses", { method: "POST", body }));
    if (job) this.desk.selection.choose({ kind: "analysis", id: job.id });
  }

  /** @param {Kind[]} kinds @param {any[]} items */
  #latest(kinds, items) {
    if (!items.length) return [h("p", { class: "empty" }, t("terrain.none"))];
    return items.slice(0, 8).map((job) => {
      const kind = kinds.find((one) => one.kind === job.kind);
      const open = () => this.desk.selection.choose({ kind: "analysis", id: job.id });
      const title = name("title", job) || (kind ? name("title", kind) : job.kind);
      return h("button", { class: "related", type: "button", onclick: open }, h("span", {}, title), h("span", { class: `chip ${job.stage}` }, t(`planner.stage.${job.stage}`)));
    });
  }
}
