/** Handing a file in: what it is, what its coordinates refer to, how the layer is called. */

import { fill, h } from "../ui/dom.js";
import { name, t } from "../ui/i18n.js";
import { forget, remember } from "../ui/remember.js";
import { field, saidLine, sending } from "../ui/sending.js";
import { fileField } from "./file_field.js";
import { questionsOf, stemOf } from "./file_kind.js";
import { ask, frame, part } from "./frame.js";
import { DATUMS } from "./model.js";
import { upload } from "./upload.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("./file_kind.js").Question} Question */

const DRAFT = "import.form";
const ACCEPTED = ".zip,.geojson,.json,.gpkg,.kml,.kmz,.csv,.tsv,.gml,.gpx,.dxf,.tif,.tiff,.hgt";

export class ImportForm {
  /** @param {Desk} desk @param {import("./catalogue.js").Catalogue} catalogue */
  constructor(desk, catalogue) {
    this.desk = desk;
    this.said = saidLine();
    this.datum = datumField("");
    const title = text("title_zh");
    /** @type {[Question, HTMLElement][]} */
    this.questions = questions();
    const more = h("details", { class: "import-more" }, h("summary", {}, t("planner.import.more")), ...this.questions.map(([, element]) => element));
    const file = fileField(ACCEPTED, t("planner.import.file.hint"), (found) => {
      title.placeholder = found ? stemOf(found.name) : "";
      this.#fit(found?.name ?? "", more);
    });
    this.file = file.input;
    const sharing = h("select", { name: "sharing" }, option("staff", t("planner.sharing.staff")), option("open", t("planner.sharing.open")));
    const code = text("layer", { pattern: "[a-z][a-z0-9_]{1,30}", spellcheck: "false", list: "import-codes" });
    const send = h("button", { class: "primary", type: "submit" }, t("planner.import.send"));
    this.form = h(
      "form",
      { class: "planner-form" },
      file.element,
      this.datum.element,
      pair(field(t("planner.import.name"), title), field(t("planner.import.name_en"), text("title_en"))),
      pair(field(t("planner.import.source"), text("source")), field(t("planner.import.date"), h("input", { type: "date", name: "source_date" }))),
      pair(field(t("planner.import.code"), code), field(t("planner.import.sharing"), sharing)),
      h("small", { class: "dim" }, t("planner.import.code.hint")),
      h("datalist", { id: "import-codes" }, ...registered(catalogue)),
      more,
      h("div", { class: "work-row form-end" }, send, this.said),
    );
    this.form.onsubmit = (event) => {
      event.preventDefault();
      void this.#send();
    };
    remember(this.form, DRAFT);
    file.tell();
    const latest = h("div");
    this.element = frame(desk, t("planner.import.title"), part("", this.form), part(t("planner.imports"), latest));
    void ask(latest, "/layers/imports", (answer) => this.#latest(answer.items));
  }

  /** Ask what makes sense for this file only; what is not asked is not sent.
   * @param {string} file @param {HTMLElement} more */
  #fit(file, more) {
    const asked = questionsOf(file);
    for (const [question, element] of this.questions) {
      element.hidden = !asked.includes(question);
      for (const control of element.querySelectorAll("input, select")) /** @type {HTMLInputElement} */ (control).disabled = element.hidden;
    }
    more.hidden = asked.length === 0;
  }

  update() {}

  focus() {
    this.file.focus();
  }

  async #send() {
    const file = this.file.files?.[0];
    if (!file) {
      this.said.className = "work-said failed";
      fill(this.said, t("planner.import.choose"));
      this.file.focus();
      return;
    }
    const told = Object.fromEntries([...new FormData(this.form)].filter(([name]) => !["file", "choice", "epsg"].includes(name)));
    const sent = (/** @type {number} */ part) => fill(this.said, t("planner.import.sent", { part: Math.floor(part * 100) }));
    const made = await sending(this.form, this.said, () => upload(file, { ...told, datum: this.datum.value() }, sent));
    if (made) forget(DRAFT);
    if (made) this.desk.selection.choose({ kind: "import", id: made.id });
  }

  /** @param {any[]} rows */
  #latest(rows) {
    if (rows.length === 0) return [h("p", { class: "empty" }, t("planner.imports.none"))];
    const lines = rows.slice(0, 12).map((row) => {
      const open = () => this.desk.selection.choose({ kind: "import", id: row.id });
      const stage = h("span", { class: `dim ${row.stage}` }, t(`planner.stage.${row.stage}`));
      return h("button", { class: "related", type: "button", onclick: open }, h("span", {}, row.file), stage);
    });
    return [h("div", {}, ...lines)];
  }
}

/** What only some files raise, each with the sort of file that it is asked of.
 * @returns {[Question, HTMLElement][]} */
function questions() {
  const bands = text("bands", { pattern: "\\d+(,\\d+,\\d+)?", placeholder: "4,3,2", maxlength: 20 });
  const coverage = h("label", {}, h("input", { type: "checkbox", name: "coverage", value: "true" }), " ", t("planner.import.coverage"));
  return [
    ["several", field(t("planner.import.member"), text("member", { maxlength: 120 }), t("planner.import.member.hint"))],
    ["table", pair(field(t("planner.import.east"), text("east")), field(t("planner.import.north"), text("north")))],
    ["vector", field(t("planner.import.key"), text("key"), t("planner.import.key.hint"))],
    ["vector", coverage],
    ["raster", pair(field(t("planner.import.bands"), bands), field(t("planner.import.nodata"), collarField()))],
    ["raster", field(t("planner.import.vertical"), text("vertical"), t("planner.import.vertical.hint"))],
  ];
}

/** The layers that an import may replace, or add a day to.
 * @param {import("./catalogue.js").Catalogue} catalogue */
function registered(catalogue) {
  const known = /** @type {(import("../types.js").MapLayer & {registered?: boolean})[]} */ (catalogue.layers ?? []);
  const own = known.filter((layer) => layer.registered);
  return own.map((layer) => h("option", { value: layer.code }, name("title", layer)));
}

/** @param {string} name @param {Record<string, string|number>} [more] */
function text(name, more = {}) {
  return h("input", { type: "text", name, maxlength: 80, ...more });
}

/** The question of the datum: the usual answers, or any EPSG code.
 * @param {string} chosen */
export function datumField(chosen) {
  const options = [...DATUMS, "other"].map((value) => option(value, t(`planner.datum.${value}`)));
  const select = h("select", { name: "choice" }, ...options);
  const epsg = h("input", { type: "number", name: "epsg", min: 1024, max: 32767, hidden: true, "aria-label": t("planner.import.epsg"), placeholder: "4547" });
  const known = DATUMS.includes(chosen);
  select.value = known ? chosen : "other";
  epsg.value = known ? "" : chosen.replace("EPSG:", "");
  epsg.hidden = known;
  select.onchange = () => {
    epsg.hidden = select.value !== "other";
    if (!epsg.hidden) epsg.focus();
  };
  const both = h("span", { class: "planner-datum" }, select, epsg);
  const value = () => (select.value === "other" ? `EPSG:${epsg.value}` : select.value);
  return { element: field(t("planner.import.datum"), both, t("planner.import.datum.hint")), value };
}

function collarField() {
  const values = ["", "0", "255"];
  return h("select", { name: "nodata" }, ...values.map((value) => option(value, t(`planner.nodata.${value}`))));
}

/** @param {string} value @param {string} text */
function option(value, text) {
  return h("option", { value }, text);
}

/** @param {...HTMLElement} fields */
function pair(...fields) {
  return h("div", { class: "planner-pair" }, ...fields);
}
