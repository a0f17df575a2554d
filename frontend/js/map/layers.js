/** The layer list: which are shown, how opaque, whose they are and how old; six of them on keys. */

import { agoText } from "../ui/age.js";
import { ApiError, call } from "../ui/api.js";
import { byId, fill, h } from "../ui/dom.js";
import { currentLanguage, name, t } from "../ui/i18n.js";
import { prefs } from "../ui/store.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../types.js").MapLayer} MapLayer */
/** @typedef {import("./base.js").BaseMap} BaseMap */

const QUICK = 6;
const OFF_AT_FIRST = ["grid", "parts"]; // dense: shown when asked for
const OLD_S = 400 * 86400; // a base layer whose source is older gets an amber label

/** @param {Desk} desk @param {BaseMap} base */
export function mountLayers(desk, base) {
  const panel = byId("map-layers");
  /** @type {MapLayer[]} */
  let layers = [];
  const off = new Set(prefs.get("layers.off", OFF_AT_FIRST));
  for (const [code, opacity] of Object.entries(prefs.get("layers.opacity", {})))
    base.opacity.set(code, Number(opacity));

  async function load() {
    try {
      layers = (await call("/layers")).items;
      draw();
      apply();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      fill(
        panel,
        h(
          "p",
          { class: "notice bad" },
          error.sentence(currentLanguage()),
          " ",
          h("button", { class: "button", type: "button", onclick: () => void load() }, t("again")),
        ),
      );
      desk.say(t("layers.failed"));
    }
  }

  function apply() {
    base.use(
      layers,
      new Set(layers.filter((layer) => !off.has(layer.code)).map((layer) => layer.code)),
    );
  }

  /** @param {string} code */
  function toggle(code) {
    if (off.has(code)) off.delete(code);
    else off.add(code);
    prefs.set("layers.off", [...off]);
    draw();
    apply();
  }

  function draw() {
    const rows = quickFirst(layers).map((layer, at) =>
      row(layer, at < QUICK ? String(at + 1) : "", !off.has(layer.code), base, () =>
        toggle(layer.code),
      ),
    );
    fill(
      panel,
      h("h3", {}, t("layers.title")),
      ...rows,
      rows.length === 0 && h("p", { class: "empty" }, t("layers.none")),
    );
  }

  for (let digit = 1; digit <= QUICK; digit += 1) {
    desk.keys.bind(
      String(digit),
      () => {
        const layer = quickFirst(layers)[digit - 1];
        if (layer) toggle(layer.code);
      },
      () => !panel.hidden,
    );
  }
  void load();
  return {
    toggle: () => (panel.hidden = !panel.hidden),
    hide: () => (panel.hidden = true),
    isOpen: () => !panel.hidden,
  };
}

/** What one switches first: pictures, the frame of grids and boundaries, then what stands on the
 * base; the base itself last.
 * @param {MapLayer[]} layers */
function quickFirst(layers) {
  const rank = (/** @type {MapLayer} */ layer) =>
    layer.kind === "raster" ? 0 : layer.group === "frame" ? 1 : layer.group === "base" ? 3 : 2;
  return [...layers].sort((a, b) => rank(a) - rank(b));
}

/** Whose it is and how old: the source's date if it is known, else when it was last loaded.
 * @param {MapLayer} layer */
function factsOf(layer) {
  const age =
    layer.source_date ||
    (typeof layer.age === "number"
      ? t("layers.loaded", { age: agoText(layer.age, currentLanguage()) })
      : t("layers.empty"));
  return [layer.attribution, age].filter(Boolean).join(" · ");
}

/** @param {MapLayer} layer @param {string} key @param {boolean} on @param {BaseMap} base @param {() => void} toggle */
function row(layer, key, on, base, toggle) {
  const box = h("input", { type: "checkbox", checked: on, onchange: toggle });
  const old = typeof layer.age === "number" && layer.age > OLD_S;
  const opacity =
    layer.kind === "raster" &&
    on &&
    h("input", {
      type: "range",
      min: 0,
      max: 1,
      step: 0.1,
      value: base.opacity.get(layer.code) ?? 0.6,
      "aria-label": t("layers.opacity", { name: name("title", layer) }),
      oninput: (/** @type {Event} */ event) => {
        base.setOpacity(layer.code, Number(/** @type {HTMLInputElement} */ (event.target).value));
        prefs.set("layers.opacity", Object.fromEntries(base.opacity));
      },
    });
  return h(
    "div",
    { class: "layer" },
    h(
      "label",
      {},
      box,
      h("span", {}, name("title", layer)),
      layer.simulated && h("span", { class: "chip simulated" }, t("simulated")),
      key && h("kbd", {}, key),
    ),
    opacity,
    h(
      "small",
      { class: old ? "old" : "" },
      base.failed(layer.code) ? t("layers.tiles_failed") : factsOf(layer),
    ),
  );
}
