/** What stands beside a fence in the making: its size and faults, then the form for its words. */

import { fill, h, write } from "../ui/dom.js";
import { t } from "../ui/i18n.js";
import { keyButton } from "../ui/parts.js";
import { areaText } from "./geometry.js";

/** @typedef {import("./pencil.js").Pencil} Pencil */

/** Size and number of corners, and what is wrong with the outline. */
class Measure {
  constructor() {
    this.area = h("b", { class: "tabular" });
    this.corners = h("span", { class: "dim tabular" });
    this.figures = h("p", { class: "fence-figures" }, this.area, this.corners);
    this.fault = h("p", { class: "notice bad", role: "alert", hidden: true });
  }

  /** @param {Pencil} pencil */
  update({ sketch, next, fault }) {
    const count = sketch?.corners.length ?? 0;
    const size = sketch?.area(next) ?? 0;
    write(this.area, size && fault?.kind !== "crossing" ? areaText(size) : "–");
    write(this.corners, t("fence.corners", { n: count }));
    this.fault.hidden = !fault;
    write(this.fault, fault ? faultText(fault) : "");
  }
}

/** @param {import("./sketch.js").Fault} fault */
function faultText(fault) {
  if (fault.kind === "few") return t("fence.few");
  return t("fence.crossing", { a: fault.edges[0], b: fault.edges[1] });
}

export class DrawingPanel {
  /** @param {string} title @param {{undo: () => void, finish: () => void, cancel: () => void}} does */
  constructor(title, { undo, finish, cancel }) {
    this.measure = new Measure();
    const { figures, fault } = this.measure;
    this.back = keyButton("⌫", t("fence.undo"), undo);
    this.close = keyButton("Enter", t("fence.finish"), finish, "primary");
    const stop = keyButton("Esc", t("fence.cancel"), cancel);
    const row = h("div", { class: "work-row" }, this.close, this.back, stop);
    const keys = h("span", { class: "by-keys" }, t("fence.hint_keys"));
    this.hint = h("p", { class: "dim" }, t("fence.hint"), " ", keys);
    const head = h("div", { class: "strip-head" }, h("h3", {}, title), figures, row);
    this.element = h("div", { class: "strip" }, head, fault, this.hint);
  }

  /** @param {Pencil} pencil */
  update(pencil) {
    this.measure.update(pencil);
    this.hint.hidden = pencil.fault !== null; // the fault takes its place
    this.back.disabled = !pencil.sketch?.corners.length;
    this.close.disabled = (pencil.sketch?.corners.length ?? 0) < 3;
  }
}

export class NamingPanel {
  /** @param {string} title @param {import("./fence_form.js").FenceForm} form
   * @param {boolean} shaped whether the outline can be changed as well
   * @param {{save: () => void, reopen: () => void, discard: () => void}} does */
  constructor(title, form, shaped, { save, reopen, discard }) {
    this.form = form;
    this.measure = new Measure();
    this.button = h("button", { class: "primary", type: "submit" }, t("fence.save"));
    this.refused = h("p", { class: "notice bad", role: "alert", hidden: true });
    const row = h("div", { class: "work-row" }, this.button);
    if (shaped) row.append(keyButton("Esc", t("fence.reopen"), reopen));
    const props = { class: "button", type: "button", onclick: discard };
    row.append(h("button", props, t("fence.discard")));
    const { figures, fault } = this.measure;
    const head = h("div", { class: "strip-head" }, h("h3", {}, title), shaped && figures, row);
    const hint = shaped && h("p", { class: "dim" }, t("fence.hint_shape"));
    const parts = [head, shaped && fault, form.element, this.refused, hint];
    this.element = h("form", { class: "strip", novalidate: true }, ...parts);
    this.element.onsubmit = (event) => (event.preventDefault(), save());
    this.element.addEventListener("keydown", (event) => {
      if (event.ctrlKey && event.key === "Enter") save();
    });
  }

  /** @param {Pencil} pencil */
  update(pencil) {
    this.measure.update(pencil);
    this.button.disabled = pencil.fault !== null;
  }

  /** Go to the first field. */
  focus() {
    this.form.element.querySelector("input")?.focus();
  }

  /** @param {boolean} on */
  sending(on) {
    this.button.disabled = on;
    fill(this.button, t(on ? "work.sending" : "fence.save"));
    if (on) this.refused.hidden = true;
    if (on) this.form.clear();
  }

  /** Say what the server refused, beside the field if it names one of these.
   * @param {import("../ui/api.js").ApiError} error @param {string} language */
  refuse(error, language) {
    this.refused.hidden = this.form.refuse(error);
    const { remedy = "" } = error.problem;
    fill(this.refused, [error.sentence(language), remedy].filter(Boolean).join(" "));
  }
}
