/** The present order: what, where, how far, what was said; and the notes of the crew. */

import { fill, h } from "../../ui/dom.js";
import { severityMark } from "./severity.js";
import { button, nothing } from "../parts.js";
import { openMap } from "../place_map.js";
import { awayText } from "../place.js";
import { when } from "../times.js";
import { named, say } from "../words.js";

/** @typedef {import("./desk.js").UnitDesk} Desk */
/** @typedef {import("./desk.js").Order} Order */
/** @typedef {import("./desk.js").Incident} Incident */

const STREET_ZOOM = 15;

export class OrderCard {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    /** @type {{lon: number, lat: number}|null} */
    this.here = null;
    this.what = h("div", {});
    this.view = h("div", { class: "place-view" });
    this.box = h("div", { class: "place-box", hidden: true }, this.view, h("i", { class: "cross-mark" }));
    this.remarks = h("ul", { class: "remarks" });
    this.words = h("textarea", { rows: 1, maxlength: 1000, "aria-label": say("notes.write"), placeholder: say("notes.write") });
    const add = button(say("notes.send"), () => void this.#note(), { kind: "slim" });
    const write = h("div", { class: "note-row" }, this.words, add);
    this.notes = h("section", { class: "card", hidden: true }, h("h2", {}, say("notes.title")), this.remarks, write);
    this.element = h("div", { class: "order" }, h("section", { class: "card" }, this.what, this.box), this.notes);
    /** @type {Promise<import("../../map/place_map.js").PlaceMap>|null} */
    this.opening = null;
    this.at = "";
    this.shown = "";
  }

  /** @param {Order|null} order */
  update(order) {
    const pending = this.desk.owed("note").map((item) => String(item.fields.words));
    const text = JSON.stringify([order, pending, order && farText(this.here, order.incident)]);
    if (text === this.shown) return;
    this.shown = text;
    this.notes.hidden = !order;
    if (!order) {
      fill(this.what, nothing(say("order.none"), say("order.none_why")));
      this.box.hidden = true;
      return;
    }
    fill(this.what, ...this.#told(order));
    fill(this.remarks, ...remarksOf(order.incident, pending));
    void this.#map(order.incident);
  }

  /** @param {{lon: number, lat: number}} here */
  moved(here) {
    this.here = here;
    this.update(this.desk.card.assignment);
  }

  /** @param {Order} order */
  #told({ incident, dispatched_at, eta_s }) {
    const sent = say("order.sent", { time: when(dispatched_at) });
    const eta = eta_s === null ? "" : say("order.eta", { minutes: Math.max(1, Math.round(eta_s / 60)) });
    const rows = /** @type {[string, string][]} */ ([
      ["order.address", incident.address || named("place", incident)],
      ["order.away", farText(this.here, incident)],
      ["order.said", incident.words ?? ""],
    ]).filter(([, value]) => value);
    return [
      h("p", { class: "order-line" }, severityMark(incident.severity), h("b", { class: "tabular" }, `#${incident.id}`), h("small", {}, [sent, eta].filter(Boolean).join(" · "))),
      h("h2", { class: "order-type" }, named("type", incident)),
      h("dl", { class: "facts" }, ...rows.flatMap(([key, value]) => [h("dt", {}, say(key)), h("dd", {}, value)])),
      incident.lon === null && h("p", { class: "over" }, say("order.no_place")),
    ];
  }

  /** @param {Incident} incident */
  async #map({ lon, lat }) {
    this.box.hidden = lon === null || lat === null;
    if (lon === null || lat === null || this.at === `${lon},${lat}`) return;
    this.at = `${lon},${lat}`;
    const { phone } = this.desk;
    const ground = { bounds: phone.city?.bounds ?? null, layers: () => phone.layers };
    const place = { lon, lat };
    this.opening ??= openMap(this.view, { place, zoom: STREET_ZOOM, moving: false, ground });
    (await this.opening).look(place, STREET_ZOOM);
  }

  async #note() {
    const words = this.words.value.trim();
    if (!words) return;
    this.words.value = "";
    await this.desk.note(words);
  }
}

/** @param {{lon: number, lat: number}|null} here @param {Incident} incident */
function farText(here, { lon, lat }) {
  return here && lon !== null && lat !== null ? awayText(here, { lon, lat }) : "";
}

/** Those that wait to be sent first, then the newest.
 * @param {Incident} incident @param {string[]} pending */
function remarksOf({ remarks }, pending) {
  const row = (/** @type {string} */ text, /** @type {string} */ end) =>
    h("li", {}, h("span", {}, text), h("small", { class: "tabular" }, end));
  if (!remarks.length && !pending.length) return [h("li", { class: "dim" }, say("notes.none"))];
  return [
    ...[...pending].reverse().map((words) => row(words, say("unit.unsent"))),
    ...remarks.map((one) => row(one.words ?? say("notes.erased"), when(one.made_at))),
  ];
}
