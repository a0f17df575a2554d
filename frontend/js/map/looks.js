/** How an elevation model is drawn: it has no picture of its own, but tiles in several styles. */

/** @typedef {import("../types.js").MapLayer} MapLayer */
/** @typedef {{value: number, rgba: number[], zh?: string, en?: string}} Stop */
/** @typedef {{unit: string, stops: Stop[]}} Ramp */
/** @typedef {{name: string, title_zh: string, title_en: string, tiles: string[], unit: string, legend: Stop[]}} TileStyle */

const CODED = "terrain-rgb"; // heights for programs, not for eyes

/** @param {MapLayer} layer @returns {TileStyle[]} */
export function looksOf(layer) {
  return (layer.styles ?? []).filter((style) => style.name !== CODED);
}

/** What can be drawn of the catalogue: an elevation model in the style that was chosen for it.
 * @param {MapLayer[]} layers @param {Record<string, string>} chosen style by code @returns {MapLayer[]} */
export function drawable(layers, chosen) {
  return layers.filter((layer) => layer.tiles || looksOf(layer).length > 0).map((layer) => asChosen(layer, chosen[layer.code]));
}

/** @param {MapLayer} layer @param {string} [chosen] @returns {MapLayer} */
export function asChosen(layer, chosen) {
  const looks = looksOf(layer);
  const style = looks.find((one) => one.name === chosen) ?? looks[0];
  if (!style) return layer;
  const tiles = style.tiles.find((one) => one.includes(".webp")) ?? style.tiles[0];
  const ramp = style.legend.length > 0 ? { unit: style.unit, stops: style.legend } : undefined;
  return { ...layer, tiles, ramp, look: style.name };
}
