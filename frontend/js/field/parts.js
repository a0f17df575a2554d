/** The small parts of the phone pages. */

import { h } from "../ui/dom.js";
import { GLYPHS } from "./glyphs.js";
import { say } from "./words.js";

/** @typedef {import("../ui/dom.js").Child} Child */

const SVG = "http://www.w3.org/2000/svg";

/** One of our own drawings on a field of 24.
 * @param {string} name @param {string} [kind] */
export function glyph(name, kind = "") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `glyph ${kind}`.trim());
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", GLYPHS[name] ?? GLYPHS.other);
  svg.append(path);
  return svg;
}

/** A big button; `kind` adds classes.
 * @param {string} label @param {() => void} run @param {{kind?: string, glyph?: string, disabled?: boolean}} [more] */
export function button(label, run, more = {}) {
  const props = {
    class: `big ${more.kind ?? ""}`.trim(),
    type: "button",
    onclick: run,
    disabled: more.disabled,
  };
  return h("button", props, more.glyph ? glyph(more.glyph) : null, h("span", {}, label));
}

/** A button that shows a drawing only.
 * @param {string} name @param {string} label @param {() => void} run */
export function tool(name, label, run) {
  const props = { class: "bar-tool", type: "button", "aria-label": label, title: label };
  return h("button", { ...props, onclick: run }, glyph(name));
}

/** @param {Blob} blob @param {string} alt @param {string} [kind] */
export function picture(blob, alt, kind = "") {
  const src = URL.createObjectURL(blob);
  const image = h("img", { class: kind, alt, src });
  image.onload = image.onerror = () => URL.revokeObjectURL(src);
  return image;
}

/** @param {string} head @param {string} text @param {...Child} more */
export function nothing(head, text, ...more) {
  return h("div", { class: "nothing" }, h("b", {}, head), h("p", {}, text), ...more);
}

/** @param {"bad"|"warn"|"good"|"plain"} tone @param {...Child} children */
export function note(tone, ...children) {
  const role = tone === "bad" ? "alert" : "status";
  return h("div", { class: `note ${tone}`, role }, ...children);
}

/** A sheet over the page that takes the focus and gives it back.
 * @param {string} title @param {...Child} children @returns {HTMLDialogElement} */
export function sheet(title, ...children) {
  const close = tool("cross", say("close"), () => dialog.close());
  const head = h("header", { class: "sheet-head" }, h("h2", {}, title), close);
  const dialog = h("dialog", { class: "sheet", "aria-label": title }, head, ...children);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** Say something at the foot of the page for a few seconds; screen readers hear it too.
 * @param {string} text @param {"good"|"bad"|"plain"} [tone] */
export function toast(text, tone = "plain") {
  const old = document.querySelector(".toast");
  old?.remove();
  const shown = h("div", { class: `toast ${tone}`, role: "status" }, text);
  document.body.append(shown);
  setTimeout(() => shown.remove(), 5000);
}
