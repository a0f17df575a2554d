/** Raster tiles, fetched by ourselves: an image would not tell the page how old its tile is. */

import { ageOf } from "./freshness.js";
import { L } from "./leaflet.js";

export class PictureTiles extends L.TileLayer {
  /** @param {string} template @param {L.TileLayerOptions} options
   * @param {(age: number) => void} told the age of each tile in seconds, 0 if it is of now */
  constructor(template, options, told) {
    super(template, options);
    this.told = told;
    /** @type {WeakMap<HTMLElement, AbortController>} */
    this.asked = new WeakMap();
    this.on("tileunload", ({ tile }) => this.asked.get(tile)?.abort());
  }

  /** @param {L.Coords} coords @param {L.DoneCallback} done */
  createTile(coords, done) {
    const tile = document.createElement("img");
    tile.alt = "";
    const stop = new AbortController();
    this.asked.set(tile, stop);
    void this.#load(tile, this.getTileUrl(coords), stop.signal).then(
      () => done(undefined, tile),
      (/** @type {Error} */ error) => stop.signal.aborted || done(error, tile),
    );
    return tile;
  }

  /** @param {HTMLImageElement} tile @param {string} url @param {AbortSignal} signal */
  async #load(tile, url, signal) {
    const response = await fetch(url, { signal });
    if (!response.ok) throw new Error(`${url}: ${response.status}`);
    this.told(ageOf(response.headers));
    const address = URL.createObjectURL(await response.blob());
    try {
      tile.src = address;
      await tile.decode();
    } finally {
      URL.revokeObjectURL(address);
    }
  }
}
