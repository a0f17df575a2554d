/** Comparing two pictures: one raster layer is shown only to the right of a line that one moves. */

import { byId, h } from "../ui/dom.js";
import { name, t } from "../ui/i18n.js";

/** @typedef {import("../types.js").MapLayer} MapLayer */
/** @typedef {import("./base.js").BaseMap} BaseMap */

export class Swipe {
  /** @param {import("leaflet").Map} map @param {BaseMap} base */
  constructor(map, base) {
    this.map = map;
    this.base = base;
    /** @type {MapLayer|null} */
    this.layer = null;
    /** @type {HTMLElement|null} */
    this.element = null;
    this.share = 50; // % of the map's width that lies left of the line
    this.clip = () => this.#clip();
    map.on("move zoomend viewreset resize layeradd", this.clip);
  }

  /** @param {string} code */
  is(code) {
    return this.layer?.code === code;
  }

  /** Compare with this layer, or no longer.
   * @param {MapLayer|null} layer */
  use(layer) {
    this.#unclip();
    this.element?.remove();
    this.element = null;
    this.layer = layer;
    if (!layer) return;
    this.element = this.#line(layer);
    byId("map-pane").append(this.element);
    this.#clip();
  }

  /** The button of a layer's row; only one layer is compared at a time.
   * @param {MapLayer} layer @param {HTMLElement} list of all rows */
  button(layer, list) {
    const press = (/** @type {Element} */ one) =>
      one.setAttribute("aria-pressed", String(this.is(one.getAttribute("data-swipe") ?? "")));
    const turn = () => {
      this.use(this.is(layer.code) ? null : layer);
      list.querySelectorAll("[data-swipe]").forEach(press);
    };
    const button = h("button", { class: "button", type: "button", "data-swipe": layer.code, onclick: turn }, t("layers.swipe"));
    press(button);
    return button;
  }

  /** @param {MapLayer} layer */
  #line(layer) {
    const label = t("layers.swipe.label", { name: name("title", layer) });
    const slider = h("input", { type: "range", min: 0, max: 100, step: 0.5, value: this.share, "aria-label": label });
    const line = h("i", { class: "swipe-line" });
    const tag = h("span", { class: "swipe-name" }, name("title", layer));
    const element = h("div", { class: "swipe" }, line, tag, slider);
    const move = () => {
      this.share = Number(slider.value);
      element.style.setProperty("--share", `${this.share}%`);
      this.#clip();
    };
    slider.oninput = move;
    element.style.setProperty("--share", `${this.share}%`);
    return element;
  }

  /** Leaflet moves the container of a layer with the map: the cut is in its own pixels. */
  #clip() {
    const container = this.#container();
    if (!container) return;
    const size = this.map.getSize();
    const corner = this.map.containerPointToLayerPoint([0, 0]);
    const left = corner.x + (size.x * this.share) / 100;
    container.style.clip = `rect(${corner.y}px, ${corner.x + size.x}px, ${corner.y + size.y}px, ${left}px)`;
  }

  #unclip() {
    const container = this.#container();
    if (container) container.style.clip = "";
  }

  #container() {
    return this.layer ? (this.base.rasters.get(this.layer.code)?.getContainer() ?? null) : null;
  }
}
