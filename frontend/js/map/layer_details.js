/** What a row of the tree tells on demand: age, source, legend; its opacity and what can be done. */

import { legendOf } from "../planner/legend.js";
import { agoText } from "../ui/age.js";
import { h } from "../ui/dom.js";
import { currentLanguage, name, t } from "../ui/i18n.js";
import { light } from "./base.js";
import { creditOf } from "./days.js";
import { looksOf } from "./looks.js";

/** @typedef {import("../types.js").MapLayer} MapLayer */
/** @typedef {import("./layers.js").Layers} Layers */

const OLD_S = 400 * 86400; // a layer that was loaded longer ago gets an amber label

/** @param {import("../desk.js").Desk} desk @param {Layers} layers @param {MapLayer} layer @param {string} group */
export function detailsOf(desk, layers, layer, group) {
  const old = typeof layer.age === "number" && layer.age > OLD_S;
  const facts = h("p", { class: `tree-facts ${old ? "old" : ""}`.trim() }, factsOf(layer, layers.past.at));
  return h("div", { class: "tree-details" }, facts, look(layers, layer), legendOf(layer, light()), opacity(layers, layer), acts(desk, layers, layer, group));
}

/** Whose it is and how old: the source's date if it is known, else when it was last loaded; of
 * pictures whose that of the day is which the map shows.
 * @param {MapLayer} layer @param {string} at */
function factsOf(layer, at) {
  const loaded = (/** @type {number} */ age) => t("layers.loaded", { age: agoText(age, currentLanguage()) });
  const age = typeof layer.age === "number" ? loaded(layer.age) : t("layers.empty");
  const { date, attribution } = creditOf(layer, at);
  const from = attribution && t("tree.source", { source: attribution });
  return [date ? t("tree.date", { date }) : age, from].filter(Boolean).join(" · ");
}

/** In which of its styles an elevation model is drawn.
 * @param {Layers} layers @param {MapLayer} layer */
function look(layers, layer) {
  if (!layer.look) return null;
  const options = looksOf(layer).map((style) => h("option", { value: style.name }, name("title", style)));
  const label = t("tree.look.of", { name: name("title", layer) });
  const choice = h("select", { "aria-label": label, "data-key": `${layer.code}:look` }, ...options);
  choice.value = layer.look;
  choice.onchange = () => layers.setLook(layer.code, choice.value);
  return h("div", { class: "tree-look" }, h("span", { class: "dim" }, t("tree.look")), choice);
}

/** @param {Layers} layers @param {MapLayer} layer */
function opacity(layers, layer) {
  const value = layers.base.opacityOf(layer);
  const label = t("layers.opacity", { name: name("title", layer) });
  const percent = h("output", { class: "tabular" }, `${Math.round(value * 100)}%`);
  const slider = h("input", { type: "range", min: 0, max: 1, step: 0.05, value, "aria-label": label });
  slider.oninput = () => {
    percent.textContent = `${Math.round(Number(slider.value) * 100)}%`;
    layers.setOpacity(layer.code, Number(slider.value));
  };
  return h("div", { class: "tree-opacity" }, h("span", { class: "dim" }, t("tree.opacity")), slider, percent);
}

/** @param {import("../desk.js").Desk} desk @param {Layers} layers @param {MapLayer} layer @param {string} group */
function acts(desk, layers, layer, group) {
  const act = (/** @type {string} */ text, /** @type {() => void} */ run) =>
    h("button", { class: "link", type: "button", "data-key": `${layer.code}:${text}`, onclick: run }, t(text));
  const zoom = () => {
    const [west, south, east, north] = /** @type {number[]} */ (layer.bounds);
    desk.map?.fit(`layer/${layer.code}`, [{ lon: west, lat: south }, { lon: east, lat: north }]);
    desk.show("map");
  };
  const open = () => {
    desk.selection.choose({ kind: "layer", id: layer.code });
    desk.show("work");
  };
  const move = (/** @type {number} */ by) => () => layers.move(group, layer.code, by);
  return h(
    "div",
    { class: "tree-acts" },
    layer.bounds && act("tree.zoom", zoom),
    act("tree.open", open),
    layer.count !== 0 && act("layers.swipe", () => layers.swipe.with(layer)),
    h("a", { class: "link", href: `/catalog/${layer.code}`, target: "_blank", rel: "noopener" }, t("tree.record")),
    act("tree.up", move(-1)),
    act("tree.down", move(1)),
  );
}
