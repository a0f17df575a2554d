/** The base map: our own vector and raster tiles below everything that moves, in the tree's order. */

import { leafletLayer, TileCache, View } from "protomaps-leaflet";
import { isBefore, slices } from "./arrangement.js";
import { Freshness } from "./freshness.js";
import { L } from "./leaflet.js";
import { rulesOf } from "./paint.js";
import { PictureTiles } from "./picture_tiles.js";
import { TileSource } from "./tile_source.js";

/** @typedef {import("../types.js").MapLayer} MapLayer */
/** @typedef {import("./arrangement.js").Slice} Slice */
/** @typedef {import("./arrangement.js").Pair} Pair */

const TILE = 256;
const PICTURE = 0.6; // of a raster nobody has set the opacity of
const PANE = "stack";
const PAUSE_MS = 120; // of a moving slider: vector layers are drawn anew
const FADE_MS = 250; // until the new tiles stand, so that nothing flashes

/** The colours of the map at this moment: day with the light theme, night with the dark one. */
export function light() {
  return document.documentElement.dataset.theme === "light" ? "day" : "night";
}

/** Whether there is anything to ask for: before its first picture a raster has no tiles.
 * @param {MapLayer} layer @param {string} at a day; empty: now */
function wasThere(layer, at) {
  return !at || !layer.dates?.length || layer.dates[0] <= at;
}

export class BaseMap {
  /** @param {L.Map} map @param {"zh"|"en"} language */
  constructor(map, language) {
    this.map = map;
    this.language = language;
    /** @type {MapLayer[]} the lowest first */
    this.layers = [];
    /** @type {Set<string>} */
    this.on = new Set();
    /** @type {Map<string, number>} */
    this.opacity = new Map();
    /** the day that is shown; empty: now */
    this.at = "";
    /** @type {Set<string>} codes of the layers that have a past: only their tiles are asked for a day */
    this.dated = new Set();
    /** @type {Pair|null} what is compared at the line */
    this.pair = null;
    /** @type {Map<string, View>} decoded tiles survive toggling and changing the theme */
    this.views = new Map();
    /** @type {Map<string, TileSource>} */
    this.sources = new Map();
    /** @type {Map<string, L.TileLayer>} by layer, day and side */
    this.rasters = new Map();
    /** @type {L.GridLayer[]} */
    this.vectors = [];
    /** @type {{side: "left"|"right", layer: L.GridLayer}[]} what is to be cut at the line */
    this.cut = [];
    /** @type {Map<string, string>} the addresses of what is open: a new version has another */
    this.urls = new Map();
    this.freshness = new Freshness();
    /** @type {ReturnType<typeof setTimeout>|undefined} */
    this.soon = undefined;
    map.createPane(PANE).style.zIndex = "150";
  }

  /** @param {MapLayer[]} layers in drawing order @param {Set<string>} on codes that are shown */
  use(layers, on) {
    this.layers = layers.filter((layer) => layer.count !== 0); // of an empty one there is nothing to ask for
    this.on = on;
    for (const layer of this.layers) this.#forgetOld(layer);
    this.draw();
  }

  /** How opaque a layer is drawn.
   * @param {MapLayer} layer */
  opacityOf(layer) {
    return this.opacity.get(layer.code) ?? (layer.kind === "raster" ? PICTURE : 1);
  }

  /** Draw again with the present theme, day and choice of layers. */
  draw() {
    const shown = this.layers.filter((layer) => this.on.has(layer.code) && wasThere(layer, this.at));
    const stack = slices(shown, this.at, this.pair);
    const [oldRasters, oldVectors] = [this.rasters, this.vectors];
    this.rasters = new Map();
    this.vectors = [];
    this.cut = [];
    for (const [place, slice] of stack.entries()) {
      if (isBefore(slice)) continue; // no picture was taken yet: there is nothing to ask for
      const layer = slice.raster ? this.#picture(slice, oldRasters) : this.#drawing(slice);
      layer.setZIndex(place + 1);
      if (slice.side) this.cut.push({ side: slice.side, layer });
      if (!this.map.hasLayer(layer)) layer.addTo(this.map);
    }
    for (const [key, layer] of oldRasters) if (!this.rasters.has(key)) layer.remove();
    setTimeout(() => oldVectors.forEach((layer) => layer.remove()), FADE_MS);
    this.map.fire("stacked");
  }

  /** @param {string} code @param {number} opacity 0 … 1 */
  setOpacity(code, opacity) {
    this.opacity.set(code, opacity);
    const pictures = [...this.rasters].filter(([key]) => key.startsWith(`${code}@`));
    for (const [, layer] of pictures) layer.setOpacity(opacity);
    if (pictures.length > 0 || !this.on.has(code)) return;
    clearTimeout(this.soon);
    this.soon = setTimeout(() => this.draw(), PAUSE_MS);
  }

  /** Ask for all tiles anew: what is drawn is not of now. */
  renew() {
    this.views.clear();
    this.sources.clear();
    for (const raster of this.rasters.values()) raster.redraw();
    this.draw();
  }

  /** Whether tiles of this layer failed to come.
   * @param {string} code */
  failed(code) {
    return [...this.sources].some(([key, source]) => key.startsWith(`${code}@`) && source.failures > 0);
  }

  /** The address of a layer's tiles as they were on a day; a layer without a past is as it is.
   * @param {MapLayer} layer @param {string} at */
  address(layer, at) {
    return at && this.dated.has(layer.code) ? `${layer.tiles}&at=${at}` : layer.tiles;
  }

  /** Let go of the tiles of a version that has been replaced.
   * @param {MapLayer} layer */
  #forgetOld(layer) {
    const known = this.urls.get(layer.code);
    this.urls.set(layer.code, layer.tiles);
    if (known === undefined || known === layer.tiles) return;
    for (const kept of [this.views, this.sources])
      for (const key of kept.keys()) if (key.startsWith(`${layer.code}@`)) kept.delete(key);
    for (const [key, raster] of this.rasters)
      if (key.startsWith(`${layer.code}@`)) {
        raster.remove();
        this.rasters.delete(key);
      }
  }

  /** @param {MapLayer} layer @param {string} at */
  #view(layer, at) {
    const key = `${layer.code}@${this.dated.has(layer.code) ? at : ""}`;
    const known = this.views.get(key);
    if (known) return known;
    const levelDiff = layer.minzoom >= 15 ? 0 : 1; // one tile of 512 px serves four of 256
    const tell = (/** @type {number} */ age) => this.freshness.tell(age);
    const source = new TileSource(this.address(layer, at), layer.minzoom, tell);
    const view = new View(new TileCache(source, TILE << levelDiff), layer.maxzoom, levelDiff);
    this.sources.set(key, source);
    this.views.set(key, view);
    return view;
  }

  /** @param {Slice} slice @returns {L.GridLayer} */
  #drawing({ layers, at }) {
    const made = leafletLayer({
      ...rulesOf(layers, light(), this.language, this.opacity),
      sources: {},
      attribution: "",
      ...{ pane: PANE },
    });
    /** @type {any} */ (made).views = new Map(layers.map((layer) => [layer.code, this.#view(layer, at)]));
    const layer = /** @type {L.GridLayer} */ (/** @type {unknown} */ (made));
    this.vectors.push(layer);
    return layer;
  }

  /** @param {Slice} slice @param {Map<string, L.TileLayer>} known */
  #picture({ layers: [layer], at, side }, known) {
    const url = this.address(layer, at);
    const key = `${layer.code}@${url}|${side}`;
    const made =
      known.get(key) ??
      new PictureTiles(
        url,
        {
          pane: PANE,
          className: "raster",
          maxZoom: this.map.getMaxZoom(),
          maxNativeZoom: layer.maxzoom,
          minZoom: layer.minzoom,
          opacity: this.opacityOf(layer),
        },
        (age) => this.freshness.tell(age),
      );
    this.rasters.set(key, made);
    return made;
  }
}
