/** A layer's attribute table: pages by number, a CQL2 filter, export of what is shown. */

import { ApiError, call } from "../ui/api.js";
import { fill, h } from "../ui/dom.js";
import { currentLanguage, name, t } from "../ui/i18n.js";
import { field, saidLine, sending } from "../ui/sending.js";
import { tab } from "../ui/store.js";
import { Choosing } from "./choosing.js";
import { FilterBuilder } from "./filter_builder.js";
import { showFound } from "./found.js";
import { cornersOf, exampleOf } from "./model.js";
import { fetchFile } from "./saving.js";
import { dayNote, following, onDay } from "./shown_day.js";
import { isFigure, valueText } from "./values.js";

/** @typedef {import("./model.js").Columns} Columns */

const PAGE = 25;
const FORMS = { geojson: "GeoJSON", gpkg: "GeoPackage", shp: "Shapefile", csv: "CSV", kml: "KML" };

export class AttributeTable {
  /** @param {import("../desk.js").Desk} desk @param {import("./catalogue.js").Catalogue} catalogue
   * @param {string} code @param {Columns} columns */
  constructor(desk, catalogue, code, columns) {
    this.desk = desk;
    this.titleOf = (/** @type {string} */ one) => name("title", catalogue.of(one)) || one;
    this.follow = following(desk, () => this.#first());
    this.code = code;
    this.columns = columns;
    this.choosing = new Choosing(desk, catalogue, code, () => this.#chosen());
    this.form = tab.get("table.form", "geojson");
    this.sort = ""; // a column, or -column; none: by number
    /** @type {any[]} where each page before this one began */
    this.trail = [];
    const hint = t("planner.filter.hint", { example: exampleOf(columns) });
    this.input = h("input", { name: "filter", type: "text", autocomplete: "off", spellcheck: "false" });
    this.filter = this.choosing.wanted.filter;
    this.input.value = tab.get(`table.filter.${code}`, this.choosing.wanted.filter);
    this.input.oninput = () => tab.set(`table.filter.${code}`, this.input.value);
    const run = h("button", { class: "button", type: "submit" }, t("planner.filter.run"));
    const form = h("form", { class: "planner-filter" }, field(t("planner.filter"), this.input, hint), run);
    form.onsubmit = (event) => {
      event.preventDefault();
      tab.set(`table.filter.${code}`, undefined);
      this.choosing.take({ ...this.choosing.wanted, filter: this.input.value.trim() });
    };
    this.place = h("div", { class: "planner-table" });
    const builder = new FilterBuilder(code, columns, (text) => {
      this.input.value = text;
      this.input.dispatchEvent(new Event("input"));
    });
    this.element = h("div", {}, form, builder.element, this.choosing.element, this.place);
    void this.#load(null);
  }

  /** Another choice: from the first page on, and the field says what is asked. */
  #chosen() {
    const { filter } = this.choosing.wanted;
    if (filter !== this.filter) {
      this.input.value = this.filter = filter; // what is being typed stays while only the place changes
      tab.set(`table.filter.${this.code}`, undefined);
    }
    this.#first();
  }

  #first() {
    this.trail = [];
    void this.#load(null);
  }

  /** @param {any} after the page's end before: a number, or of a sorted page number and value */
  async #load(after) {
    const turn = (this.turn = {}); // the answer to an older question must not stand for a newer one
    fill(this.place, h("div", { class: "wait", "aria-label": t("wait") }));
    const body = { ...onDay(this.desk, this.choosing.wanted), limit: PAGE, after, sort: this.sort, count: after === null };
    this.input.removeAttribute("aria-invalid");
    try {
      const page = await call(`/layers/${this.code}/select`, { method: "POST", body });
      if (this.turn === turn) this.#draw(page, after);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (this.turn !== turn) return;
      if (error.problem.field === "filter") this.input.setAttribute("aria-invalid", "true");
      const anew = error.status === 409 && this.#button("planner.table.anew", () => this.#first());
      fill(this.place, h("p", { class: "notice bad", role: "alert" }, error.sentence(currentLanguage())), anew);
    }
  }

  /** @param {any} page @param {any} after */
  #draw(page, after) {
    if (page.count !== undefined) this.count = page.count;
    const note = dayNote(page, this.titleOf, this.code);
    if (page.features.length === 0) {
      fill(this.place, note, h("p", { class: "empty" }, t("planner.table.none")));
      return;
    }
    const back = () => void this.#load(this.trail.pop());
    const on = () => {
      this.trail.push(after);
      void this.#load(page.next);
    };
    const earlier = this.#button("planner.table.before", back);
    const later = this.#button("planner.table.more", on);
    earlier.disabled = this.trail.length === 0;
    later.disabled = page.next === null;
    const turns = earlier.disabled && later.disabled ? [] : [earlier, later];
    const foot = h("div", { class: "work-row table-foot" }, h("span", { class: "dim tabular" }, this.#span(page.features.length)), ...turns);
    fill(this.place, note, this.#rows(page.features), foot, this.#export());
  }

  /** Which of how many features are in view.
   * @param {number} rows */
  #span(rows) {
    const n = Number(this.count ?? 0).toLocaleString();
    const begun = this.trail.length * PAGE;
    if (begun === 0 && rows === this.count) return t("planner.table.count", { n });
    return t("planner.table.span", { n, first: (begun + 1).toLocaleString(), last: (begun + rows).toLocaleString() });
  }

  /** The forms that a selection is handed out in, and the button that fetches it. */
  #export() {
    const options = Object.entries(FORMS).map(([value, form]) => h("option", { value }, form));
    const form = h("select", { "aria-label": t("planner.export.form") }, ...options);
    form.value = this.form;
    form.onchange = () => tab.set("table.form", (this.form = form.value));
    const said = saidLine();
    const row = h("div", { class: "work-row table-export" }, form, this.#button("planner.export", () => void out()), said);
    const out = () =>
      sending(row, said, () => fetchFile(`/layers/${this.code}/select/export`, { ...onDay(this.desk, this.choosing.wanted), format: this.form }));
    return row;
  }

  /** @param {string} key @param {() => void} run */
  #button(key, run) {
    return h("button", { class: "button", type: "button", onclick: run }, t(key));
  }

  /** @param {any[]} features */
  #rows(features) {
    const names = Object.keys(this.columns);
    const language = currentLanguage();
    const heads = names.map((name) => this.#head(name, this.columns[name][language] || name));
    const rows = features.map((feature) => {
      const cells = names.map((name) => this.#cell(name, feature.properties[name], language));
      const show = () => this.#show(feature);
      const number = h("button", { class: "link", type: "button", title: t("planner.show"), onclick: show }, feature.id);
      return h("tr", {}, h("td", { class: "tabular" }, number), ...cells);
    });
    const head = h("thead", {}, h("tr", {}, this.#head("fid", "#"), ...heads));
    const props = { class: "planner-scroll", tabindex: 0, role: "region", "aria-label": t("planner.table") };
    return h("div", props, h("table", {}, head, h("tbody", {}, ...rows)));
  }

  /** @param {string} name @param {unknown} value @param {"zh"|"en"} language */
  #cell(name, value, language) {
    const column = this.columns[name];
    const text = valueText(value, column, language);
    return h("td", isFigure(column) ? { class: "num tabular" } : { title: text.length > 16 ? text : null }, text);
  }

  /** A head that sorts: upwards, downwards, by number again.
   * @param {string} name @param {string} title */
  #head(name, title) {
    const way = this.sort === name ? "ascending" : this.sort === `-${name}` ? "descending" : "none";
    const next = { none: name, ascending: `-${name}`, descending: "" }[way];
    const sort = () => {
      this.sort = next;
      this.#first();
    };
    const mark = { none: "", ascending: " ↑", descending: " ↓" }[way];
    const props = { class: "sort", type: "button", title: `${t("planner.sort", { title })} (${name})`, onclick: sort };
    const kind = isFigure(this.columns[name]) ? "num" : null;
    return h("th", { scope: "col", class: kind, "aria-sort": way }, h("button", props, `${title}${mark}`));
  }

  /** @param {any} feature */
  #show(feature) {
    showFound(feature.geometry);
    this.desk.map?.fit(`${this.code}/${feature.id}`, cornersOf(feature.geometry));
    this.desk.show("map");
  }
}
