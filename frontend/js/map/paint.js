/** From the catalogue's paint descriptions to protomaps-leaflet's rules, by day and by night. */

import {
  CenteredTextSymbolizer,
  CircleSymbolizer,
  GeomType,
  LineLabelSymbolizer,
  LineSymbolizer,
  PolygonSymbolizer,
} from "protomaps-leaflet";
import { inked } from "./inked.js";

/** @typedef {import("../types.js").MapLayer} MapLayer */
/** @typedef {import("../types.js").Paint} Paint */
/** @typedef {import("protomaps-leaflet").PaintRule} PaintRule */
/** @typedef {import("protomaps-leaflet").LabelRule} LabelRule */
/** @typedef {import("protomaps-leaflet").Feature} Feature */

const AT_ZOOM = 16; // the catalogue gives sizes in CSS pixels at this zoom
const FAMILY = 'system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';

/** A length that grows with the map, but slower than it, and never vanishes.
 * @param {number} pixels at zoom 16 @param {number} [least] */
export function grown(pixels, least = 0.4) {
  return (/** @type {number} */ z) =>
    Math.max(Math.min(least, pixels), pixels * 1.32 ** (z - AT_ZOOM));
}

/** Whether a feature's properties are the ones that this paint is for.
 * @param {Record<string, any>|undefined} where */
export function matcher(where) {
  const wanted = Object.entries(where ?? {}).map(
    ([column, values]) => /** @type {const} */ ([column, [values].flat()]),
  );
  return (/** @type {Record<string, any>} */ props) =>
    wanted.every(([column, values]) => values.includes(props[column]));
}

/** @param {MapLayer[]} layers in drawing order @param {"day"|"night"} light @param {"zh"|"en"} language
 * @param {Map<string, number>} [opacities] of whole layers, by code
 * @returns {{paintRules: PaintRule[], labelRules: LabelRule[]}} */
export function rulesOf(layers, light, language, opacities) {
  /** @type {PaintRule[]} */ const paintRules = [];
  /** @type {LabelRule[]} */ const labelRules = [];
  for (const layer of layers) {
    const whole = opacities?.get(layer.code) ?? 1;
    const cased = layer.style.filter((paint) => paint.draw === "line" && paint[light].outline);
    for (const paint of cased)
      paintRules.push({ ...common(layer, paint), symbolizer: casing(faded(paint[light], whole)) });
    for (const paint of layer.style) {
      if (paint.draw === "label")
        labelRules.push({
          ...common(layer, paint),
          symbolizer: label(paint, paint[light], language),
        });
      else
        paintRules.push({ ...common(layer, paint), symbolizer: shape(paint.draw, faded(paint[light], whole)) });
    }
  }
  return { paintRules, labelRules: labelRules.reverse() }; // what is drawn last is labelled first
}

/** A look as clear as its whole layer is to be.
 * @param {Record<string, any>} look @param {number} whole */
function faded(look, whole) {
  return whole === 1 ? look : { ...look, opacity: (look.opacity ?? 1) * whole };
}

/** Which features of which tiles a paint is for.
 * @param {MapLayer} layer @param {Paint} paint */
function common(layer, paint) {
  const fits = matcher(paint.where);
  return {
    dataSource: layer.code,
    dataLayer: paint.tile_layer ?? layer.code,
    minzoom: paint.min_zoom || undefined,
    maxzoom: paint.max_zoom ?? 24,
    filter: (/** @type {number} */ _z, /** @type {Feature} */ feature) => fits(feature.props),
  };
}

/** The edge of a road: drawn below all roads of its layer, so that junctions stay open.
 * @param {Record<string, any>} look */
function casing(look) {
  const width = grown(look.width ?? 1);
  return new LineSymbolizer({
    color: look.outline,
    opacity: look.opacity ?? 1,
    width: (/** @type {number} */ z) => (width(z) < 1.5 ? 0 : width(z) + 1.6),
    lineJoin: "round",
    lineCap: "round",
  });
}

/** @param {"fill"|"line"|"circle"|"label"} draw @param {Record<string, any>} look */
function shape(draw, look) {
  const { opacity = 1, width = 1, outline } = look;
  const colour = inked(look.colour);
  if (draw === "fill")
    return new PolygonSymbolizer({
      fill: colour,
      opacity,
      ...(outline ? { stroke: outline, width: grown(look.width ?? 1) } : {}),
    });
  if (draw === "circle")
    return new CircleSymbolizer({
      fill: colour,
      opacity,
      radius: grown(look.radius ?? 3, 1.2),
      stroke: outline ?? colour,
      width: outline ? 1 : 0,
    });
  return new LineSymbolizer({
    color: colour,
    opacity,
    width: grown(width),
    dash: look.dash,
    dashColor: colour, // of lines that are each drawn in a colour of their own
    dashWidth: grown(width),
    lineJoin: "round",
    lineCap: look.dash ? "butt" : "round",
  });
}

/** Text along lines, inside areas, at points: whatever the feature is.
 * @param {Paint} paint @param {Record<string, any>} look @param {"zh"|"en"} language
 * @returns {import("protomaps-leaflet").LabelSymbolizer} */
function label(paint, look, language) {
  const own = paint.text ?? "name";
  const labelProps = language === "en" && paint.text_en ? [paint.text_en, own] : [own];
  const text = {
    labelProps,
    fill: look.colour,
    stroke: look.halo ?? "transparent",
    width: look.halo ? 2 : 0,
    fontFamily: FAMILY,
    fontSize: (/** @type {number} */ z) =>
      (look.size ?? 12) * Math.min(1.15, Math.max(0.85, 1.04 ** (z - AT_ZOOM))),
    fontWeight: 500,
  };
  const point = new CenteredTextSymbolizer({ ...text, lineHeight: 1.2 });
  const line = new LineLabelSymbolizer({ ...text, repeatDistance: 480 });
  return {
    place(layout, geom, feature) {
      if (feature.geomType === GeomType.Line) return line.place(layout, geom, feature);
      return point.place(
        layout,
        feature.geomType === GeomType.Polygon ? [[middleOf(geom)]] : geom,
        feature,
      );
    },
  };
}

/** The middle of an area's longest ring: near enough for a name.
 * @template {{x: number, y: number, clone(): any}} P
 * @param {P[][]} rings */
function middleOf(rings) {
  const ring = rings.reduce((a, b) => (b.length > a.length ? b : a));
  const middle = ring[0].clone();
  middle.x = (Math.min(...ring.map((p) => p.x)) + Math.max(...ring.map((p) => p.x))) / 2;
  middle.y = (Math.min(...ring.map((p) => p.y)) + Math.max(...ring.map((p) => p.y))) / 2;
  return middle;
}
