/** Asking for a place, a line or an area on the map, for whichever panel needs one. */

import { byId, fill, h, write } from "../ui/dom.js";
import { t } from "../ui/i18n.js";
import { keyButton } from "../ui/parts.js";
import { areaText } from "./geometry.js";
import { Pencil } from "./pencil.js";
import { bindPencil } from "./pencil_keys.js";
import { Sketch } from "./sketch.js";

/** @typedef {import("./sketch.js").Shape} Shape */
/** @typedef {import("../types.js").GeoJsonPoint} Geometry */

export class Asker {
  /** @param {import("../desk.js").Desk} desk @param {import("leaflet").Map} map
   * @param {import("./view.js").View} view @param {() => boolean} taken somebody else draws */
  constructor(desk, map, view, taken) {
    this.desk = desk;
    this.view = view;
    this.taken = taken;
    this.pencil = new Pencil(map, () => this.#changed());
    this.place = byId("map-card");
    /** @type {((shape: Geometry|null) => void)|null} */
    this.answer = null;
    /** @type {{size: HTMLElement, end: HTMLButtonElement, undo: HTMLButtonElement, fault: HTMLElement}|null} */
    this.panel = null;
    bindPencil(desk.keys, this.pencil);
    desk.keys.bind(
      "Escape",
      () => this.end(null),
      () => this.answer !== null,
    );
  }

  get busy() {
    return this.answer !== null;
  }

  /** Let the reader show a place, a line or an area; null when they think better of it.
   * @param {Shape} shape @param {string} title what for @returns {Promise<Geometry|null>} */
  ask(shape, title) {
    if (this.taken()) {
      this.desk.say(t("ask.busy"), true);
      return Promise.resolve(null);
    }
    this.end(null);
    return new Promise((answer) => {
      this.answer = answer;
      this.#show(shape, title);
      this.pencil.take(new Sketch([], false, shape));
      this.desk.show("map");
      byId("map").focus({ preventScroll: true });
      this.desk.say(`${title} ${t(`ask.${shape}`)}`);
    });
  }

  /** @param {Geometry|null} shape */
  end(shape) {
    const { answer } = this;
    if (!answer) return;
    this.answer = null;
    this.panel = null;
    this.pencil.take(null);
    this.place.hidden = true;
    this.place.classList.remove("wide");
    this.view.held = false;
    answer(shape);
  }

  /** @param {Shape} shape @param {string} title */
  #show(shape, title) {
    const end = keyButton("Enter", t("ask.end"), () => this.pencil.finish(), "primary");
    const undo = keyButton("⌫", t("fence.undo"), () => this.pencil.undo());
    const stop = keyButton("Esc", t("fence.cancel"), () => this.end(null));
    const size = h("b", { class: "tabular" });
    const fault = h("p", { class: "notice bad", role: "alert", hidden: true });
    const row = h("div", { class: "work-row" }, shape !== "point" && [end, undo], stop);
    const head = h("div", { class: "strip-head" }, h("h3", {}, title), size, row);
    const keys = h("span", { class: "by-keys" }, t("fence.hint_keys"));
    const hint = h("p", { class: "dim" }, t(`ask.${shape}`), " ", keys);
    fill(this.place, h("div", { class: "strip" }, head, fault, hint));
    this.place.classList.add("wide");
    this.place.hidden = false;
    this.panel = { size, end, undo, fault };
  }

  #changed() {
    const { pencil, panel, answer } = this;
    if (!answer || !panel || !pencil.sketch) return;
    this.view.held = pencil.drawing;
    if (pencil.sketch.closed) {
      this.end(/** @type {Geometry} */ (pencil.sketch.geometry));
      return;
    }
    const { sketch, fault } = pencil;
    const size = sketch.area(pencil.next);
    write(panel.size, size && !fault ? areaText(size) : "");
    panel.end.disabled = sketch.corners.length < sketch.least;
    panel.undo.disabled = sketch.corners.length === 0;
    panel.fault.hidden = !fault;
    write(panel.fault, fault ? t(`ask.fault.${fault.kind}`) : "");
  }
}
