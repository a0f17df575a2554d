/** The map's own buttons and its legend; each button shows its key. */

import { byId, fill, h, icon } from "../ui/dom.js";
import { t } from "../ui/i18n.js";
import { kindShape, UNIT_CLASSES } from "../ui/kinds.js";
import { drawn, LETTERS, severityShape } from "../ui/severity.js";
import { prefs } from "../ui/store.js";

/** @typedef {import("../desk.js").Desk} Desk */

const PATHS = {
  plus: "M8 3v10M3 8h10",
  minus: "M3 8h10",
  fit: "M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10M8 6.2a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6Z",
  back: "M6.5 3 2.5 7l4 4M2.5 7H10a3.5 3.5 0 0 1 0 7H7",
  lock: "M4 7.5V5.2a4 4 0 0 1 8 0v2.3M3 7.5h10v6.3H3Z",
  follow: "M8 1.6l1.9 4 4.4.5-3.3 3 .9 4.3L8 11.2l-3.9 2.2.9-4.3-3.3-3 4.4-.5Z",
  layers: "M8 2 14.5 5.6 8 9.2 1.5 5.6ZM1.5 8.6 8 12.2l6.5-3.6M1.5 11.2 8 14.8l6.5-3.6",
  legend: "M2.5 3.5h2v2h-2ZM2.5 10.5h2v2h-2ZM7 4.5h6.5M7 11.5h6.5",
};

/** @param {Desk} desk @param {{map: import("leaflet").Map, view: import("./view.js").View, layers: {toggle: () => void, hide: () => void, isOpen: () => boolean}}} parts */
export function mountTools(desk, { map, view, layers }) {
  const legend = byId("map-legend");
  legend.hidden = !prefs.get("legend", false);
  const showLegend = () => {
    legend.hidden = !legend.hidden;
    prefs.set("legend", !legend.hidden);
  };
  const button = (
    /** @type {string} */ key,
    /** @type {keyof typeof PATHS} */ path,
    /** @type {string} */ text,
    /** @type {() => void} */ run,
  ) => {
    const made = h(
      "button",
      {
        class: "map-button",
        type: "button",
        title: `${t(text)} (${key})`,
        "aria-label": t(text),
        onclick: run,
      },
      icon(PATHS[path]),
      h("kbd", {}, key),
    );
    desk.keys.bind(key, run);
    return made;
  };
  const lock = button("v", "lock", "keys.lock", () => view.toggleLock());
  fill(
    byId("map-tools"),
    h(
      "div",
      { class: "map-group" },
      button("+", "plus", "keys.zoom_in", () => map.zoomIn()),
      button("-", "minus", "keys.zoom_out", () => map.zoomOut()),
    ),
    h(
      "div",
      { class: "map-group" },
      button("f", "fit", "keys.fit", () => desk.map?.fitSelected()),
      button("g", "back", "keys.back", () => view.back()),
      lock,
    ),
    h(
      "div",
      { class: "map-group" },
      button("l", "layers", "keys.layers", () => layers.toggle()),
      button("k", "legend", "keys.legend", showLegend),
    ),
  );
  drawLegend(legend);
  desk.keys.bind(
    "Escape",
    () => layers.hide(),
    () => layers.isOpen(),
  );
  desk.keys.bind("=", () => map.zoomIn());

  function draw() {
    const text = t(view.locked ? "map.locked" : "map.following");
    lock.setAttribute("aria-pressed", String(view.locked));
    lock.setAttribute("aria-label", text);
    lock.title = `${text} (v)`;
    fill(lock, icon(PATHS[view.locked ? "lock" : "follow"]), h("kbd", {}, "v"));
  }
  draw();
  return { draw };
}

/** @param {HTMLElement} place */
function drawLegend(place) {
  const severities = [1, 2, 3, 4].map((n) =>
    h("li", { class: `sev sev${n}` }, severityShape(n), `${LETTERS[n]} ${t(`severity.${n}`)}`),
  );
  const kinds = ["air", "rain", "water", "road", "weather", "noise"].map((kind) =>
    h("li", {}, drawn(kindShape(kind), "shape"), t(`kind.${kind}`)),
  );
  const trusts = ["fresh", "late", "silent"].map((trust) =>
    h("li", {}, drawn(kindShape("air"), `shape ${trust}`), t(`trust.${trust}`)),
  );
  const units = Object.entries(UNIT_CLASSES).map(([code, look]) => {
    const mark = drawn(look.path, `shape ${look.hollow ? "silent" : ""}`);
    mark.style.color = `var(--${look.token})`;
    return h("li", {}, mark, `${look.letters} ${t(`unit.${code}`)}`);
  });
  fill(
    place,
    ...[
      ["severity", severities],
      ["stations", kinds],
      ["trust", trusts],
      ["units", units],
    ].map(([title, rows]) =>
      h("section", {}, h("h3", {}, t(`legend.${title}`)), h("ul", {}, ...rows)),
    ),
  );
}
