/** The map's own buttons; each shows its key. */

import { byId, fill, h, icon } from "../ui/dom.js";
import { t } from "../ui/i18n.js";
import { prefs } from "../ui/store.js";
import { drawLegend } from "./legend.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {{map: import("leaflet").Map, view: import("./view.js").View, layers: import("./layers.js").Layers, fences: import("./fencing.js").Fencing}} Parts */

const PATHS = {
  plus: "M8 3v10M3 8h10",
  minus: "M3 8h10",
  fit: "M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10M8 6.2a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6Z",
  back: "M6.5 3 2.5 7l4 4M2.5 7H10a3.5 3.5 0 0 1 0 7H7",
  lock: "M4 7.5V5.2a4 4 0 0 1 8 0v2.3M3 7.5h10v6.3H3Z",
  follow: "M8 1.6l1.9 4 4.4.5-3.3 3 .9 4.3L8 11.2l-3.9 2.2.9-4.3-3.3-3 4.4-.5Z",
  search: "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9ZM10.3 10.3 14 14",
  layers: "M8 2 14.5 5.6 8 9.2 1.5 5.6ZM1.5 8.6 8 12.2l6.5-3.6M1.5 11.2 8 14.8l6.5-3.6",
  fence: "M3.2 4.6 12 3l1.6 8.2-8 2ZM3.2 4.6h.01M12 3h.01M13.6 11.2h.01M5.6 13.2h.01",
  legend: "M2.5 3.5h2v2h-2ZM2.5 10.5h2v2h-2ZM7 4.5h6.5M7 11.5h6.5",
};

/** @param {Desk} desk @param {Parts} parts */
export function mountTools(desk, { map, view, layers, fences }) {
  const button = (
    /** @type {string} */ key,
    /** @type {keyof typeof PATHS} */ path,
    /** @type {string} */ text,
    /** @type {() => void} */ run,
  ) => {
    desk.keys.bind(key, run);
    return mapButton(key, path, t(text), run);
  };
  const lock = button("v", "lock", "keys.lock", () => view.toggleLock());
  fill(
    byId("map-tools"),
    desk.openSearch && group(mapButton("s", "search", t("search.open"), desk.openSearch)),
    group(
      button("+", "plus", "keys.zoom_in", () => map.zoomIn()),
      button("-", "minus", "keys.zoom_out", () => map.zoomOut()),
    ),
    group(
      button("f", "fit", "keys.fit", () => desk.map?.fitSelected()),
      button("g", "back", "keys.back", () => view.back()),
      lock,
    ),
    group(
      button("l", "layers", "keys.layers", () => layers.toggle()),
      button("k", "legend", "keys.legend", legendSwitch(layers)),
    ),
    fences.draw && group(button("d", "fence", "keys.draw", fences.draw)),
  );
  desk.keys.bind(
    "Escape",
    () => layers.toggle(),
    () => layers.isOpen,
  );
  desk.keys.bind("=", () => map.zoomIn()); // the plus key without shift
  const draw = () => drawLock(lock, view.locked);
  draw();
  return { draw };
}

/** @param {...HTMLElement} buttons */
function group(...buttons) {
  return h("div", { class: "map-group" }, ...buttons);
}

/** @param {string} key @param {keyof typeof PATHS} path @param {string} label @param {() => void} run */
function mapButton(key, path, label, run) {
  const props = { class: "map-button", type: "button", title: `${label} (${key})` };
  const cap = h("kbd", {}, key);
  return h("button", { ...props, "aria-label": label, onclick: run }, icon(PATHS[path]), cap);
}

/** @param {HTMLElement} lock @param {boolean} locked */
function drawLock(lock, locked) {
  const text = t(locked ? "map.locked" : "map.following");
  lock.setAttribute("aria-pressed", String(locked));
  lock.setAttribute("aria-label", text);
  lock.title = `${text} (v)`;
  fill(lock, icon(PATHS[locked ? "lock" : "follow"]), h("kbd", {}, "v"));
}

/** Draw the legend as it was left, and return what opens and closes it.
 * @param {import("./layers.js").Layers} layers */
function legendSwitch(layers) {
  const legend = byId("map-legend");
  legend.hidden = !prefs.get("legend", false);
  const draw = () => drawLegend(legend, layers.overlays.legends());
  draw();
  return () => {
    legend.hidden = !legend.hidden;
    draw(); // what is drawn on the map has changed since
    prefs.set("legend", !legend.hidden);
  };
}
