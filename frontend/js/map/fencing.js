/** Fences at the console: shown to those who may see them, drawn by those who may draw them. */

import { byId, fill, h } from "../ui/dom.js";
import { t } from "../ui/i18n.js";
import { isTyping } from "../ui/keys.js";
import { FenceCard } from "./fence_card.js";
import { FenceEditor } from "./fence_editor.js";
import { FenceLayer } from "./fences.js";
import { Pencil } from "./pencil.js";
import { bindPencil } from "./pencil_keys.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {{layer: FenceLayer, open: (code: string) => void, draw: (() => void)|null, busy: () => boolean}} Fencing */

const NOTE_MS = 4000;

/** @param {Desk} desk @param {import("leaflet").Map} map @param {import("./view.js").View} view
 * @returns {Fencing} `draw` is null for those who may not; `busy`: clicks on the map set corners */
export function mountFences(desk, map, view) {
  const place = byId("map-card");
  const layer = new FenceLayer(map, desk, (code) => open(code));
  const editor = desk.may("fence.edit") ? makeEditor(desk, map, view, layer, place) : null;
  const card = new FenceCard(desk, place, editor);
  const open = (/** @type {string} */ code) => void (editor?.active || card.open(code));
  desk.keys.bind("Escape", () => card.close(), () => card.isOpen);
  if (editor) bindDrawing(desk, editor, place);
  const draw = editor && (() => (card.close(), begin(desk, editor, place)));
  return { layer, open, draw, busy: () => editor?.drawing ?? false };
}

/** @param {Desk} desk @param {import("leaflet").Map} map @param {import("./view.js").View} view
 * @param {FenceLayer} layer @param {HTMLElement} place */
function makeEditor(desk, map, view, layer, place) {
  const pencil = new Pencil(map, () => {});
  const editor = new FenceEditor(desk, pencil, layer, place, () => (view.held = pencil.drawing));
  map.getContainer().tabIndex = -1; // takes the focus while drawing, so that Enter is its own
  return editor;
}

/** Begin a fence, or put down the pencil that has drawn nothing yet; the past is not drawn into.
 * @param {Desk} desk @param {FenceEditor} editor @param {HTMLElement} place */
function begin(desk, editor, place) {
  if (editor.idle) editor.leave();
  else if (editor.active) return;
  else if (desk.picture.past) note(desk, place, t("fence.not_past"));
  else {
    editor.draw();
    desk.show("map");
    byId("map").focus({ preventScroll: true });
  }
}

/** @param {Desk} desk @param {HTMLElement} place @param {string} words */
function note(desk, place, words) {
  const notice = h("p", { class: "dim" }, words);
  fill(place, notice);
  place.hidden = false;
  desk.say(words);
  setTimeout(() => notice.isConnected && (place.hidden = true), NOTE_MS);
}

/** @param {Desk} desk @param {FenceEditor} editor @param {HTMLElement} place */
function bindDrawing({ keys }, editor, place) {
  bindPencil(keys, editor.pencil);
  keys.bind(
    "Escape",
    () => editor.escape(),
    () => editor.active && !typingElsewhere(place),
  );
}

/** Whether somebody types in a field that is not the fence's.
 * @param {HTMLElement} place */
function typingElsewhere(place) {
  return isTyping(document.activeElement) && !place.contains(document.activeElement);
}
