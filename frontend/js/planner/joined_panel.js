/** Joining by location: each chosen feature with the nearest of another layer, and a CSV of all. */

import { call } from "../ui/api.js";
import { fill, h } from "../ui/dom.js";
import { currentLanguage, name, t } from "../ui/i18n.js";
import { remember } from "../ui/remember.js";
import { field, saidLine, sending } from "../ui/sending.js";
import { Choosing } from "./choosing.js";
import { ask, frame, part } from "./frame.js";
import { showFound } from "./found.js";
import { joinedCsv, titleOf } from "./joining.js";
import { cornersOf, lengthText } from "./model.js";
import { save } from "./saving.js";
import { dayNote, following, onDay, shownDay } from "./shown_day.js";

/** @typedef {import("./joining.js").Row} Row */

const PAGE = 25;
const AT_ONCE = 1000; // features of a page for the file
const MOST = 50_000; // rows of the file: more belong to a program that asks the API

export class JoinedPanel {
  /** @param {import("../desk.js").Desk} desk @param {import("./catalogue.js").Catalogue} catalogue @param {string} code */
  constructor(desk, catalogue, code) {
    this.desk = desk;
    this.catalogue = catalogue;
    this.code = code;
    const title = t("joined.title", { layer: name("title", catalogue.of(code)) || code });
    const others = (catalogue.layers ?? []).filter((one) => one.kind === "vector" && one.count && one.code !== code);
    this.other = h("select", { name: "layer" }, ...others.map((one) => h("option", { value: one.code }, name("title", one))));
    this.metres = h("input", { name: "within_m", type: "number", min: "0", max: "5000", step: "any", value: "200", required: true });
    this.answer = h("div");
    this.follow = following(desk, () => this.answer.childElementCount && this.#ask(null));
    this.choosing = new Choosing(desk, catalogue, code, () => this.#ask(null));
    const open = () => desk.selection.choose({ kind: "layer", id: code });
    const run = h("button", { class: "primary", type: "submit" }, t("joined.run"));
    const back = h("button", { class: "button", type: "button", onclick: open }, t("figures.layer"));
    const pair = h("div", { class: "planner-pair" }, field(t("joined.to"), this.other), field(t("choose.metres"), this.metres, t("choose.metres.none")));
    this.form = h("form", { class: "planner-form" }, pair, h("div", { class: "work-row" }, run, back));
    this.form.onsubmit = (event) => {
      event.preventDefault();
      this.#ask(null);
    };
    remember(this.form, `joined.${code}`);
    const none = h("p", { class: "empty" }, t("joined.no_layer"));
    this.element = frame(desk, title, part("", others.length ? this.form : none), part(t("choose.title"), this.choosing.element), this.answer);
  }

  update() {
    this.follow();
  }

  leave() {
    showFound(null);
  }

  /** @param {number|null} after @param {number} limit */
  #body(after, limit) {
    const to = { layer: this.other.value, within_m: Number(this.metres.value) };
    return { ...onDay(this.desk, this.choosing.wanted), to, after, limit, count: after === null };
  }

  /** @param {number|null} after */
  #ask(after) {
    if (!this.other.value || !this.form.reportValidity()) return;
    const body = this.#body(after, PAGE);
    void ask(this.answer, `/layers/${this.code}/joined`, (found) => this.#draw(found, after), { method: "POST", body });
  }

  /** @param {{features: (Row & {geometry: any})[], next: number|null, count?: number} & import("./shown_day.js").Told} found @param {number|null} after */
  #draw(found, after) {
    if (found.count !== undefined) this.count = found.count;
    const language = currentLanguage();
    const rows = found.features.map((row) => {
      const show = () => this.#show(row);
      const own = h("button", { class: "link", type: "button", title: t("planner.show"), onclick: show }, titleOf(row.id, row.properties, language));
      const { joined } = row;
      const theirs = joined ? titleOf(joined.fid, joined.properties, language) : h("span", { class: "dim" }, t("joined.none"));
      return h("tr", {}, h("td", {}, own), h("td", {}, theirs), h("td", { class: "tabular" }, joined ? lengthText(joined.distance_m) : "–"));
    });
    const heads = [name("title", this.catalogue.of(this.code)), this.other.selectedOptions[0]?.text ?? "", t("joined.away")];
    const head = h("thead", {}, h("tr", {}, ...heads.map((text) => h("th", { scope: "col" }, text))));
    const props = { class: "planner-scroll wrapped", tabindex: 0, role: "region", "aria-label": t("joined.result") };
    const table = h("div", props, h("table", {}, head, h("tbody", {}, ...rows)));
    const total = h("span", { class: "dim tabular" }, t("planner.table.count", { n: Number(this.count ?? 0).toLocaleString() }));
    const more = found.next !== null && this.#button("planner.table.more", () => this.#ask(found.next));
    const first = after !== null && this.#button("planner.table.first", () => this.#ask(null));
    const note = dayNote(found, (code) => name("title", this.catalogue.of(code)) || code);
    if (!rows.length) return [part(t("joined.result"), note, h("p", { class: "empty" }, t("planner.table.none")))];
    return [part(t("joined.result"), note, table, h("div", { class: "work-row" }, total, first, more), this.#export())];
  }

  #export() {
    const said = saidLine();
    const row = h("div", { class: "work-row" }, this.#button("figures.csv", () => void out()), said);
    const out = () =>
      sending(row, said, async () => {
        const day = shownDay(this.desk);
        const rows = await this.#all((n) => fill(said, t("joined.read", { n: n.toLocaleString() })));
        save(`${[this.code, this.other.value, day].filter(Boolean).join("-")}.csv`, joinedCsv(rows, this.other.value), "text/csv");
      });
    return row;
  }

  /** All chosen features with their partners, up to the limit of a file.
   * @param {(n: number) => void} told @returns {Promise<Row[]>} */
  async #all(told) {
    /** @type {Row[]} */
    const rows = [];
    let after = null;
    do {
      const page = await call(`/layers/${this.code}/joined`, { method: "POST", body: this.#body(after, AT_ONCE) });
      rows.push(...page.features);
      after = page.next;
      told(rows.length);
    } while (after !== null && rows.length < MOST);
    return rows;
  }

  /** @param {string} key @param {() => void} run */
  #button(key, run) {
    return h("button", { class: "button", type: "button", onclick: run }, t(key));
  }

  /** @param {Row & {geometry: any}} row */
  #show(row) {
    showFound(row.geometry);
    this.desk.map?.fit(`${this.code}/${row.id}`, cornersOf(row.geometry));
    this.desk.show("map");
  }
}
