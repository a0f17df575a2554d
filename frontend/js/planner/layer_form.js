/** A layer of the database in the work panel: made anew, or its metadata, columns and style changed. */

import { call } from "../ui/api.js";
import { h } from "../ui/dom.js";
import { currentLanguage, name, t, word } from "../ui/i18n.js";
import { forget, remember } from "../ui/remember.js";
import { field, saidLine, sending } from "../ui/sending.js";
import { tab } from "../ui/store.js";
import { ColumnRows } from "./column_rows.js";
import { ask, facts, frame, part } from "./frame.js";
import { LOOK, LookFields } from "./look_fields.js";
import { removal } from "./removal.js";

/** @typedef {import("../desk.js").Desk} Desk */

const DRAFT = "layer.new";
const SHAPES = ["point", "line", "polygon"];
const EMPTY = { code: "", shape: "point", kind: "vector", title_zh: "", title_en: "", group: "imported", owner: "planning", sharing: "staff", source: "", source_date: "", refresh: "once", fields: [], look: LOOK, count: 0 };

export class LayerForm {
  /** @param {Desk} desk @param {string} code empty: a new layer */
  constructor(desk, code) {
    this.desk = desk;
    this.code = code;
    this.place = h("div");
    this.element = frame(desk, t(code ? "layer.edit.title" : "tree.new"), this.place);
    void this.#open();
  }

  update() {}

  async #open() {
    await ask(this.place, "/layers/new", (choices) => {
      this.choices = choices;
      return this.code ? [] : this.#draw(EMPTY);
    });
    if (this.code && this.choices) void ask(this.place, `/layers/${this.code}/definition`, (layer) => this.#draw(layer));
  }

  /** @param {any} layer */
  #draw(layer) {
    if (this.code && !layer.registered) return [fixed(layer)];
    this.layer = layer;
    this.said = saidLine();
    const vector = layer.kind === "vector";
    const filled = layer.count > 0 ? layer.fields.map((/** @type {{name: string}} */ one) => one.name) : [];
    const fields = this.code ? layer.fields : tab.get(`${DRAFT}.fields`, layer.fields);
    this.columns = new ColumnRows(fields, filled, () => this.#retold());
    this.form = h("form", { class: "planner-form", onsubmit: (/** @type {Event} */ event) => { event.preventDefault(); void this.#send(); } }, ...this.#fields(layer));
    this.look = vector && layer.look ? new LookFields(layer.look, () => this.#stands()) : null;
    const style = this.look ? this.look.element : h("p", { class: "dim" }, t("layer.style.kept"));
    if (vector) this.form.append(h("h4", {}, t("layer.fields")), this.columns.element, h("h4", {}, t("layer.style")), style);
    this.form.append(h("div", { class: "work-row form-end" }, h("button", { class: "primary", type: "submit" }, t(this.code ? "layer.save" : "layer.make")), this.said));
    if (!this.code) remember(this.form, DRAFT);
    this.form.addEventListener("input", () => this.look?.draw());
    this.look?.draw();
    return [part("", this.form), this.code && part(t("layer.remove"), removal(this.desk, this.code))];
  }

  #retold() {
    if (!this.code) tab.set(`${DRAFT}.fields`, this.columns?.value);
    this.look?.draw();
  }

  /** What the form says now of what the preview shows. */
  #stands() {
    const data = this.form ? new FormData(this.form) : new FormData();
    const title = String(data.get(`title_${currentLanguage()}`) || data.get("title_zh") || data.get("title_en") || "");
    const columns = this.columns?.value ?? [];
    return { shape: String(data.get("shape") ?? this.layer.shape), title, columns };
  }

  /** @param {any} layer */
  #fields(layer) {
    const text = (/** @type {string} */ name, more = {}) => h("input", { type: "text", name, value: layer[name], maxlength: 80, ...more });
    const { groups, departments, refresh, datum } = this.choices;
    const owners = departments.some((/** @type {{code: string}} */ one) => one.code === layer.owner) ? departments : [{ code: layer.owner, name_zh: layer.owner, name_en: layer.owner }, ...departments];
    const pick = (/** @type {string} */ key, /** @type {[string, string][]} */ options) => select(key, options, String(layer[key]));
    const code = text("code", { pattern: "[a-z][a-z0-9_]{1,30}", required: true, spellcheck: "false", autocomplete: "off", maxlength: 31 });
    const shape = pick("shape", SHAPES.map((one) => [one, t(`layer.shape.${one}`)]));
    return [
      this.code ? facts([[t("planner.facts.code"), this.code], [t("planner.facts.datum"), layer.datum]]) : pair(field(t("planner.facts.code"), code, t("layer.code.hint")), field(t("layer.shape"), shape, t("layer.datum", { datum }))),
      pair(field(t("planner.import.name"), text("title_zh", { required: true })), field(t("planner.import.name_en"), text("title_en"))),
      pair(field(t("layer.group"), pick("group", groups.map((/** @type {any} */ one) => [one.code, name("title", one)]))), field(t("planner.facts.owner"), pick("owner", owners.map((/** @type {any} */ one) => [one.code, name("name", one)])))),
      pair(field(t("planner.import.source"), text("source", { maxlength: 200 })), field(t("planner.import.date"), h("input", { type: "date", name: "source_date", value: layer.source_date }))),
      pair(field(t("planner.facts.refresh"), pick("refresh", refresh.map((/** @type {string} */ one) => [one, word("planner.refresh", one)]))), this.#sharing(layer)),
      this.roles ?? null,
    ].filter((one) => one !== null);
  }

  /** Open, staff, or the roles that are named.
   * @param {any} layer */
  #sharing(layer) {
    const some = Array.isArray(layer.sharing);
    const choice = select("sharing", ["open", "staff", "some"].map((one) => [one, t(`planner.sharing.${one}`)]), some ? "some" : layer.sharing);
    const box = (/** @type {string} */ role) =>
      h("label", {}, h("input", { type: "checkbox", name: `role:${role}`, checked: some && layer.sharing.includes(role) }), " ", t(`role.${role}`));
    this.roles = h("div", { class: "layer-roles", role: "group", "aria-label": t("planner.sharing.some"), hidden: !some }, ...this.choices.roles.map(box));
    choice.onchange = () => this.roles && (this.roles.hidden = choice.value !== "some");
    return field(t("planner.import.sharing"), choice);
  }

  async #send() {
    const { form, said, columns, look } = this;
    if (!form || !said || !columns) return;
    const data = Object.fromEntries(new FormData(form));
    const roles = Object.keys(data).filter((key) => key.startsWith("role:")).map((key) => key.slice(5));
    if (data.sharing === "some" && roles.length === 0) {
      said.className = "work-said failed";
      said.textContent = t("layer.roles.none");
      return;
    }
    const body = {
      ...Object.fromEntries(Object.entries(data).filter(([key]) => !/^role:|^(day|night|size|opacity|label)$/.test(key))),
      sharing: data.sharing === "some" ? roles : data.sharing,
      fields: columns.value,
      look: look ? look.value : null,
      version: this.layer.version,
    };
    const way = this.code ? { path: `/layers/${this.code}/definition`, method: "PUT" } : { path: "/layers/new", method: "POST" };
    const kept = await sending(form, said, () => call(way.path, { method: way.method, body }));
    if (!kept) return;
    if (!this.code) for (const key of [DRAFT, `${DRAFT}.fields`]) forget(key);
    this.desk.picture.changed("catalogue");
    this.desk.selection.choose({ kind: "layer", id: kept.code });
  }
}

/** Where a layer of the catalogue's files stands.
 * @param {any} layer */
function fixed(layer) {
  return part("", h("p", { class: "notice" }, t("layer.in_file", { file: layer.file })));
}

/** @param {string} key @param {[string, string][]} options @param {string} chosen */
function select(key, options, chosen) {
  const made = h("select", { name: key }, ...options.map(([value, text]) => h("option", { value }, text)));
  made.value = chosen;
  return made;
}

/** @param {...HTMLElement} fields */
function pair(...fields) {
  return h("div", { class: "planner-pair" }, ...fields);
}
