/** Which layers are shown, in which order, how opaque and as of which day; the tree is drawn elsewhere. */

import { ApiError, call } from "../ui/api.js";
import { byId } from "../ui/dom.js";
import { currentLanguage, t } from "../ui/i18n.js";
import { prefs } from "../ui/store.js";
import { arranged, drawingOrder, FENCES, moved, orderOf, put, QUICK, reordered } from "./arrangement.js";
import { LayerTree } from "./layer_tree.js";
import { drawable } from "./looks.js";
import { Past } from "./past.js";
import { Swipe } from "./swipe.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../types.js").MapLayer} MapLayer */
/** @typedef {import("./arrangement.js").Branch} Branch */
/** @typedef {import("./base.js").BaseMap} BaseMap */
/** @typedef {import("./fences.js").FenceLayer} FenceLayer */
/** @typedef {import("./overlays.js").Overlay} Overlay */

const OFF_AT_FIRST = ["grid", "parts"]; // dense: shown when asked for

export class Layers {
  /** @param {Desk} desk @param {BaseMap} base @param {FenceLayer} fences
   * @param {import("./overlays.js").Overlays} overlays @param {() => void} redraw the marks */
  constructor(desk, base, fences, overlays, redraw) {
    this.desk = desk;
    this.base = base;
    this.fences = fences;
    this.overlays = overlays;
    this.redraw = redraw;
    this.panel = byId("map-layers");
    /** @type {MapLayer[]} in the catalogue's drawing order, the lowest first */
    this.layers = [];
    this.failure = ""; // why the catalogue could not be read
    /** @type {import("./arrangement.js").Group[]} */
    this.groups = [];
    /** @type {Branch[]} the uppermost first */
    this.tree = [];
    this.order = orderOf(prefs.get("layers.order", null));
    this.off = new Set(prefs.get("layers.off", OFF_AT_FIRST));
    this.moved = new Set(prefs.get("layers.moved", /** @type {string[]} */ ([]))); // against what is so at first
    /** @type {Record<string, string>} the style that an elevation model is drawn in, by code */
    this.looks = prefs.get("layers.looks", {});
    this.folded = new Set(prefs.get("layers.folded", /** @type {string[]} */ ([])));
    for (const one of overlays.all) overlays.show(one.code, this.isOn(one));
    for (const [code, opacity] of Object.entries(prefs.get("layers.opacity", {})))
      base.opacity.set(code, Number(opacity));
    this.past = new Past(desk, this);
    this.swipe = new Swipe(desk, this);
    this.view = new LayerTree(desk, this);
    this.#bindKeys();
    desk.picture.on("fences", () => this.isOpen && this.view.draw());
    desk.picture.on("catalogue", () => void this.load());
    fences.show(!this.off.has(FENCES));
    void this.load();
  }

  get isOpen() {
    return !this.panel.hidden;
  }

  /** What of the catalogue is drawn now, the uppermost first. @returns {MapLayer[]} */
  get shown() {
    return this.tree.flatMap((branch) => branch.layers).filter((layer) => this.isShown(layer.code));
  }

  /** Whether a layer of the catalogue, or the fences, are shown; elevation models are when asked for.
   * @param {string} code */
  isShown(code) {
    return this.of(code)?.styles ? this.moved.has(code) : !this.off.has(code);
  }

  /** Open or close the tree. */
  toggle() {
    this.panel.hidden = !this.panel.hidden;
    if (!this.isOpen) return;
    this.view.draw();
    this.view.focus();
  }

  /** @param {string} code */
  of(code) {
    return this.layers.find((layer) => layer.code === code);
  }

  /** @param {Overlay} overlay */
  isOn(overlay) {
    return Boolean(overlay.off) === this.moved.has(overlay.code);
  }

  /** Show or hide layers of the catalogue, and the fences.
   * @param {string[]} codes @param {boolean} on */
  show(codes, on) {
    for (const code of codes) {
      const [kept, wanted] = this.of(code)?.styles ? [this.moved, on] : [this.off, !on];
      if (wanted) kept.add(code);
      else kept.delete(code);
    }
    prefs.set("layers.off", [...this.off]);
    prefs.set("layers.moved", [...this.moved]);
    if (codes.includes(FENCES)) this.fences.show(!this.off.has(FENCES));
    this.#apply();
  }

  /** Show or hide what the modules draw.
   * @param {Overlay[]} overlays @param {boolean} on */
  showOverlays(overlays, on) {
    for (const one of overlays) {
      if (on === Boolean(one.off)) this.moved.add(one.code);
      else this.moved.delete(one.code);
      this.overlays.show(one.code, this.isOn(one));
    }
    prefs.set("layers.moved", [...this.moved]);
    this.redraw();
    this.view.draw();
  }

  /** @param {string} group @param {boolean} folded */
  fold(group, folded) {
    if (folded) this.folded.add(group);
    else this.folded.delete(group);
    prefs.set("layers.folded", [...this.folded]);
    this.view.draw();
  }

  /** Move a layer within its group, or a group among the groups: by steps, or to another's place.
   * @param {string} group @param {string} code empty: the group itself @param {number|string} to */
  move(group, code, to) {
    const branch = this.tree.find((one) => one.group.code === group);
    const list = code
      ? (branch?.layers.map((layer) => layer.code) ?? [])
      : this.tree.map((one) => one.group.code);
    const member = code || group;
    const codes = typeof to === "number" ? moved(list, member, to) : put(list, member, to);
    this.order = reordered(this.tree, code ? group : "", codes);
    prefs.set("layers.order", this.order);
    this.#apply();
    const name = `${codes.indexOf(member) + 1} / ${codes.length}`;
    this.desk.say(t("tree.moved", { place: name }));
  }

  /** @param {string} code @param {number} opacity 0 … 1 */
  setOpacity(code, opacity) {
    this.base.setOpacity(code, opacity);
    prefs.set("layers.opacity", Object.fromEntries(this.base.opacity));
  }

  /** Draw an elevation model in another style.
   * @param {string} code @param {string} style */
  setLook(code, style) {
    this.looks = { ...this.looks, [code]: style };
    prefs.set("layers.looks", this.looks);
    this.layers = drawable(this.layers, this.looks);
    this.#apply();
  }

  /** Draw the map by what stands here. */
  redrawMap() {
    this.base.use(drawingOrder(this.tree), new Set(this.shown.map((layer) => layer.code)));
  }

  #apply() {
    this.tree = arranged(this.layers, this.groups, this.order);
    this.redrawMap();
    this.view.draw();
    if (this.past.isOpen) void this.past.follow();
  }

  /** Ask for the catalogue; a failure stands in the tree until it is asked again. */
  async load() {
    try {
      const found = await call("/layers?untiled=true");
      this.failure = "";
      this.layers = drawable(found.items, this.looks);
      this.groups = found.groups;
      this.past.forget();
      this.#apply();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.failure = error.sentence(currentLanguage());
      this.view.draw();
      this.desk.say(t("layers.failed"));
    }
  }

  #bindKeys() {
    const { keys } = this.desk;
    for (let digit = 1; digit <= QUICK; digit += 1) {
      const turn = () => {
        const code = this.view.rows[digit - 1];
        if (code) this.show([code], !this.isShown(code));
      };
      keys.bind(String(digit), turn, () => this.isOpen);
    }
    keys.bind("0", () => this.show([FENCES], !this.isShown(FENCES)), () => this.isOpen);
  }
}
