/** The tree of layers: groups that fold, real check boxes, an order by dragging or Alt and arrows. */

import { byId, fill, h, icon, keepFocus } from "../ui/dom.js";
import { name, t } from "../ui/i18n.js";
import { chip, closeButton } from "../ui/parts.js";
import { tab } from "../ui/store.js";
import { answers, FENCES, QUICK } from "./arrangement.js";
import { dragging } from "./dragging.js";
import { detailsOf } from "./layer_details.js";
import { bindTreeKeys } from "./tree_keys.js";

/** @typedef {import("../types.js").MapLayer} MapLayer */
/** @typedef {import("./arrangement.js").Branch} Branch */
/** @typedef {import("./layers.js").Layers} Layers */

const LIVE = "live"; // the group of what the modules draw: always above the catalogue's layers
const DOWN = "M4 6l4 4 4-4";
const RIGHT = "M6 4l4 4-4 4";
const GRIP = "M6 3.5h.01M10 3.5h.01M6 8h.01M10 8h.01M6 12.5h.01M10 12.5h.01";

export class LayerTree {
  /** @param {import("../desk.js").Desk} desk @param {Layers} layers */
  constructor(desk, layers) {
    this.desk = desk;
    this.layers = layers;
    this.panel = byId("map-layers");
    /** @type {string[]} codes as they stand, from above: the first ones have keys */
    this.rows = [];
    this.open = new Set(tab.get("layers.open", /** @type {string[]} */ ([]))); // rows whose details show
    const label = t("tree.filter");
    this.filter = h("input", { type: "search", class: "tree-filter", placeholder: label, "aria-label": label, autocomplete: "off", spellcheck: "false" });
    this.filter.oninput = () => this.draw();
    this.list = h("ul", { class: "tree", "aria-label": t("layers.title") });
    this.foot = h("div", { class: "tree-foot" });
    const close = closeButton(() => layers.toggle());
    this.head = [h("div", { class: "tree-head" }, h("h3", {}, t("layers.title")), close), this.filter];
    bindTreeKeys(this);
    dragging(this.list, (group, code, there) => layers.move(group, code, there));
  }

  focus() {
    /** @type {HTMLElement|null} */ (this.list.querySelector("[data-stop]"))?.focus({ preventScroll: true });
  }

  draw() {
    if (this.layers.isOpen) keepFocus(this.panel, () => this.#draw());
  }

  #draw() {
    const typed = this.filter.value;
    const branches = this.layers.tree
      .map((branch) => ({ ...branch, layers: branch.layers.filter((layer) => answers(layer, typed)) }))
      .filter((branch) => branch.layers.length > 0);
    this.rows = branches.filter((one) => typed || !this.#folded(one)).flatMap((one) => one.layers.map((layer) => layer.code));
    const own = typed ? null : this.#live();
    const none = !branches.length && (this.#failure() ?? h("li", { class: "empty" }, t(typed ? "tree.nothing" : "layers.none")));
    fill(this.list, own, ...branches.map((branch) => this.#branch(branch, Boolean(typed))), none);
    fill(this.foot, ...this.#tools());
    if (!this.list.isConnected) fill(this.panel, ...this.head, this.list, this.foot);
  }

  /** Why there are no layers, and the means to ask again. */
  #failure() {
    const { failure } = this.layers;
    if (!failure) return null;
    const again = h("button", { class: "button", type: "button", onclick: () => void this.layers.load() }, t("again"));
    return h("li", {}, h("p", { class: "notice bad", role: "alert" }, failure, " ", again));
  }

  /** Show or hide a row's details.
   * @param {string} code @param {boolean} open */
  unfold(code, open) {
    if (open) this.open.add(code);
    else this.open.delete(code);
    tab.set("layers.open", [...this.open]);
    this.draw();
    const line = this.panel.querySelector(`[data-code="${CSS.escape(code)}"]`);
    if (open) line?.closest("li")?.scrollIntoView({ block: "nearest" });
  }

  /** @param {{group: {code: string}}} branch */
  #folded({ group }) {
    return this.layers.folded.has(group.code);
  }

  /** What the modules draw, and the fences: an order of their own, above all layers. */
  #live() {
    const { overlays, off } = this.layers;
    const fences = () => this.layers.show([FENCES], off.has(FENCES));
    const rows = overlays.all.map((one) =>
      this.#plain(one.code, one.title, this.layers.isOn(one), one.facts?.() ?? "", (on) => this.layers.showOverlays([one], on)));
    const facts = t("layers.fences_facts", { n: this.desk.picture.fences.size });
    rows.push(this.#plain(FENCES, t("layers.fences"), !off.has(FENCES), facts, fences, "0"));
    const on = overlays.all.filter((one) => this.layers.isOn(one)).length + Number(!off.has(FENCES));
    const all = (/** @type {boolean} */ wanted) => {
      this.layers.showOverlays(overlays.all, wanted);
      this.layers.show([FENCES], wanted);
    };
    return this.#group(LIVE, t("tree.live"), on, rows, all, false);
  }

  /** @param {Branch} branch @param {boolean} found by what was typed: never folded */
  #branch(branch, found) {
    const { group, layers } = branch;
    const on = layers.filter((layer) => this.layers.isShown(layer.code)).length;
    const all = (/** @type {boolean} */ wanted) => this.layers.show(layers.map((layer) => layer.code), wanted);
    const rows = layers.map((layer) => this.#row(layer, group.code));
    return this.#group(group.code, name("title", group), on, rows, all, found, true);
  }

  /** @param {string} code @param {string} title @param {number} on how many are shown
   * @param {HTMLElement[]} rows @param {(on: boolean) => void} all @param {boolean} found @param {boolean} [moves] */
  #group(code, title, on, rows, all, found, moves = false) {
    const folded = this.layers.folded.has(code) && !found;
    const box = h("input", { type: "checkbox", "data-stop": `box:${code}`, "aria-label": t("tree.all", { name: title }), onchange: () => all(box.checked) });
    box.checked = on === rows.length;
    box.indeterminate = on > 0 && on < rows.length;
    const fold = h(
      "button",
      { class: "tree-fold", type: "button", "data-stop": `group:${code}`, "aria-expanded": String(!folded), onclick: () => this.layers.fold(code, !folded) },
      icon(folded ? RIGHT : DOWN), h("b", {}, title), h("span", { class: "dim tabular" }, `${on}/${rows.length}`),
    );
    const grip = moves && this.#grip();
    const head = h("div", { class: "tree-group", "data-group": code }, grip, box, fold);
    return h("li", { class: moves ? "" : "tree-live" }, head, !folded && h("ul", {}, ...rows));
  }

  #grip() {
    return h("span", { class: "tree-grip", "aria-hidden": "true", title: t("tree.drag") }, icon(GRIP));
  }

  /** @param {MapLayer} layer @param {string} group */
  #row(layer, group) {
    const { base, past } = this.layers;
    const { code } = layer;
    const shown = this.layers.isShown(code);
    const nth = this.rows.indexOf(code);
    const cap = nth >= 0 && nth < QUICK && h("kbd", {}, String(nth + 1));
    const open = this.open.has(code);
    const title = name("title", layer);
    const more = h("button", { class: "tool tree-more", type: "button", title: t("tree.more"), "aria-label": t("tree.more.of", { name: title }), "aria-expanded": String(open), onclick: () => this.unfold(code, !open) }, icon(open ? DOWN : RIGHT));
    const notes = [
      layer.count === 0 && t("layers.empty"),
      base.failed(code) && t("layers.tiles_failed"),
      past.at && shown && !past.has(layer) && t("past.none"),
    ].filter(Boolean);
    const described = notes.length > 0 && `tree-${code}`;
    const box = h("input", { type: "checkbox", checked: shown, "data-stop": `layer:${code}`, "aria-describedby": described, onchange: () => this.layers.show([code], !shown) });
    const label = h("label", {}, box, h("span", { class: "tree-name" }, title), layer.simulated && chip("simulated", t("simulated")));
    const said = h("small", { id: `tree-${code}`, class: base.failed(code) ? "old" : "" }, notes.join(" · "));
    const line = h("div", { class: "tree-line", "data-group": group, "data-code": code }, this.#grip(), label, cap, more);
    const details = open && detailsOf(this.desk, this.layers, layer, group);
    return h("li", { class: `layer ${open ? "open" : ""}`.trim() }, line, notes.length > 0 && said, details);
  }

  /** A row that has no order and no details.
   * @param {string} code @param {string} title @param {boolean} checked @param {string} facts
   * @param {(on: boolean) => void} turn @param {string} [key] */
  #plain(code, title, checked, facts, turn, key = "") {
    const box = h("input", { type: "checkbox", checked, "data-stop": `own:${code}`, onchange: () => turn(!checked) });
    const label = h("label", {}, box, h("span", { class: "tree-name" }, title), facts && h("small", {}, facts));
    return h("li", { class: "layer" }, h("div", { class: "tree-line" }, label, key && h("kbd", {}, key)));
  }

  #tools() {
    const { past, swipe } = this.layers;
    const press = (/** @type {string} */ text, /** @type {boolean} */ on, /** @type {() => void} */ run, key = "") =>
      h("button", { class: "button", type: "button", "aria-pressed": String(on), "data-key": text, onclick: run }, key && h("kbd", {}, key), t(text));
    const compare = () => {
      swipe.toggle();
      if (swipe.pair) this.layers.toggle(); // the tree would cover one of the two sides
    };
    const make = () => {
      this.desk.selection.choose({ kind: "new-layer", id: "new" });
      this.desk.show("work");
    };
    return [
      press("past.open", past.isOpen, () => past.toggle(), ","),
      press("layers.swipe", swipe.pair !== null, compare),
      this.desk.may("layer.edit") && h("button", { class: "button", type: "button", onclick: make }, t("tree.new")),
    ];
  }
}
