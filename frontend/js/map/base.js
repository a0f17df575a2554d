/** The base map: our own vector and raster tiles below everything that moves. */

import { leafletLayer, TileCache, View } from "protomaps-leaflet";
import { Freshness } from "./freshness.js";
import { L } from "./leaflet.js";
import { rulesOf } from "./paint.js";
import { TileSource } from "./tile_source.js";

/** @typedef {import("../types.js").MapLayer} MapLayer */

const TILE = 256;

/** The colours of the map at this moment: day with the light theme, night with the dark one. */
export function light() {
  return document.documentElement.dataset.theme === "light" ? "day" : "night";
}

export class BaseMap {
  /** @param {L.Map} map @param {"zh"|"en"} language */
  constructor(map, language) {
    this.map = map;
    this.language = language;
    /** @type {MapLayer[]} */
    this.layers = [];
    /** @type {Set<string>} */
    this.on = new Set();
    /** @type {Map<string, number>} */
    this.opacity = new Map();
    /** @type {Map<string, View>} decoded tiles survive toggling and changing the theme */
    this.views = new Map();
    /** @type {Map<string, TileSource>} */
    this.sources = new Map();
    /** @type {Map<string, L.TileLayer>} */
    this.rasters = new Map();
    /** @type {L.GridLayer|null} */
    this.vector = null;
    /** @type {Map<string, string>} the addresses of what is open: a new version has another */
    this.urls = new Map();
    this.freshness = new Freshness();
    map.createPane("rasters").style.zIndex = "150";
  }

  /** @param {MapLayer[]} layers in drawing order @param {Set<string>} on codes that are shown */
  use(layers, on) {
    this.layers = layers.filter((layer) => layer.count !== 0); // of an empty one there is nothing to ask for
    this.on = on;
    for (const layer of this.layers) this.#forgetOld(layer);
    for (const layer of this.layers)
      if (layer.kind === "vector" && !this.views.has(layer.code)) this.#open(layer);
    this.draw();
  }

  /** Draw again with the present theme and choice of layers. */
  draw() {
    this.#drawRasters();
    const shown = this.layers.filter((layer) => layer.kind === "vector" && this.on.has(layer.code));
    const old = this.vector;
    const vector = leafletLayer({
      ...rulesOf(shown, light(), this.language, this.opacity),
      sources: {},
      attribution: "",
    });
    /** @type {any} */ (vector).views = new Map(
      shown.map((layer) => [layer.code, this.views.get(layer.code)]),
    );
    this.vector = /** @type {L.GridLayer} */ (/** @type {unknown} */ (vector));
    this.vector.addTo(this.map);
    if (old) setTimeout(() => old.remove(), 250); // until the new tiles stand, so that nothing flashes
  }

  /** @param {string} code @param {number} opacity 0 … 1 */
  setOpacity(code, opacity) {
    this.opacity.set(code, opacity);
    const raster = this.rasters.get(code);
    if (raster) raster.setOpacity(opacity);
    else if (this.views.has(code)) this.draw();
  }

  /** Ask for all tiles anew: what is drawn is not of now. */
  renew() {
    for (const layer of this.layers) {
      this.views.delete(layer.code);
      if (layer.kind === "vector") this.#open(layer);
      else this.rasters.get(layer.code)?.redraw();
    }
    this.draw();
  }

  /** Whether tiles of this layer failed to come.
   * @param {string} code */
  failed(code) {
    return (this.sources.get(code)?.failures ?? 0) > 0;
  }

  /** Let go of the tiles of a version that has been replaced.
   * @param {MapLayer} layer */
  #forgetOld(layer) {
    const known = this.urls.get(layer.code);
    this.urls.set(layer.code, layer.tiles);
    if (known === undefined || known === layer.tiles) return;
    this.views.delete(layer.code);
    this.rasters.get(layer.code)?.remove();
    this.rasters.delete(layer.code);
  }

  /** @param {MapLayer} layer */
  #open(layer) {
    const levelDiff = layer.minzoom >= 15 ? 0 : 1; // one tile of 512 px serves four of 256
    const source = new TileSource(layer.tiles, layer.minzoom, (age) =>
      this.freshness.tell(age),
    );
    this.sources.set(layer.code, source);
    this.views.set(
      layer.code,
      new View(new TileCache(source, TILE << levelDiff), layer.maxzoom, levelDiff),
    );
  }

  #drawRasters() {
    for (const layer of this.layers.filter((one) => one.kind === "raster")) {
      const known = this.rasters.get(layer.code);
      if (known && !this.on.has(layer.code)) {
        known.remove();
        this.rasters.delete(layer.code);
      } else if (!known && this.on.has(layer.code))
        this.rasters.set(layer.code, this.#raster(layer).addTo(this.map));
    }
  }

  /** @param {MapLayer} layer */
  #raster(layer) {
    return L.tileLayer(layer.tiles, {
      pane: "rasters",
      className: "raster",
      maxZoom: this.map.getMaxZoom(),
      maxNativeZoom: layer.maxzoom,
      minZoom: layer.minzoom,
      opacity: this.opacity.get(layer.code) ?? 0.6,
    });
  }
}
