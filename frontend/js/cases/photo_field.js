/** Choosing photos: seen before they are sent, taken out again one by one. */

import { fill, h } from "../ui/dom.js";
import { t } from "../ui/i18n.js";

const MOST = 5;

/** @returns {{element: HTMLElement, files: () => File[], clear: () => void}} */
export function photoField() {
  /** @type {File[]} */
  let chosen = [];
  const accept = "image/jpeg,image/png,image/webp";
  const input = h("input", { type: "file", accept, multiple: true, hidden: true });
  // the browser's own control speaks the browser's language, not the reader's
  const props = { class: "button", type: "button", name: "photo", onclick: () => input.click() };
  const button = h("button", props, t("cases.photos.choose"));
  const shown = h("div", { class: "case-photos" });
  const draw = () => fill(shown, ...chosen.map((file) => preview(file, () => remove(file))));
  const remove = (/** @type {File} */ file) => {
    chosen = chosen.filter((one) => one !== file);
    draw();
  };
  input.onchange = () => {
    chosen = [...chosen, ...(input.files ?? [])].slice(0, MOST);
    input.value = "";
    draw();
  };
  const hint = h("small", { class: "dim" }, t("cases.photos.hint", { n: MOST }));
  return {
    element: h("div", { class: "stack" }, h("div", { class: "work-row" }, button, hint), shown, input),
    files: () => chosen,
    clear: () => ((chosen = []), draw()),
  };
}

/** @param {File} file @param {() => void} remove */
function preview(file, remove) {
  const url = URL.createObjectURL(file);
  const image = h("img", { src: url, alt: file.name, onload: () => URL.revokeObjectURL(url) });
  const label = t("cases.photo.remove", { name: file.name });
  const props = { class: "button", type: "button", "aria-label": label, title: label };
  return h("figure", {}, image, h("button", { ...props, onclick: remove }, "✕"));
}
