/** Choosing a file: a button in the reader's language, and a place to drop one on. */

import { fill, h } from "../ui/dom.js";
import { t } from "../ui/i18n.js";
import { sizeText } from "../ui/format.js";

/** @param {string} accept endings @param {string} hint @param {(file: File|null) => void} chosen */
export function fileField(accept, hint, chosen) {
  const input = h("input", { type: "file", name: "file", accept, class: "visually-hidden", "aria-label": t("planner.import.file") });
  const told = h("span", { class: "file-told" });
  const tell = () => {
    const file = input.files?.[0] ?? null;
    const text = file ? [h("b", {}, file.name), h("span", { class: "dim tabular" }, sizeText(file.size))] : [h("span", { class: "dim" }, t("planner.import.drop"))];
    fill(told, ...text);
    chosen(file);
  };
  input.onchange = tell;
  const place = h("label", { class: "file-drop" }, input, h("span", { class: "button" }, t("planner.import.pick")), told);
  const over = (/** @type {boolean} */ on) => (/** @type {DragEvent} */ event) => {
    event.preventDefault();
    place.classList.toggle("over", on);
  };
  place.ondragover = over(true);
  place.ondragleave = over(false);
  place.ondrop = (event) => {
    over(false)(event);
    if (!event.dataTransfer?.files.length) return;
    input.files = event.dataTransfer.files;
    tell();
  };
  const element = h("div", { class: "field" }, h("span", {}, t("planner.import.file")), place, h("small", { class: "dim" }, hint));
  return { element, input, tell };
}
