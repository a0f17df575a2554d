/** One layer in the work panel: whose, how old, how drawn, and its attribute table. */

import { fill, h } from "../ui/dom.js";
import { currentLanguage, name, t, word } from "../ui/i18n.js";
import { tab } from "../ui/store.js";
import { chip } from "../ui/parts.js";
import { creditOf } from "../map/days.js";
import { daysPart } from "./days.js";
import { datumText } from "./datum.js";
import { ask, facts, frame, part } from "./frame.js";
import { showFound } from "./found.js";
import { legendOf } from "./legend.js";
import { dayOf } from "./model.js";
import { following, shownDay } from "./shown_day.js";
import { AttributeTable } from "./table.js";
import { inOne } from "./values.js";

/** @typedef {import("../desk.js").Desk} Desk */

export class LayerPanel {
  /** @param {Desk} desk @param {import("./catalogue.js").Catalogue} catalogue @param {string} code */
  constructor(desk, catalogue, code) {
    this.desk = desk;
    this.catalogue = catalogue;
    this.code = code;
    this.place = h("div");
    /** @type {any} */
    this.layer = null;
    this.state = h("div");
    this.newer = h("div");
    this.follow = following(desk, () => this.layer && fill(this.state, this.#state(this.layer)));
    this.element = frame(desk, name("title", catalogue.of(code)) || code, this.place);
    this.#read();
  }

  #read() {
    void ask(this.place, `/layers/${this.code}`, (layer) => this.#draw(layer));
  }

  update() {
    this.table?.follow();
    this.follow();
    const { version } = /** @type {any} */ (this.catalogue.of(this.code) ?? {});
    if (version > this.layer?.version && !this.newer.hasChildNodes()) fill(this.newer, this.#changed());
  }

  /** Somebody has changed the layer meanwhile: said, and read when it is asked for, not under the hand. */
  #changed() {
    const again = h("button", { class: "button", type: "button", onclick: () => this.#read() }, t("planner.read_again"));
    return h("div", { class: "notice work-row", role: "status" }, t("planner.newer"), again);
  }

  /** What of the layer the map shows on its day: which change, which picture and whose it is.
   * @param {any} layer */
  #state(layer) {
    const day = shownDay(this.desk);
    if (!day) return null;
    const then = this.desk.map?.dayOf(layer) ?? "";
    const { date, attribution } = creditOf(layer, day);
    const picture = layer.pictures?.length && then ? t("day.picture", { date, attribution }) : "";
    const text = then ? t("day.state", { day, then }) : t("day.none", { day });
    return h("div", { class: `day-note ${then ? "" : "as-now"}`.trim(), role: "status" }, picture || text);
  }

  leave() {
    showFound(null);
  }

  /** @param {any} layer */
  #draw(layer) {
    this.layer = layer;
    fill(this.newer);
    fill(this.state, this.#state(layer));
    const heading = /** @type {HTMLElement} */ (this.element.querySelector("h2"));
    fill(heading, name("title", layer), layer.simulated && chip("simulated", t("simulated")));
    const sharing = typeof layer.sharing === "string" ? layer.sharing : "some";
    const about = facts([
      [t("planner.facts.date"), dayOf(layer)],
      [t("planner.facts.source"), inOne(layer.source, currentLanguage())],
      ...heightFacts(layer.heights),
    ]);
    const more = facts([
      [t("planner.facts.code"), layer.code],
      [t("planner.facts.owner"), name("owner", layer)],
      [t("planner.facts.datum"), datumText(layer.datum)],
      [t("planner.facts.sharing"), t(`planner.sharing.${sharing}`)],
      [t("planner.facts.refresh"), word("planner.refresh", layer.refresh)],
      [t("planner.facts.defined"), !layer.registered && this.desk.may("layer.edit") && t("layer.of_file", { file: layer.code })],
    ]);
    const light = document.documentElement.dataset.theme === "light" ? "day" : "night";
    const legend = legendOf(layer, light, layer.columns);
    this.table = layer.kind === "vector" && wasFilled(layer) ? new AttributeTable(this.desk, this.catalogue, layer.code, layer.columns) : null;
    return [
      part("", this.newer, this.state, about, folded(more), this.#acts(layer)),
      daysPart(this.desk, layer, () => this.#read()),
      legend && part(t("planner.legend"), legend),
      this.table && this.#table(this.table.element),
    ];
  }

  /** The table under its title, with a button that gives it half of the window.
   * @param {HTMLElement} table */
  #table(table) {
    const button = h("button", { class: "button pane-widen", type: "button", "aria-pressed": "false" }, t("panes.wide"));
    button.onclick = () => {
      const wide = this.desk.widen("work");
      button.setAttribute("aria-pressed", String(wide));
      fill(button, t(wide ? "panes.narrow" : "panes.wide"));
    };
    const whole = part(t("planner.table"), table);
    whole.querySelector("h3")?.append(button);
    return whole;
  }

  /** @param {any} layer */
  #acts(layer) {
    const row = h("div", { class: "work-row" });
    const corners = layer.bounds && [
      { lon: layer.bounds[0], lat: layer.bounds[1] },
      { lon: layer.bounds[2], lat: layer.bounds[3] },
    ];
    const show = () => {
      this.desk.map?.fit(`layer/${layer.code}`, corners);
      this.desk.show("map");
    };
    if (corners) row.append(h("button", { class: "button", type: "button", onclick: show }, t("planner.show")));
    const join = () => this.desk.selection.choose({ kind: "joined", id: layer.code });
    const count = () => this.desk.selection.choose({ kind: "figures", id: layer.code });
    if (layer.kind === "vector" && wasFilled(layer))
      row.append(h("button", { class: "button", type: "button", onclick: count }, t("figures.open")), h("button", { class: "button", type: "button", onclick: join }, t("joined.open")));
    const edit = () => this.desk.selection.choose({ kind: "edit-layer", id: layer.code });
    const mine = layer.registered && this.desk.may("layer.edit");
    if (mine) row.append(h("button", { class: "button", type: "button", onclick: edit }, t("layer.edit")));
    const made = () => this.desk.selection.choose({ kind: "analysis", id: layer.analysis.id });
    if (mine && layer.analysis?.id) row.append(h("button", { class: "button", type: "button", onclick: made }, t("terrain.source")));
    row.append(h("a", { class: "link", href: `/catalog/${layer.code}`, target: "_blank", rel: "noopener" }, t("planner.metadata")));
    return row;
  }
}

/** Whether it holds anything, or may have held something once.
 * @param {any} layer */
function wasFilled(layer) {
  return layer.count > 0 || layer.version > 1;
}

/** What is known of an elevation model's heights; nothing of any other layer.
 * @param {any} heights @returns {[string, string][]} */
function heightFacts(heights) {
  if (!heights) return [];
  const metres = (/** @type {number|null} */ one) => (one ?? NaN).toLocaleString(undefined, { maximumFractionDigits: 2 });
  const [low, high] = [heights.lowest, heights.highest].map(metres);
  return [
    [t("planner.facts.cell"), heights.cell_m && `${metres(heights.cell_m)} m`],
    [t("planner.facts.heights"), heights.highest !== null && `${low} … ${high} m`],
    [t("planner.facts.vertical"), heights.vertical],
  ];
}

/** What one asks for now and then; whether it stands open is kept for the tab.
 * @param {HTMLElement} facts */
function folded(facts) {
  const box = h("details", { class: "facts-more", open: tab.get("layer.facts", false) }, h("summary", {}, t("planner.facts.more")), facts);
  box.ontoggle = () => tab.set("layer.facts", box.open || undefined);
  return box;
}
