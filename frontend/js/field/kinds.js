/** Kinds of cases as big tiles: a drawing and a word. */

import { h } from "../ui/dom.js";
import { drawingOf } from "./glyphs.js";
import { glyph } from "./parts.js";
import { named } from "./words.js";

/** @typedef {{kind: string, code: string, name_zh: string, name_en: string, major_zh: string, major_en: string}} CaseKind */

/** @param {CaseKind} kind */
export function keyOf(kind) {
  return `${kind.kind}-${kind.code}`;
}

/** @param {CaseKind} kind @param {() => void} chosen */
export function kindTile(kind, chosen) {
  const props = { class: "tile", type: "button", onclick: chosen, "data-kind": keyOf(kind) };
  return h("button", props, glyph(drawingOf(kind)), h("span", {}, named("name", kind)));
}
