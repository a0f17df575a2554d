/** Comparing at a line that one moves: two layers, or two days of one; each side says what it shows. */

import { byId, fill, h, icon, keepFocus } from "../ui/dom.js";
import { name, t } from "../ui/i18n.js";
import { CROSS } from "../ui/parts.js";
import { tab } from "../ui/store.js";
import { pairOf } from "./arrangement.js";
import { stateOf } from "./days.js";

/** @typedef {import("../types.js").MapLayer} MapLayer */
/** @typedef {import("./arrangement.js").Pair} Pair */
/** @typedef {import("./layers.js").Layers} Layers */

export class Swipe {
  /** @param {import("../desk.js").Desk} desk @param {Layers} layers */
  constructor(desk, layers) {
    this.desk = desk;
    this.layers = layers;
    this.base = layers.base;
    /** @type {Pair|null} a side without a code shows only the rest of the map */
    this.pair = pairOf(tab.get("layers.pair", null));
    this.base.pair = this.pair;
    this.share = 50; // % of the map's width that lies left of the line
    this.slider = h("input", { type: "range", min: 0, max: 100, step: 0.5, value: this.share, "aria-label": t("swipe.line") });
    this.slider.oninput = () => this.#move(Number(this.slider.value));
    this.tags = { left: h("div", { class: "swipe-tag left" }), right: h("div", { class: "swipe-tag right" }) };
    this.element = h("div", { class: "swipe" }, h("i", { class: "swipe-line" }), this.tags.left, this.tags.right, this.slider);
    this.element.style.setProperty("--share", `${this.share}%`);
    this.base.map.on("move zoomend viewreset resize layeradd stacked", () => this.#clip());
  }

  /** Compare what has a past, else the uppermost that is shown; or compare no longer. */
  toggle() {
    const { shown, past } = this.layers;
    const dated = shown.find((layer) => (past.days.get(layer.code) ?? layer.dates ?? []).length > 1);
    const first = dated ?? shown.find((layer) => layer.count !== 0);
    if (this.pair || !first) this.use(null);
    else this.with(first);
  }

  /** Compare a layer: with its own state before, or with the map without it.
   * @param {MapLayer} layer */
  with(layer) {
    const days = this.layers.past.days.get(layer.code) ?? layer.dates ?? [];
    const before = days.at(-2);
    const left = before ? { code: layer.code, at: before } : { code: "", at: "" };
    this.use({ left, right: { code: layer.code, at: "" } });
  }

  /** @param {Pair|null} pair */
  use(pair) {
    this.pair = pair;
    this.base.pair = pair;
    tab.set("layers.pair", pair ?? undefined);
    const codes = pair ? [pair.left.code, pair.right.code].filter((code) => code && !this.layers.isShown(code)) : [];
    if (codes.length) this.layers.show(codes, true);
    else this.layers.redrawMap();
    this.layers.view.draw();
    this.draw();
    if (pair) void this.layers.past.follow();
  }

  draw() {
    if (!this.pair) {
      this.element.remove();
      return;
    }
    if (!this.element.isConnected) byId("map-pane").append(this.element);
    const end = h("button", { class: "tool", type: "button", title: t("swipe.end"), "aria-label": t("swipe.end"), onclick: () => this.use(null) }, icon(CROSS));
    keepFocus(this.element, () => {
      this.#tag("left", t("swipe.left"));
      this.#tag("right", t("swipe.right"), end);
    });
    this.#clip();
  }

  /** What a side shows, to be chosen anew.
   * @param {"left"|"right"} side @param {string} label @param {HTMLElement} [close] */
  #tag(side, label, close) {
    const pair = /** @type {Pair} */ (this.pair);
    const { code, at } = pair[side];
    const take = (/** @type {import("./arrangement.js").Side} */ one) => this.use({ ...pair, [side]: one });
    const layer = h("select", { "aria-label": `${label} ${t("swipe.layer")}` },
      h("option", { value: "" }, t("swipe.none")),
      ...this.layers.tree.flatMap((branch) => branch.layers).filter((one) => one.count !== 0)
        .map((one) => h("option", { value: one.code }, name("title", one))));
    layer.value = code;
    layer.onchange = () => take({ code: layer.value, at: "" });
    fill(this.tags[side], layer, code && this.#days(code, at, label, (day) => take({ code, at: day })), close);
  }

  /** @param {string} code @param {string} at @param {string} label @param {(day: string) => void} take */
  #days(code, at, label, take) {
    const days = this.layers.past.days.get(code) ?? [];
    const now = stateOf(days, "") || this.layers.of(code)?.source_date || "";
    if (days.length < 2) return h("span", { class: "tabular" }, now || t("swipe.now"));
    const past = days.slice(0, -1).reverse();
    const day = h("select", { class: "tabular", "aria-label": `${label} ${t("swipe.day")}` },
      h("option", { value: "" }, t("swipe.now_of", { day: now })),
      ...past.map((one) => h("option", { value: one }, one)));
    day.value = at;
    day.onchange = () => take(day.value);
    return day;
  }

  /** @param {number} share */
  #move(share) {
    this.share = share;
    this.element.style.setProperty("--share", `${share}%`);
    this.#clip();
  }

  /** Leaflet moves the container of a layer with the map: the cut is in its own pixels. */
  #clip() {
    const { map, cut } = this.base;
    if (!cut.length) return;
    const size = map.getSize();
    const corner = map.containerPointToLayerPoint([0, 0]);
    const line = corner.x + (size.x * this.share) / 100;
    for (const { side, layer } of cut) {
      const container = layer.getContainer();
      if (!container) continue;
      const [left, right] = side === "left" ? [corner.x, line] : [line, corner.x + size.x];
      container.style.clip = `rect(${corner.y}px, ${right}px, ${corner.y + size.y}px, ${left}px)`;
    }
  }
}
