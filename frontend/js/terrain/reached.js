/** Whom and what a finished analysis reaches, in its panel: by layer, people, by district and street. */

import { call } from "../ui/api.js";
import { fill, h } from "../ui/dom.js";
import { name, t } from "../ui/i18n.js";
import { field, saidLine, sending } from "../ui/sending.js";
import { ask, facts, part } from "../planner/frame.js";
import { dayNote, following, onDay } from "../planner/shown_day.js";
import { keepWanted } from "../planner/wanted.js";
import { RoomFields } from "./room.js";
import { depthText, hasGround, levelLimits, peopleText, rowsOf } from "./reached_model.js";

/** @typedef {import("./reached_model.js").Reached} Reached */
/** @typedef {import("./reached_model.js").Zone} Zone */

const FLOODS = ["flood", "levels"];
const HOMES = "buildings";

export class ReachedPart {
  /** @param {import("../desk.js").Desk} desk @param {any} job */
  constructor(desk, job) {
    this.desk = desk;
    this.job = job;
    this.limits = levelLimits(job);
    /** @type {any[]} */
    this.layers = [];
    this.level = h("input", { name: "level", type: "number", step: "any", required: true, min: this.limits?.least, max: this.limits?.most, value: this.limits?.most });
    this.buildings = h("select", { name: "buildings" });
    this.room = new RoomFields();
    this.buildings.onchange = () => void this.room.choose(this.buildings.value);
    this.answer = h("div", { class: "reached-answer" });
    this.follow = following(desk, () => this.answer.childElementCount && this.#ask());
    this.form = h("form", { class: "planner-form" });
    this.element = h("div", { class: "reached" }, job.report.affected && this.#depths(job.report.affected), part(t("reached.title"), this.form), this.answer);
    void ask(this.form, "/layers", (found) => this.#draw(found.items));
  }

  /** @param {any[]} layers */
  #draw(layers) {
    this.layers = layers;
    const areas = layers.filter((one) => one.shape === "polygon" && one.count && one.group !== "analyses");
    fill(this.buildings, ...areas.map((one) => h("option", { value: one.code }, name("title", one))));
    if (areas.some((one) => one.code === HOMES)) this.buildings.value = HOMES;
    const flood = FLOODS.includes(this.job.kind);
    const said = saidLine();
    const deep = h("button", { class: "button", type: "button", title: t("reached.depths.what"), onclick: () => void this.#each(said) }, t("reached.depths"));
    this.form.onsubmit = (event) => {
      event.preventDefault();
      this.#ask();
    };
    const own = this.job.kind === "affected";
    if (areas.length || own) void this.room.choose(own ? this.job.layer : this.buildings.value);
    if (own) this.#ask();
    return [
      this.limits && field(t("reached.level"), this.level, `${this.limits.least} … ${this.limits.most} m`),
      !own && field(t("reached.buildings"), this.buildings),
      this.room.element,
      h("div", { class: "work-row" }, h("button", { class: "primary", type: "submit" }, t("reached.ask")), flood && deep, said),
    ];
  }

  #asked() {
    const level = this.limits ? Number(this.level.value) : undefined;
    return { level, buildings: this.buildings.value || HOMES };
  }

  #ask() {
    const body = onDay(this.desk, { analysis: this.job.id, ...this.#asked(), room: this.room.wanted });
    void ask(this.answer, "/layers/affected", (found) => this.#show(found), { method: "POST", body });
  }

  /** @param {HTMLElement} said */
  async #each(said) {
    if (!this.form.reportValidity()) return;
    const path = `/layers/analyses/${this.job.id}/affected`;
    const job = await sending(this.form, said, () => call(path, { method: "POST", body: this.#asked() }));
    if (job) this.desk.selection.choose({ kind: "analysis", id: job.id });
  }

  /** The figures of the buildings that stand in water.
   * @param {any} found */
  #depths(found) {
    const people = peopleText(found, found.buildings);
    const classes = found.by_depth.map((/** @type {any} */ one, /** @type {number} */ at) =>
      /** @type {[string, string]} */ ([t("reached.by_depth", { depth: depthText(found.by_depth, at) }), one.buildings.toLocaleString()]));
    const open = () => this.desk.selection.choose({ kind: "layer", id: this.job.layer });
    return part(
      t("reached.wet"),
      facts([
        [t("reached.wet"), h("b", { class: "tabular" }, found.buildings.toLocaleString())],
        [t("reached.people"), t(people.key, people)],
        [t("reached.deepest"), `${found.deepest_m.toLocaleString()} m`],
        ...classes,
        [t("reached.looked"), found.looked_at.toLocaleString()],
      ]),
      h("div", { class: "work-row" }, h("button", { class: "primary", type: "button", onclick: open }, t("planner.report.open"))),
    );
  }

  /** @param {Reached} found */
  #show(found) {
    const { figures } = found;
    const people = peopleText(figures, figures.counts[found.buildings] ?? 0, found.room?.m2_each);
    const rows = rowsOf(figures).map((row) => this.#row(row));
    const sites = found.sites.map((site) => {
      const show = () => this.desk.map?.fit(`${site.layer}/${site.fid}`, [site]);
      return h("button", { class: "related", type: "button", onclick: show }, h("span", {}, name("name", site)), h("span", { class: "dim" }, this.#title(site.layer)));
    });
    return [
      part("", dayNote(found, (code) => this.#title(code)), facts([[t("reached.size"), `${found.square_km.toLocaleString()} km²`], [t("reached.people"), t(people.key, people)]])),
      part(t("reached.layers"), ...(rows.length ? rows : [h("p", { class: "empty" }, t("reached.nothing"))])),
      found.zones.length > 0 && part(t("reached.zones"), this.#zones(found)),
      sites.length > 0 && part(t("reached.sites"), ...sites),
    ];
  }

  /** @param {{code: string, n: number, km: number|undefined}} row */
  #row({ code, n, km }) {
    const open = async () => {
      const ground = await this.#ground();
      if (ground) keepWanted(code, { filter: "", beside: { layer: ground, within_m: 0 } });
      this.desk.selection.choose({ kind: "layer", id: code });
    };
    const size = km === undefined ? n.toLocaleString() : t("reached.km", { n: n.toLocaleString(), km: km.toLocaleString() });
    return h("button", { class: "related", type: "button", onclick: open }, h("span", {}, this.#title(code)), h("b", { class: "tabular" }, size));
  }

  /** The layer whose areas the ground is, so that a table can show just what stands there; or none. */
  async #ground() {
    const { of } = this.job; // of buildings in water: the flood
    const { layer } = of ? await call(`/layers/analyses/${of}`) : this.job;
    return this.layers.find((one) => one.code === layer && one.shape === "polygon")?.code;
  }

  /** @param {Reached} found */
  #zones(found) {
    const codes = rowsOf(found.figures).map((row) => row.code);
    const heads = [t("reached.zone"), t("reached.people"), ...codes.map((code) => this.#title(code))];
    const rows = found.zones.map((zone) =>
      h("tr", {}, h("th", { scope: "row", class: zone.level }, name("name", zone)), h("td", { class: "tabular" }, zone.figures.people?.toLocaleString() ?? "–"), ...codes.map((code) => this.#cell(zone, code))),
    );
    const head = h("thead", {}, h("tr", {}, ...heads.map((text) => h("th", { scope: "col" }, text))));
    const props = { class: "planner-scroll", tabindex: 0, role: "region", "aria-label": t("reached.zones") };
    return h("div", props, h("table", {}, head, h("tbody", {}, ...rows)));
  }

  /** @param {Zone} zone @param {string} code */
  #cell({ figures }, code) {
    const km = figures.lengths_km[code];
    const text = km === undefined ? (figures.counts[code] ?? 0).toLocaleString() : `${km.toLocaleString()} km`;
    return h("td", { class: "tabular" }, text);
  }

  /** @param {string} code */
  #title(code) {
    return name("title", this.layers.find((one) => one.code === code)) || code;
  }
}

/** The part of an analysis' panel that tells whom it reaches; nothing where there is no ground.
 * @param {import("../desk.js").Desk} desk @param {any} job */
export function reachedPart(desk, job) {
  return hasGround(job) ? new ReachedPart(desk, job) : null;
}
