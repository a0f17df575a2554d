/** The layer list: which are shown, how opaque, whose they are and how old; six of them on keys. */

import { agoText } from "../ui/age.js";
import { ApiError, call } from "../ui/api.js";
import { byId, fill, h } from "../ui/dom.js";
import { currentLanguage, name, t } from "../ui/i18n.js";
import { chip } from "../ui/parts.js";
import { legendOf } from "../planner/legend.js";
import { prefs } from "../ui/store.js";
import { light } from "./base.js";
import { Swipe } from "./swipe.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../types.js").MapLayer} MapLayer */
/** @typedef {import("./base.js").BaseMap} BaseMap */
/** @typedef {import("./fences.js").FenceLayer} FenceLayer */

const QUICK = 6;
const FENCES = "fences"; // among the layers' codes; drawn from the feed, not from tiles
const OFF_AT_FIRST = ["grid", "parts"]; // dense: shown when asked for
const OLD_S = 400 * 86400; // a layer that was loaded longer ago gets an amber label
const OPACITY = 0.6;

export class Layers {
  /** @param {Desk} desk @param {BaseMap} base @param {FenceLayer} fences
   * @param {import("./overlays.js").Overlays} overlays @param {() => void} redraw the marks */
  constructor(desk, base, fences, overlays, redraw) {
    this.desk = desk;
    this.base = base;
    this.fences = fences;
    this.overlays = overlays;
    this.redraw = redraw;
    this.swipe = new Swipe(base.map, base);
    this.panel = byId("map-layers");
    /** @type {MapLayer[]} in the order of the list */
    this.layers = [];
    this.off = new Set(prefs.get("layers.off", OFF_AT_FIRST));
    this.moved = new Set(prefs.get("layers.moved", /** @type {string[]} */ ([]))); // against `off`
    for (const one of overlays.all) overlays.show(one.code, this.#isOn(one));
    for (const [code, opacity] of Object.entries(prefs.get("layers.opacity", {}))) {
      base.opacity.set(code, Number(opacity));
    }
    for (let digit = 1; digit <= QUICK; digit += 1) {
      const toggle = () => this.#toggle(this.layers[digit - 1]?.code);
      desk.keys.bind(String(digit), toggle, () => this.isOpen);
    }
    const toggle = () => this.#toggle(FENCES);
    desk.keys.bind("0", toggle, () => this.isOpen);
    desk.picture.on("fences", () => this.isOpen && this.#draw());
    desk.picture.on("catalogue", () => void this.#load());
    fences.show(!this.off.has(FENCES));
    void this.#load();
  }

  get isOpen() {
    return !this.panel.hidden;
  }

  /** What of the catalogue is drawn now, the uppermost first. @returns {MapLayer[]} */
  get shown() {
    return (this.drawn ?? []).filter((layer) => !this.off.has(layer.code)).reverse();
  }

  /** Open or close the list. */
  toggle() {
    this.panel.hidden = !this.panel.hidden;
    if (this.isOpen && this.drawn) this.#draw();
  }

  async #load() {
    try {
      const drawn = (await call("/layers")).items;
      this.layers = inListOrder(drawn);
      this.#draw();
      this.#apply(drawn);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const load = () => void this.#load();
      const again = h("button", { class: "button", type: "button", onclick: load }, t("again"));
      const sentence = error.sentence(currentLanguage());
      fill(this.panel, h("p", { class: "notice bad" }, sentence, " ", again));
      this.desk.say(t("layers.failed"));
    }
  }

  /** @param {MapLayer[]} drawn in drawing order */
  #apply(drawn) {
    this.drawn = drawn;
    const on = drawn.map((layer) => layer.code).filter((code) => !this.off.has(code));
    this.base.use(drawn, new Set(on));
  }

  /** @param {string|undefined} code */
  #toggle(code) {
    if (!code) return;
    if (this.off.has(code)) this.off.delete(code);
    else this.off.add(code);
    if (this.swipe.is(code)) this.swipe.use(null);
    prefs.set("layers.off", [...this.off]);
    this.#draw();
    if (code === FENCES) this.fences.show(!this.off.has(FENCES));
    else this.#apply(this.drawn ?? []);
  }

  #draw() {
    const rows = this.layers.map((layer, at) => this.#row(layer, at < QUICK ? String(at + 1) : ""));
    const own = this.overlays.all.map((overlay) => this.#overlayRow(overlay));
    const none = rows.length === 0 && h("p", { class: "empty" }, t("layers.none"));
    fill(this.panel, h("h3", {}, t("layers.title")), ...own, this.#fenceRow(), ...rows, none);
  }

  /** @param {import("./overlays.js").Overlay} overlay */
  #isOn(overlay) {
    return Boolean(overlay.off) === this.moved.has(overlay.code);
  }

  /** @param {import("./overlays.js").Overlay} overlay */
  #overlayRow(overlay) {
    const toggle = () => {
      if (!this.moved.delete(overlay.code)) this.moved.add(overlay.code);
      prefs.set("layers.moved", [...this.moved]);
      this.overlays.show(overlay.code, this.#isOn(overlay));
      this.redraw();
      this.#draw();
    };
    const checked = this.#isOn(overlay);
    const box = h("input", { type: "checkbox", checked, onchange: toggle });
    const label = h("label", {}, box, h("span", {}, overlay.title));
    return h("div", { class: "layer" }, label, h("small", {}, overlay.facts?.() ?? ""));
  }

  #fenceRow() {
    const toggle = () => this.#toggle(FENCES);
    const box = h("input", { type: "checkbox", checked: !this.off.has(FENCES), onchange: toggle });
    const label = h("label", {}, box, h("span", {}, t("layers.fences")), h("kbd", {}, "0"));
    const facts = t("layers.fences_facts", { n: this.desk.picture.fences.size });
    return h("div", { class: "layer" }, label, h("small", {}, facts));
  }

  /** @param {MapLayer} layer @param {string} key */
  #row(layer, key) {
    const on = !this.off.has(layer.code);
    const toggle = () => this.#toggle(layer.code);
    const box = h("input", { type: "checkbox", checked: on, onchange: toggle });
    const simulated = layer.simulated && chip("simulated", t("simulated"));
    const cap = key && h("kbd", {}, key);
    const label = h("label", {}, box, h("span", {}, name("title", layer)), simulated, cap);
    const old = typeof layer.age === "number" && layer.age > OLD_S;
    const failed = this.base.failed(layer.code);
    const facts = failed ? t("layers.tiles_failed") : factsOf(layer);
    const source = h("small", { class: old || failed ? "old" : "" }, facts);
    const compare = layer.kind === "raster" && this.swipe.button(layer, this.panel);
    const more = on && h("details", {}, h("summary", {}, t("layers.look")), this.#opacity(layer), compare, legendOf(layer, light()));
    return h("div", { class: "layer" }, label, source, more);
  }

  /** @param {MapLayer} layer */
  #opacity(layer) {
    const value = this.base.opacity.get(layer.code) ?? (layer.kind === "raster" ? OPACITY : 1);
    const label = t("layers.opacity", { name: name("title", layer) });
    const props = { type: "range", min: 0, max: 1, step: 0.1, value, "aria-label": label };
    const slider = h("input", props);
    slider.oninput = () => {
      this.base.setOpacity(layer.code, Number(slider.value));
      prefs.set("layers.opacity", Object.fromEntries(this.base.opacity));
    };
    return slider;
  }
}

/** What one switches first: pictures, the frame of grids and boundaries, then what stands on the
 * base; the base itself last.
 * @param {MapLayer[]} layers */
function inListOrder(layers) {
  const groups = /** @type {Record<string, number>} */ ({ frame: 1, base: 3 });
  const rank = (/** @type {MapLayer} */ layer) =>
    layer.kind === "raster" ? 0 : (groups[layer.group ?? ""] ?? 2);
  return [...layers].sort((a, b) => rank(a) - rank(b));
}

/** Whose it is and how old: the source's date if it is known, else when it was last loaded.
 * @param {MapLayer} layer */
function factsOf(layer) {
  const loaded = (/** @type {number} */ age) =>
    t("layers.loaded", { age: agoText(age, currentLanguage()) });
  const age = typeof layer.age === "number" ? loaded(layer.age) : t("layers.empty");
  return [layer.attribution, layer.source_date || age].filter(Boolean).join(" · ");
}
