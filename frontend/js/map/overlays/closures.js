/** Closures on the map: barred lines, hatched areas, each with its sign; the one being drawn too. */

import { serverNow } from "../../ui/api.js";
import { h, icon } from "../../ui/dom.js";
import { currentLanguage, t, word } from "../../ui/i18n.js";
import { drawnClosure, onDrawn } from "../../traffic/drawn.js";
import { inOrder, middleOf, placesOf, standing, streetNames } from "../../traffic/model.js";
import { distanceTo } from "../geometry.js";
import { L } from "../leaflet.js";

/** @typedef {import("../../traffic/model.js").Closure} Closure */
/** @typedef {{stamp: string, closure: Closure, parts: L.GeoJSON[], sign: L.Marker|null}} Shape */

const REACH = 8; // px
const NAMES_FROM = 14; // zoom
const NO_ENTRY = "M4.5 8h7";
const CAUTION = "M8 4.6v4.2M8 11.3v.1";

/** @type {import("../overlays.js").Drawer} */
export function closures(desk, { map }) {
  if (!desk.may("closure.see")) return null;
  const layer = new ClosureLayer(map, desk);
  return {
    code: "closures",
    title: t("closures.title"),
    facts: () => t("closures.layer.facts", { n: layer.shapes.size }),
    show: (on) => ((layer.on = on), layer.draw()),
    at: (point) => layer.at(point),
    places: ({ kind, id }) => {
      const found = kind === "closure" ? layer.closure(id) : undefined;
      return found ? placesOf(found.geometry) : null;
    },
    legend: () => ["closed", "slow"].map(legendRow),
  };
}

class ClosureLayer {
  /** @param {L.Map} map @param {import("../../desk.js").Desk} desk */
  constructor(map, desk) {
    this.map = map;
    this.desk = desk;
    this.on = true;
    map.createPane("closures").style.zIndex = "395"; // above the streets and names, below marks
    map.createPane("closure-signs").style.zIndex = "560";
    this.renderer = L.svg({ pane: "closures", padding: 0.3 });
    document.body.append(hatch());
    /** @type {Map<string, Shape>} */
    this.shapes = new Map();
    for (const part of ["closure", "mode"]) desk.picture.on(part, () => this.draw());
    desk.selection.onChange(() => this.draw());
    desk.everySecond(() => Math.floor(Date.now() / 1000) % 5 === 0 && this.draw());
    onDrawn(() => this.draw());
    map.on("zoomend", () => this.draw());
  }

  /** @param {number|string} id @returns {Closure|undefined} */
  closure(id) {
    return /** @type {any} */ (this.desk.picture.of("closure").get(String(id)));
  }

  /** Bring the map in line with the picture. */
  draw() {
    const now = this.desk.picture.past?.at ?? serverNow();
    const rows = /** @type {Map<string, Closure>} */ (new Map());
    const live = /** @type {Iterable<any>} */ (this.desk.picture.of("closure").values());
    for (const one of inOrder(live, now))
      if (one.geometry && (this.on || this.desk.selection.is("closure", one.id)))
        rows.set(String(one.id), one);
    const draft = drawnClosure();
    if (draft) rows.set("draft", draft);
    const named = this.map.getZoom() >= NAMES_FROM;
    const stampOf = (/** @type {string} */ key, /** @type {Closure} */ one) =>
      [key, one.version, standing(one, now), this.desk.selection.is("closure", one.id), named,
        key === "draft" && JSON.stringify([one.geometry, one.severity])].join();
    for (const [key, shape] of this.shapes) {
      const row = rows.get(key);
      if (!row || stampOf(key, row) !== shape.stamp) this.#drop(key, shape);
    }
    for (const [key, row] of rows)
      if (!this.shapes.has(key)) this.shapes.set(key, this.#make(key, row, now, named, stampOf(key, row)));
  }

  /** @param {string} key @param {Shape} shape */
  #drop(key, shape) {
    for (const part of shape.parts) part.remove();
    shape.sign?.remove();
    this.shapes.delete(key);
  }

  /** @param {string} key @param {Closure} closure @param {number} now @param {boolean} named
   * @param {string} stamp @returns {Shape} */
  #make(key, closure, now, named, stamp) {
    const chosen = this.desk.selection.is("closure", closure.id);
    const looks = [closure.severity, standing(closure, now), chosen && "chosen"].filter(Boolean);
    const parts = ["closure-halo", "closure-line", "closure-bars"].map((part) =>
      L.geoJSON(/** @type {any} */ (closure.geometry), {
        interactive: false,
        pane: "closures",
        style: /** @type {any} */ ({
          renderer: this.renderer,
          className: [part, ...looks].join(" "),
          smoothFactor: 0.4,
        }),
        pointToLayer: (_, place) =>
          L.circleMarker(place, {
            renderer: this.renderer,
            pane: "closures",
            radius: 9,
            interactive: false,
            className: [part, ...looks].join(" "),
          }),
      }).addTo(this.map),
    );
    const sign = key === "draft" ? null : this.#sign(closure, looks.join(" "), named || chosen);
    return { stamp, closure, parts, sign };
  }

  /** @param {Closure} closure @param {string} looks @param {boolean} named */
  #sign(closure, looks, named) {
    const streets = streetNames(closure, currentLanguage());
    const label = [word("closures.reason", closure.reason), streets].filter(Boolean).join(" · ");
    const choose = (/** @type {Event} */ event) => {
      event.stopPropagation();
      this.desk.selection.choose({ kind: "closure", id: closure.id });
    };
    const path = closure.severity === "closed" ? NO_ENTRY : CAUTION;
    const props = { class: `closure-sign ${looks}`, type: "button", title: label, "aria-label": label };
    const button = h("button", { ...props, onclick: choose }, h("i", {}, icon(path)));
    if (named) button.append(h("span", {}, label));
    const [lon, lat] = middleOf(/** @type {any} */ (closure.geometry));
    const html = L.divIcon({ className: "closure-anchor", html: button, iconSize: undefined });
    const how = { icon: html, pane: "closure-signs", interactive: false, keyboard: false };
    return L.marker([lat, lon], how).addTo(this.map);
  }

  /** @param {{x: number, y: number}} point @returns {import("../../ui/selection.js").Selected} */
  at(point) {
    for (const { closure } of this.shapes.values()) {
      if (!closure.id || !closure.geometry) continue;
      const pixels = placesOf(closure.geometry).map(({ lon, lat }) =>
        this.map.latLngToContainerPoint([lat, lon]),
      );
      const line = closure.geometry.type.includes("Line") ? [...pixels, ...[...pixels].reverse()] : pixels;
      if (distanceTo(point, line) <= REACH) return { kind: "closure", id: closure.id };
    }
    return null;
  }
}

/** @param {string} severity */
function legendRow(severity) {
  const mark = h("i", { class: `closure-key ${severity}` });
  return h("li", {}, mark, t(`closures.severity.${severity}`));
}

/** The hatching of closed areas; its colour is the stylesheet's. */
function hatch() {
  const space = "http://www.w3.org/2000/svg";
  const make = (/** @type {string} */ tag, /** @type {Record<string, string>} */ props) => {
    const element = document.createElementNS(space, tag);
    for (const [key, value] of Object.entries(props)) element.setAttribute(key, value);
    return element;
  };
  const svg = make("svg", { class: "defs", width: "0", height: "0", "aria-hidden": "true" });
  for (const kind of ["closed", "slow"]) {
    const units = { patternUnits: "userSpaceOnUse", width: "9", height: "9" };
    const pattern = make("pattern", { id: `closure-${kind}`, ...units, patternTransform: "rotate(45)" });
    pattern.append(make("rect", { class: `closure-hatch ${kind}`, width: "4", height: "9" }));
    svg.append(pattern);
  }
  return svg;
}
