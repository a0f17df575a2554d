/** The two questions to the map: what lies inside an area, and what is at a place. */

import { h } from "../ui/dom.js";
import { currentLanguage, name, t } from "../ui/i18n.js";
import { keyButton } from "../ui/parts.js";
import { ask, facts, frame, part } from "./frame.js";
import { showFound } from "./found.js";
import { datumText } from "./datum.js";
import { titleOf } from "./joining.js";
import { cornersOf } from "./model.js";
import { dayAsked, dayNote, following, onDay } from "./shown_day.js";
import { inOne, rowsOf } from "./values.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {{type: string, coordinates: any}} Geometry */

class Answer {
  /** @param {Desk} desk @param {import("./catalogue.js").Catalogue} catalogue @param {string} title @param {Geometry|null} geometry */
  constructor(desk, catalogue, title, geometry) {
    this.desk = desk;
    this.catalogue = catalogue;
    this.place = h("div");
    this.geometry = geometry;
    this.element = frame(desk, title, this.place);
    this.follow = following(desk, () => this.geometry && this.ask());
    showFound(geometry);
  }

  /** Put the question, once more when the map has come to another day. */
  ask() {}

  update() {
    this.follow();
  }

  leave() {
    showFound(null);
  }

  /** @param {string} code */
  titleOf(code) {
    return name("title", this.catalogue.of(code)) || code;
  }
}

export class AreaPanel extends Answer {
  /** @param {Desk} desk @param {import("./catalogue.js").Catalogue} catalogue @param {Geometry|null} area @param {() => void} again */
  constructor(desk, catalogue, area, again) {
    super(desk, catalogue, t("planner.area.title"), area);
    this.again = again;
    if (!area) this.place.append(h("div", { class: "work-row" }, keyButton("i", t("planner.area.again"), again)));
    else this.ask();
  }

  ask() {
    const body = onDay(this.desk, { area: this.geometry });
    void ask(this.place, "/layers/inside", (found) => this.#draw(found), { method: "POST", body });
  }

  /** @param {{counts: Record<string, number>, people: number, sites: any[], square_km: number} & import("./shown_day.js").Told} found */
  #draw(found) {
    const counted = Object.entries(found.counts).filter(([, n]) => n > 0).reverse();
    const about = facts([
      [t("planner.area.size"), `${found.square_km.toLocaleString()} km²`],
      [t("planner.area.people"), h("b", { class: "tabular planner-people" }, found.people.toLocaleString())],
    ]);
    const open = (/** @type {string} */ code) => () => this.desk.selection.choose({ kind: "layer", id: code });
    const rows = counted.map(([code, n]) =>
      h("button", { class: "related", type: "button", onclick: open(code) }, h("span", {}, this.titleOf(code)), h("b", { class: "tabular" }, n.toLocaleString())),
    );
    const sites = found.sites.map((site) => {
      const show = () => this.desk.map?.fit(`${site.layer}/${site.fid}`, [site]);
      return h("button", { class: "related", type: "button", onclick: show }, h("span", {}, name("name", site)), h("span", { class: "dim" }, this.titleOf(site.layer)));
    });
    return [
      part("", dayNote(found, (code) => this.titleOf(code)), about, h("div", { class: "work-row" }, keyButton("i", t("planner.area.again"), this.again))),
      part(t("planner.area.counts"), ...(rows.length ? rows : [h("p", { class: "empty" }, t("planner.area.nothing"))])),
      sites.length > 0 && part(t("planner.area.sites"), ...sites),
    ];
  }
}

export class PlacePanel extends Answer {
  /** @param {Desk} desk @param {import("./catalogue.js").Catalogue} catalogue @param {Geometry|null} spot @param {() => void} again */
  constructor(desk, catalogue, spot, again) {
    super(desk, catalogue, t("planner.point.title"), spot);
    this.here = h("div");
    const button = h("div", { class: "work-row" }, keyButton("o", t("planner.point.again"), again));
    if (!spot) {
      this.place.append(button);
      return;
    }
    const [lon, lat] = spot.coordinates;
    const height = h("div");
    const where = h("p", { class: "tabular dim" }, `${lat.toFixed(6)}, ${lon.toFixed(6)}`);
    this.place.append(part("", where, button), part(t("planner.point.height"), height), part(t("planner.point.here"), this.here));
    void ask(height, `/elevation?lon=${lon}&lat=${lat}`, (found) => this.#height(found));
    this.ask();
  }

  ask() {
    const [lon, lat] = this.geometry?.coordinates ?? [];
    void ask(this.here, `/layers/identify?lon=${lon}&lat=${lat}${dayAsked(this.desk)}`, (found) => this.#here(found));
  }

  /** @param {any} found */
  #height(found) {
    const metres = found.elevation_m === null ? t("planner.point.unknown") : `${found.elevation_m.toLocaleString()} m`;
    const cell = t("planner.point.cell", { cell: found.cell_m, datum: datumText(found.datum) });
    const source = [name("title", found), found.source_date || inOne(found.source, currentLanguage())].filter(Boolean).join(" · ");
    return [h("p", { class: "planner-height tabular" }, h("b", {}, metres)), h("p", { class: "dim" }, cell), h("p", { class: "dim" }, source)];
  }

  /** @param {{items: any[]} & import("./shown_day.js").Told} found */
  #here(found) {
    const note = dayNote(found, (code) => this.titleOf(code));
    if (found.items.length === 0) return [note, h("p", { class: "empty" }, t("planner.point.nothing"))];
    const language = currentLanguage();
    const cards = found.items.map((item) => {
      const layer = h("span", { class: "dim" }, this.titleOf(item.layer));
      const card = h("details", { class: "planner-card" }, h("summary", {}, titleOf(item.fid, item.properties, language), " ", layer));
      const place = h("div");
      card.append(place);
      // the titles of a layer's columns are asked for when its card is opened
      card.ontoggle = () => {
        if (!card.open || place.hasChildNodes()) return;
        void ask(place, `/layers/${item.layer}`, ({ columns }) => [facts(rowsOf(item.properties, columns, language))]);
      };
      return card;
    });
    return [note, ...cards];
  }
}

/** @param {Desk} desk @param {Geometry} geometry */
export function look(desk, geometry) {
  if (geometry.type !== "Point") desk.map?.fit("planner", cornersOf(geometry));
}
