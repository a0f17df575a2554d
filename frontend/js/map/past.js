/** The map as it was on a day: which layers have a past, which day is shown, the bar that tells so. */

import { ApiError, call, serverNow } from "../ui/api.js";
import { fieldTime } from "../ui/format.js";
import { t } from "../ui/i18n.js";
import { tab } from "../ui/store.js";
import { dayKept } from "./arrangement.js";
import { stateOf } from "./days.js";
import { PastBar } from "./past_bar.js";

/** @typedef {import("../types.js").MapLayer} MapLayer */
/** @typedef {import("./layers.js").Layers} Layers */

export class Past {
  /** @param {import("../desk.js").Desk} desk @param {Layers} layers */
  constructor(desk, layers) {
    this.desk = desk;
    this.layers = layers;
    /** @type {Map<string, string[]>} days of change by layer, ascending; none: it has no past */
    this.days = new Map();
    this.at = dayKept(tab.get("layers.at", "")); // empty: now
    layers.base.at = this.at;
    this.bar = new PastBar(this);
    this.isOpen = this.at !== "";
    desk.keys.bind(",", () => this.toggle());
  }

  /** @returns {string} the day that it is in the city */
  get today() {
    return fieldTime(serverNow()).slice(0, 10);
  }

  /** @param {MapLayer} layer */
  has(layer) {
    return (this.days.get(layer.code)?.length ?? 0) > 0;
  }

  /** The change that a layer is shown as of; empty: now, or it has no past.
   * @param {MapLayer} layer */
  dayOf(layer) {
    return this.at && stateOf(this.days.get(layer.code) ?? [], this.at);
  }

  /** Open the bar; close it, which leads back to now. */
  toggle() {
    this.isOpen = !this.isOpen;
    if (!this.isOpen && this.at) this.show("");
    else this.draw();
    if (this.isOpen) void this.follow().then(() => this.bar.focus());
    this.layers.view.draw();
  }

  /** Open the bar at a day.
   * @param {string} at */
  async open(at) {
    this.isOpen = true;
    await this.follow();
    this.show(at);
  }

  /** Show the map as it was at the end of a day.
   * @param {string} at empty: now */
  show(at) {
    if (at >= this.today) at = "";
    this.at = at;
    this.layers.base.at = at;
    tab.set("layers.at", at || undefined);
    this.desk.say(at ? t("past.shown", { day: at }) : t("past.now_shown"));
    this.layers.redrawMap();
    this.layers.view.draw();
    this.draw();
    this.desk.picture.changed("day");
  }

  draw() {
    this.bar.draw();
  }

  /** Learn anew when layers changed: the catalogue is another. */
  forget() {
    this.days.clear();
    if (this.isOpen || this.layers.swipe.pair) void this.follow();
  }

  /** Ask for the past of the layers that are shown, if it is not known yet. */
  async follow() {
    const unknown = this.layers.shown.filter((layer) => !this.days.has(layer.code));
    await Promise.all(unknown.map(async (layer) => this.days.set(layer.code, await this.#daysOf(layer))));
    const { base } = this.layers;
    const dated = [...this.days].filter(([, days]) => days.length).map(([code]) => code);
    const news = dated.some((code) => !base.dated.has(code));
    base.dated = new Set(dated);
    if (news && (base.at || base.pair)) this.layers.redrawMap();
    this.layers.view.draw();
    this.layers.swipe.draw();
    this.draw();
  }

  /** @param {MapLayer} layer @returns {Promise<string[]>} */
  async #daysOf(layer) {
    if (layer.kind === "raster") return layer.dates ?? [];
    try {
      const { items } = await call(`/layers/${layer.code}/history`);
      const days = items.map((/** @type {{since: string}} */ one) => fieldTime(Date.parse(one.since)).slice(0, 10));
      return [...new Set(/** @type {string[]} */ (days))].sort();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return []; // said in the tree: no history, the present is shown
    }
  }
}
