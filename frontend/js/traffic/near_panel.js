/** Who is near a place: vehicles and units by travel time, and who was left out and why. */

import { ageText } from "../ui/age.js";
import { ApiError, call } from "../ui/api.js";
import { fill, h, write } from "../ui/dom.js";
import { currentLanguage, name, t, word } from "../ui/i18n.js";
import { closeButton, keyButton } from "../ui/parts.js";
import { showRoute } from "./drawn.js";
import { lengthText, timeText } from "./model.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("./drawn.js").Place} Place */

const KINDS = ["vehicle,unit", "vehicle", "unit"];
const MOST = 10;
const AGAIN_MS = 10_000; // vehicles move on

/** @type {{place: Place|null, kind: string}} kept while the panel is closed */
const asked = { place: null, kind: KINDS[0] };

/** @param {Place} place */
export function setPlace(place) {
  asked.place = place;
}

export class NearPanel {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.number = 0;
    const close = closeButton(() => desk.selection.choose(null));
    const head = h("div", { class: "work-line" }, h("span", { class: "dim" }, t("traffic.tools")), close);
    this.where = h("span", { class: "tabular" });
    const pick = keyButton("s", t("near.pick"), () => void this.#pick());
    const kinds = h("select", { "aria-label": t("near.kind") });
    for (const kind of KINDS)
      kinds.append(h("option", { value: kind, selected: kind === asked.kind }, t(`near.kind.${kind}`)));
    kinds.onchange = () => ((asked.kind = kinds.value), void this.#find());
    const choose = h("section", { class: "work-part" },
      h("div", { class: "route-row" }, h("b", { class: "route-letter to" }, "◎"), this.where, pick), kinds);
    this.answer = h("div", { role: "status" });
    const scroll = h("div", { class: "work-scroll" }, choose, this.answer);
    const title = h("div", { class: "work-title" }, head, h("h2", {}, t("near.title")));
    this.element = h("div", { class: "work-frame" }, title, scroll);
    this.timer = window.setInterval(() => !desk.picture.past && void this.#find(), AGAIN_MS);
    this.#drawPlace();
    void this.#find();
  }

  /** It asks by itself. */
  update() {}

  /** @param {string} part */
  focus(part) {
    if (part === "from" || (part === "begin" && !asked.place)) void this.#pick();
  }

  /** Take the numbers from the map. */
  leave() {
    clearInterval(this.timer);
    this.desk.selection.hover(null);
    showRoute(null);
  }

  async #pick() {
    const drawn = await this.desk.map?.ask("point", t("near.pick"));
    this.desk.show("work");
    if (!drawn) return;
    const [lon, lat] = drawn.coordinates;
    asked.place = { lon, lat };
    this.#drawPlace();
    await this.#find();
  }

  #drawPlace() {
    const { place } = asked;
    write(this.where, place ? `${place.lat.toFixed(5)}, ${place.lon.toFixed(5)}` : t("route.unset"));
    if (!place) fill(this.answer, h("p", { class: "empty" }, t("near.help")));
    showRoute({ from: null, to: place, line: null, label: "", near: [] });
  }

  async #find() {
    const { place, kind } = asked;
    if (!place) return;
    this.number += 1;
    const { number } = this;
    if (!this.answer.querySelector("ol")) fill(this.answer, h("div", { class: "wait", "aria-label": t("wait") }));
    const path = `/nearest?to=${place.lon.toFixed(6)},${place.lat.toFixed(6)}&kind=${kind}&limit=${MOST}`;
    try {
      const found = await call(path);
      if (number === this.number && this.element.isConnected) this.#show(place, found);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (number !== this.number || !this.element.isConnected) return;
      const again = h("button", { class: "button", type: "button", onclick: () => void this.#find() }, t("again"));
      fill(this.answer, h("p", { class: "notice bad", role: "alert" }, error.sentence(currentLanguage()), " ", again));
    }
  }

  /** @param {Place} place @param {any} found */
  #show(place, found) {
    const rows = found.items.map((/** @type {any} */ item, /** @type {number} */ at) => this.#row(item, at + 1));
    const none = h("p", { class: "empty" }, t("near.none"));
    const list = rows.length ? h("ol", { class: "near" }, ...rows) : none;
    fill(this.answer, list, found.left_out.length > 0 && leftOut(found.left_out));
    const near = found.items.map((/** @type {any} */ { id, lon, lat }, /** @type {number} */ at) => ({ id, lon, lat, rank: at + 1 }));
    showRoute({ from: null, to: place, line: null, label: "", near: near.slice(0, 5) });
  }

  /** @param {any} item @param {number} rank */
  #row(item, rank) {
    const target = { kind: "thing", id: item.id };
    const choose = () => this.desk.selection.choose(target);
    const light = (/** @type {any} */ what) => () => this.desk.selection.hover(what);
    const age = item.position_age_s === null ? t("near.at_home") : t("near.age", { age: ageText(item.position_age_s) });
    const props = { class: "near-row", type: "button", onclick: choose, onpointerenter: light(target), onpointerleave: light(null) };
    return h("li", {}, h("button", props,
      h("b", { class: "tabular dim" }, rank),
      h("span", {}, name("name", item), h("small", { class: "dim" }, `${word("kind", item.kind)} · ${age}`)),
      h("span", { class: "tabular near-time" }, h("b", {}, timeText(item.seconds, currentLanguage())), h("small", { class: "dim" }, lengthText(item.metres)))));
  }
}

/** @param {any[]} things */
function leftOut(things) {
  const language = currentLanguage();
  const rows = things.map((thing) =>
    h("li", {}, name("name", thing), h("small", { class: "dim" }, ` ${thing[`reason_${language}`]}`)),
  );
  const title = h("summary", {}, t("near.left_out", { n: things.length }));
  return h("section", { class: "work-part" }, h("details", { class: "near-out" }, title, h("ul", {}, ...rows)));
}
