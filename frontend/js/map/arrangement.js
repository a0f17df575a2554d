/** The order of the layer tree, which is the order on the map: plain logic, without a page. */

/** @typedef {import("../types.js").MapLayer} MapLayer */
/** @typedef {{code: string, title_zh: string, title_en: string}} Group the uppermost first */
/** @typedef {{groups: string[], codes: string[]}} Order as somebody left it */
/** @typedef {{group: Group, layers: MapLayer[]}} Branch a group and its layers, the uppermost first */

export const QUICK = 6; // layers that have a key of their own, from above
export const FENCES = "fences"; // among the layers' codes; drawn from the feed, not from tiles
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** An order as it was kept, or came with a link; what is none leaves everything where it is.
 * @param {any} kept @returns {Order} */
export function orderOf(kept) {
  const texts = (/** @type {unknown} */ list) =>
    Array.isArray(list) ? list.filter((one) => typeof one === "string") : [];
  return { groups: texts(kept?.groups), codes: texts(kept?.codes) };
}

/** A day as it was kept; empty: now.
 * @param {unknown} kept */
export function dayKept(kept) {
  return typeof kept === "string" && DAY.test(kept) ? kept : "";
}

/** What was compared, or null.
 * @param {any} kept @returns {Pair|null} */
export function pairOf(kept) {
  const side = (/** @type {any} */ one) => ({ code: String(one.code ?? ""), at: dayKept(one.at) });
  return kept?.left && kept.right ? { left: side(kept.left), right: side(kept.right) } : null;
}

/** The tree, the uppermost first; what has come since the order was left stands where it would by
 * itself: a group among its neighbours, a layer on top of its group.
 * @param {MapLayer[]} layers in the catalogue's drawing order, the lowest first
 * @param {Group[]} groups @param {Order} order @returns {Branch[]} */
export function arranged(layers, groups, order) {
  const at = new Map(order.codes.map((code, place) => [code, place]));
  const place = (/** @type {MapLayer} */ layer) => at.get(layer.code) ?? -1;
  const downward = [...layers].reverse().sort((a, b) => place(a) - place(b));
  const known = new Set(groups.map((group) => group.code));
  const rest = groups.at(-1)?.code ?? "";
  const home = (/** @type {MapLayer} */ layer) => (known.has(layer.group ?? "") ? layer.group : rest);
  return ordered(groups, order.groups)
    .map((group) => ({ group, layers: downward.filter((layer) => home(layer) === group.code) }))
    .filter((branch) => branch.layers.length > 0);
}

/** @param {Group[]} groups @param {string[]} left @returns {Group[]} */
function ordered(groups, left) {
  const found = left.flatMap((code) => groups.find((group) => group.code === code) ?? []);
  for (const [place, group] of [...groups.entries()].reverse()) {
    if (found.includes(group)) continue;
    const next = groups.slice(place + 1).find((one) => found.includes(one));
    found.splice(next ? found.indexOf(next) : found.length, 0, group);
  }
  return found;
}

/** @param {Branch[]} tree @returns {MapLayer[]} the lowest first */
export function drawingOrder(tree) {
  return tree.flatMap((branch) => branch.layers).reverse();
}

/** A list with one of its members moved up (-1) or down (+1); the ends are the ends.
 * @template T @param {T[]} list @param {T} member @param {number} by */
export function moved(list, member, by) {
  const from = list.indexOf(member);
  const to = Math.max(0, Math.min(list.length - 1, from + by));
  return from < 0 ? list : list.toSpliced(from, 1).toSpliced(to, 0, member);
}

/** A list with one of its members put where another stands.
 * @template T @param {T[]} list @param {T} member @param {T} there */
export function put(list, member, there) {
  return moved(list, member, list.indexOf(there) - list.indexOf(member));
}

/** The order that is kept when one group's layers, or the groups, stand otherwise.
 * @param {Branch[]} tree @param {string} group empty: the groups themselves
 * @param {string[]} codes the members' new order @returns {Order} */
export function reordered(tree, group, codes) {
  const groups = group ? tree.map((branch) => branch.group.code) : codes;
  const of = (/** @type {Branch} */ branch) =>
    branch.group.code === group ? codes : branch.layers.map((layer) => layer.code);
  return { groups, codes: tree.flatMap(of) };
}

/** Whether a layer answers to what was typed: title, code, or the letters of its pinyin.
 * @param {MapLayer & {letters?: string}} layer @param {string} typed */
export function answers(layer, typed) {
  const text = typed.trim().toLowerCase();
  const names = [layer.title_zh, layer.title_en, layer.code, layer.letters ?? ""];
  return names.some((one) => one.toLowerCase().includes(text));
}

/** @typedef {{code: string, at: string}} Side a layer on one side of the line, as it was on a day */
/** @typedef {{left: Side, right: Side}} Pair */
/** @typedef {{layers: MapLayer[], raster: boolean, at: string, side: ""|"left"|"right"}} Slice */

/** Whether a picture's slice shows a day before its first picture.
 * @param {Slice} slice */
export function isBefore({ layers: [layer], raster, at }) {
  const first = layer.dates?.[0] ?? "";
  return raster && at !== "" && at < first;
}

/** The map from below to above: a picture alone, vector layers that follow one another together (their
 * names make room for one another), and a compared layer apart, so that it can be cut at the line.
 * @param {MapLayer[]} shown the lowest first @param {string} at a day, or empty for now
 * @param {Pair|null} pair @returns {Slice[]} */
export function slices(shown, at, pair) {
  /** @type {Slice[]} */
  const found = [];
  for (const layer of shown) {
    const raster = layer.kind === "raster";
    const sides = /** @type {const} */ (["left", "right"]).filter((side) => pair?.[side].code === layer.code);
    const below = found.at(-1);
    if (pair && sides.length)
      for (const side of sides) found.push({ layers: [layer], raster, at: pair[side].at, side });
    else if (!raster && below && !below.raster && !below.side) below.layers.push(layer);
    else found.push({ layers: [layer], raster, at, side: "" });
  }
  return found;
}
