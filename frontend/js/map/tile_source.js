/** Vector tiles of one layer: fetched, decoded, scaled to the tile's size in pixels. */

import { VectorTile } from "@mapbox/vector-tile";
import Protobuf from "pbf";
import { ageOf } from "./freshness.js";

/** @typedef {import("protomaps-leaflet").Feature} Feature */
/** @typedef {import("protomaps-leaflet").Zxy} Zxy */

export class TileSource {
  /** @param {string} template with {z}, {x}, {y} @param {number} minZoom below it there is nothing to ask for
   * @param {(age: number) => void} told the age of each tile in seconds, 0 if it is of now */
  constructor(template, minZoom, told) {
    this.template = template;
    this.minZoom = minZoom;
    this.told = told;
    this.failures = 0;
  }

  /** An empty map where there is no tile; a failed one stays empty and is counted, not thrown,
   * because one layer's fault must not blank the others.
   * @param {Zxy} c @param {number} tileSize @returns {Promise<Map<string, Feature[]>>} */
  async get(c, tileSize) {
    if (c.z < this.minZoom) return new Map();
    const url = this.template
      .replace("{z}", String(c.z))
      .replace("{x}", String(c.x))
      .replace("{y}", String(c.y));
    try {
      const response = await fetch(url);
      if (response.ok) this.told(ageOf(response.headers));
      if (response.status === 204 || response.status === 404) return new Map();
      if (!response.ok) throw new Error(`${url}: ${response.status}`);
      return decode(await response.arrayBuffer(), tileSize);
    } catch {
      this.failures += 1;
      return new Map();
    }
  }
}

/** @param {ArrayBuffer} buffer @param {number} tileSize @returns {Map<string, Feature[]>} */
function decode(buffer, tileSize) {
  const tile = new VectorTile(new Protobuf(new Uint8Array(buffer)));
  return new Map(
    Object.entries(tile.layers).map(([name, layer]) => [
      name,
      Array.from({ length: layer.length }, (_, i) =>
        scaled(layer.feature(i), tileSize / layer.extent),
      ),
    ]),
  );
}

/** @param {import("@mapbox/vector-tile").VectorTileFeature} feature @param {number} scale @returns {Feature} */
function scaled(feature, scale) {
  const geom = feature.loadGeometry();
  const bbox = { minX: Infinity, minY: Infinity, maxX: -Infinity, maxY: -Infinity };
  let numVertices = 0;
  for (const part of geom) {
    numVertices += part.length;
    for (const point of part) {
      point._mult(scale);
      bbox.minX = Math.min(bbox.minX, point.x);
      bbox.minY = Math.min(bbox.minY, point.y);
      bbox.maxX = Math.max(bbox.maxX, point.x);
      bbox.maxY = Math.max(bbox.maxY, point.y);
    }
  }
  return {
    props: /** @type {any} */ (feature.properties),
    bbox,
    geomType: /** @type {1|2|3} */ (feature.type),
    geom,
    numVertices,
  };
}
