import { h } from "../ui/dom.js";
import { casesOverlay } from "./overlays/cases.js";
import { closures } from "./overlays/closures.js";
import { environmentOverlay } from "./overlays/environment.js";
import { incidentOverlay } from "./overlays/incidents.js";
import { plannerFound } from "./overlays/planner.js";
import { plumeOverlay } from "./overlays/plumes.js";
import { route } from "./overlays/route.js";
import { unitOverlay } from "./overlays/units.js";
import { vehicles } from "./overlays/vehicles.js";
import { warningAreas } from "./overlays/warnings.js";

/**
 * What the modules draw on the map: one file each in `overlays/`, listed here from below to above.
 *
 * @typedef {object} Overlay
 * @property {string} code its name among the layers
 * @property {string} title
 * @property {boolean} [off] hidden until it is asked for
 * @property {() => string} [facts] one line under its title: how many, how old
 * @property {(on: boolean) => void} show
 * @property {(point: {x: number, y: number}) => import("../ui/selection.js").Selected} [at] what
 *   lies at a point of the map's container; called at every movement of the pointer
 * @property {(chosen: NonNullable<import("../ui/selection.js").Selected>) => {lon: number, lat: number}[]|null} [places]
 *   where something of its own lies, so that the map can be fitted to it; null: not its own
 * @property {(thing: import("../types.js").Thing) => boolean} [owns] things that it draws itself
 * @property {() => Node[]} [legend]
 *
 * @typedef {{map: import("leaflet").Map, view: import("./view.js").View}} Ground
 * @typedef {(desk: import("../desk.js").Desk, ground: Ground) => Overlay|null} Drawer null: this
 *   person has no right to any of it
 */

/** @type {Drawer[]} */
export const DRAWERS = [
  warningAreas,
  plumeOverlay,
  closures,
  route,
  casesOverlay,
  vehicles,
  unitOverlay,
  environmentOverlay,
  plannerFound,
  incidentOverlay,
];

export class Overlays {
  /** @param {import("../desk.js").Desk} desk @param {Ground} ground */
  constructor(desk, ground) {
    /** @type {Overlay[]} */
    this.all = DRAWERS.map((make) => make(desk, ground)).filter((made) => made !== null);
    /** @type {Set<string>} */
    this.on = new Set();
  }

  /** @param {string} code @param {boolean} on */
  show(code, on) {
    if (on) this.on.add(code);
    else this.on.delete(code);
    this.all.find((one) => one.code === code)?.show(on);
  }

  /** The topmost thing at a point of the map's container.
   * @param {{x: number, y: number}} point @returns {import("../ui/selection.js").Selected} */
  at(point) {
    for (const overlay of [...this.all].reverse()) {
      const found = this.on.has(overlay.code) ? overlay.at?.(point) : null;
      if (found) return found;
    }
    return null;
  }

  /** @param {NonNullable<import("../ui/selection.js").Selected>} chosen */
  places(chosen) {
    for (const overlay of this.all) {
      const found = overlay.places?.(chosen);
      if (found) return found;
    }
    return null;
  }

  /** The legends of what is shown, a section each; bare rows get the title of what they explain. */
  legends() {
    const shown = this.all.filter((one) => this.on.has(one.code) && one.legend);
    return shown.flatMap((one) => {
      const rows = one.legend?.() ?? [];
      if (!rows.length) return []; // it draws nothing now
      const title = !rows.some((row) => row.nodeName === "H3") && h("h3", {}, one.title);
      const listed = rows.every((row) => row.nodeName === "LI");
      return h("section", {}, title, listed ? h("ul", {}, ...rows) : rows);
    });
  }

  /** @param {import("../types.js").Thing} thing */
  owns(thing) {
    return this.all.some((one) => this.on.has(one.code) && one.owns?.(thing));
  }
}
