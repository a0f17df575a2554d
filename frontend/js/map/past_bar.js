/** The bar below the map: one slider for all layers that have a past, and the way back to now. */

import { byId, fill, h, icon, keepFocus } from "../ui/dom.js";
import { listed, name, t } from "../ui/i18n.js";
import { CROSS } from "../ui/parts.js";
import { dayOf, marksOf, neighbour, numberOf, spanOf } from "./days.js";

/** @typedef {import("./past.js").Past} Past */

const BACK = "M10 3 5 8l5 5";
const ON = "M6 3l5 5-5 5";

export class PastBar {
  /** @param {Past} past */
  constructor(past) {
    this.past = past;
    this.element = h("section", { class: "past-bar", "aria-label": t("past.title"), hidden: true });
    this.slider = h("input", { type: "range", step: 1, "aria-label": t("past.slider") });
    this.slider.oninput = () => this.#tell(dayOf(Number(this.slider.value)));
    this.slider.onchange = () => past.show(dayOf(Number(this.slider.value)));
    this.day = h("b", { class: "past-day tabular" });
    this.words = h("span", { class: "past-words", role: "status" });
    byId("map-pane").append(this.element);
  }

  focus() {
    this.slider.focus({ preventScroll: true });
  }

  draw() {
    keepFocus(this.element, () => this.#draw());
  }

  #draw() {
    const { past } = this;
    this.element.hidden = !past.isOpen;
    byId("map-pane").classList.toggle("with-past", past.isOpen);
    if (!past.isOpen) return;
    this.element.classList.toggle("gone", past.at !== "");
    const codes = past.layers.shown.map((layer) => layer.code);
    const marks = marksOf(past.days, codes);
    const span = spanOf(marks, past.today);
    const close = h("button", { class: "tool", type: "button", title: t("close"), "aria-label": t("past.close"), onclick: () => past.toggle() }, icon(CROSS));
    if (!span) {
      const waiting = codes.some((code) => !past.days.has(code));
      fill(this.element, h("p", { class: "past-none dim" }, t(waiting ? "wait" : "past.nothing")), close);
      return;
    }
    const day = past.at || past.today;
    Object.assign(this.slider, { min: String(span.from), max: String(span.to), value: String(numberOf(day)) });
    this.#tell(day);
    const step = (/** @type {string} */ path, /** @type {number} */ by, /** @type {string} */ text) => {
      const to = neighbour(marks, day, by);
      const off = by < 0 ? !to : !past.at;
      return h("button", { class: "tool", type: "button", disabled: off, title: t(text), "aria-label": t(text), onclick: () => past.show(to) }, icon(path));
    };
    const now = past.at && h("button", { class: "primary", type: "button", onclick: () => past.toggle() }, h("kbd", {}, ","), t("past.now"));
    fill(
      this.element,
      h("div", { class: "past-line" }, step(BACK, -1, "past.before"), this.day, step(ON, 1, "past.after"), this.words, now, close),
      h("div", { class: "past-track" }, this.#ticks(marks, span), this.slider),
      h("div", { class: "past-ends tabular" }, h("span", {}, marks[0].day), h("span", {}, t("past.today"))),
    );
  }

  /** @param {import("./days.js").Mark[]} marks @param {{from: number, to: number}} span */
  #ticks(marks, { from, to }) {
    const titles = (/** @type {string[]} */ codes) =>
      listed(codes.map((code) => name("title", this.past.layers.of(code)) || code));
    const ticks = marks.map((mark) => {
      const tick = h("i", { title: `${mark.day} ${titles(mark.codes)}` });
      tick.style.setProperty("--at", String((numberOf(mark.day) - from) / (to - from)));
      return tick;
    });
    return h("div", { class: "past-ticks", "aria-hidden": "true" }, ...ticks);
  }

  /** @param {string} day */
  #tell(day) {
    const now = day >= this.past.today;
    this.day.textContent = day;
    this.words.textContent = t(now ? "past.is_now" : "past.is_past");
    this.slider.setAttribute("aria-valuetext", now ? t("past.today") : day);
  }
}
