/** What was found, in the work panel: what it is, where, and all that its layer knows of it. */

import { call } from "../ui/api.js";
import { h } from "../ui/dom.js";
import { currentLanguage, name, t } from "../ui/i18n.js";
import { chip } from "../ui/parts.js";
import { tab } from "../ui/store.js";
import { showFound } from "../planner/found.js";
import { ask, facts, frame, part } from "../planner/frame.js";
import { rowsOf } from "../planner/values.js";
import { aboutOf, featureOf, placesOf, targetOf, titleOf } from "./model.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("./model.js").Hit} Hit */

/** Keep what was chosen, so that its panel is there after a reload.
 * @param {Hit} hit */
export function keepHit(hit) {
  tab.set("hit", hit);
}

export class HitPanel {
  /** @param {Desk} desk @param {string} id of the target that was chosen */
  constructor(desk, id) {
    this.desk = desk;
    const hit = tab.get("hit", /** @type {Hit|null} */ (null));
    this.hit = hit && targetOf(hit).id === id ? hit : null;
    this.place = h("div");
    this.element = frame(desk, this.hit ? titleOf(this.hit) : t("search.gone"), this.place);
    if (this.hit) this.#draw(this.hit);
  }

  update() {}

  leave() {
    showFound(null);
  }

  /** @param {Hit} hit */
  #draw(hit) {
    const point = hit.lon === null || hit.lat === null ? null : [hit.lon, hit.lat];
    if (point) showFound({ type: "Point", coordinates: point });
    const fit = () => {
      this.desk.map?.fit(`hit/${hit.source}/${hit.id}`, placesOf(hit));
      this.desk.show("map");
    };
    const show = h("button", { class: "button", type: "button", onclick: fit }, t("search.show"));
    const about = facts([
      [t("search.kind"), aboutOf({ ...hit, code: "", division_zh: "", division_en: "" })],
      [t("search.division"), name("division", hit)],
      [t("search.code"), hit.code],
      [t("search.place"), point && h("span", { class: "tabular" }, `${hit.lat}, ${hit.lon}`)],
    ]);
    const line = h("div", { class: "work-row" }, show, hit.simulated && chip("simulated", t("simulated")));
    this.place.append(part("", about, line));
    const own = featureOf(hit);
    if (own) void this.#more(own);
  }

  /** Read its outline, and of a layer's feature the properties with the layer's own titles.
   * @param {{layer: string, fid: string}} own */
  async #more({ layer, fid }) {
    const rows = h("div");
    this.place.append(part(t("search.facts"), rows));
    const columns = (await call(`/layers/${layer}`).catch(() => null))?.columns ?? {};
    await ask(rows, `/layers/${layer}/features/${fid}`, (feature) => {
      if (this.element.isConnected) showFound(feature.geometry);
      return [facts(rowsOf(feature.properties, columns, currentLanguage()))];
    });
  }
}
