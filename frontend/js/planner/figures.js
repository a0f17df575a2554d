/** Figures by zone: how many, how much, how long; bars that show their zone on the map, and a CSV. */

import { call } from "../ui/api.js";
import { fill, h } from "../ui/dom.js";
import { currentLanguage, name, t } from "../ui/i18n.js";
import { field } from "../ui/sending.js";
import { tab } from "../ui/store.js";
import { currentTheme } from "../ui/theme.js";
import { Choosing } from "./choosing.js";
import { cellsLegend, colourOfCell, patch, showCells } from "./cells.js";
import { askedOf, csvOf, measuresOf, zonesOf } from "./counting.js";
import { ask, frame, part } from "./frame.js";
import { showFound } from "./found.js";
import { cornersOf, figureText } from "./model.js";
import { save } from "./saving.js";
import { dayNote, following, onDay } from "./shown_day.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("./counting.js").Figures} Figures */
/** @typedef {import("./counting.js").Zone} Zone */

export class FiguresPanel {
  /** @param {Desk} desk @param {import("./catalogue.js").Catalogue} catalogue @param {string} code */
  constructor(desk, catalogue, code) {
    this.desk = desk;
    this.catalogue = catalogue;
    this.code = code;
    this.place = h("div");
    this.light = currentTheme();
    /** @type {(() => void)|undefined} draws the last answer again */
    this.drawn = undefined;
    this.follow = following(desk, () => this.#count());
    const title = name("title", catalogue.of(code)) || code;
    this.element = frame(desk, t("figures.title", { layer: title }), this.place);
    void ask(this.place, `/layers/${code}`, (layer) => this.#form(layer));
  }

  update() {
    this.follow();
    if (this.light !== currentTheme()) this.drawn?.(); // the squares' colours are another light's
  }

  leave() {
    showFound(null);
    if (this.desk.selection.current?.kind !== "share") showCells(null); // what is shared or printed stays
  }

  /** @param {any} layer */
  #form(layer) {
    this.columns = layer.columns;
    this.zones = zonesOf(this.catalogue.layers ?? []);
    const language = currentLanguage();
    this.zone = h("select", { name: "zones" }, ...this.zones.map((one, at) => h("option", { value: at }, one.title[language])));
    const measures = measuresOf(layer, language);
    this.measure = h("select", { name: "measures" }, ...measures.map(([value, text]) => h("option", { value }, text)));
    this.answer = h("div");
    this.choosing = new Choosing(this.desk, this.catalogue, this.code, () => this.#count());
    this.#restore();
    this.zone.onchange = this.measure.onchange = () => {
      tab.set(`figures.${this.code}`, { zone: this.zone?.selectedOptions[0]?.text, measure: this.measure?.value });
      this.#count();
    };
    const pair = h("div", { class: "planner-pair" }, field(t("figures.by"), this.zone), field(t("figures.what"), this.measure));
    const open = () => this.desk.selection.choose({ kind: "layer", id: this.code });
    const back = h("button", { class: "button", type: "button", onclick: open }, t("figures.layer"));
    queueMicrotask(() => this.#count());
    return [part("", pair, h("div", { class: "work-row" }, back)), part(t("choose.title"), this.choosing.element), this.answer];
  }

  /** Choose by title: the list of zones changes with what is loaded. */
  #restore() {
    const kept = tab.get(`figures.${this.code}`, /** @type {{zone?: string, measure?: string}} */ ({}));
    for (const [choice, fits] of /** @type {const} */ ([[this.zone, (/** @type {HTMLOptionElement} */ one) => one.text === kept.zone], [this.measure, (/** @type {HTMLOptionElement} */ one) => one.value === kept.measure]])) {
      const found = [...(choice?.options ?? [])].find(fits);
      if (choice && found) choice.value = found.value;
    }
  }

  #count() {
    const { zone, measure, answer, choosing } = this;
    if (!zone || !measure || !answer || !choosing) return;
    const zones = this.zones?.[Number(zone.value)];
    if (!zones) {
      showCells(null);
      fill(answer, h("p", { class: "empty" }, t("figures.no_zones")));
      return;
    }
    const body = { ...onDay(this.desk, choosing.wanted), ...askedOf(zones), measures: [measure.value] };
    const draw = (/** @type {Figures} */ found) => {
      const parts = () => this.#draw(found, zones.layer || `${zones.cell_m}m`);
      this.drawn = () => fill(answer, ...parts());
      return parts();
    };
    this.drawn = undefined;
    void ask(answer, `/layers/${this.code}/figures`, draw, { method: "POST", body });
  }

  /** @param {Figures} found @param {string} layer of the zones */
  #draw(found, layer) {
    this.light = currentTheme();
    const rows = [...found.zones].sort((a, b) => (b.figures[0] ?? -Infinity) - (a.figures[0] ?? -Infinity));
    const most = Math.max(...rows.map((zone) => zone.figures[0] ?? 0), 0);
    const out = () => save(`${[this.code, layer, found.at].filter(Boolean).join("-")}.csv`, csvOf(found), "text/csv");
    showCells(found.zones.some((zone) => zone.geometry) ? { title: this.#titleOf(found.at), zones: rows } : null);
    const all = this.#allCells(found);
    const total = t("figures.total", { n: figureText(found.total[0]), outside: found.outside.toLocaleString() });
    return [
      part(
        t("figures.result"),
        dayNote(found, (code) => name("title", this.catalogue.of(code)) || code),
        h("p", { class: "dim tabular" }, total),
        all,
        rows.length ? h("ol", { class: "figure-bars" }, ...rows.map((zone) => this.#bar(zone, most, layer, found.at))) : h("p", { class: "empty" }, t("figures.no_zones")),
        h("div", { class: "work-row" }, h("button", { class: "button", type: "button", onclick: out }, t("figures.csv"))),
      ),
    ];
  }

  /** What is counted of what, by what, and of which day.
   * @param {string} [at] */
  #titleOf(at) {
    const parts = [name("title", this.catalogue.of(this.code)), this.measure?.selectedOptions[0]?.text, this.zone?.selectedOptions[0]?.text, at];
    return parts.filter(Boolean).join(" · ");
  }

  /** The legend of the squares on the map, and the way to all of them; null where there are none.
   * @param {Figures} found */
  #allCells({ zones }) {
    const legend = cellsLegend();
    if (!legend.length) return null;
    const corners = zones.flatMap((zone) => cornersOf(zone.geometry));
    const show = () => {
      this.desk.map?.fit(`cells/${this.code}`, cornersOf({ type: "MultiPoint", coordinates: corners.map(({ lon, lat }) => [lon, lat]) }));
      this.desk.show("map");
    };
    const button = h("button", { class: "button", type: "button", onclick: show }, t("figures.all"));
    return h("div", { class: "cells-shown" }, ...legend, h("div", { class: "work-row" }, button));
  }

  /** @param {Zone} zone @param {number} most @param {string} layer @param {string} [at] the day of the figures */
  #bar(zone, most, layer, at) {
    const value = zone.figures[0];
    const meter = h("meter", { min: 0, max: most || 1, value: Math.max(0, value ?? 0), "aria-hidden": "true" });
    const show = () => void this.#show(layer, zone, at);
    const colour = zone.geometry && colourOfCell(zone);
    return h(
      "li",
      {},
      h("button", { class: "figure-bar", type: "button", title: `${name("name", zone)} · ${t("planner.show")}`, onclick: show }, h("span", {}, colour && patch(colour), name("name", zone)), meter, h("b", { class: "tabular" }, figureText(value))),
    );
  }

  /** @param {string} layer @param {Zone} zone @param {string} [at] */
  async #show(layer, { fid, geometry: own }, at = "") {
    const geometry = own ?? (await call(`/layers/${layer}/features/${fid}?at=${at}`)).geometry;
    showFound(geometry);
    this.desk.map?.fit(`${layer}/${fid}`, cornersOf(geometry));
    this.desk.show("map");
  }
}
