/** Writing a closure: shown on the map first, then reason, weight, how long, words. */

import { ApiError, call } from "../ui/api.js";
import { fill, h } from "../ui/dom.js";
import { currentLanguage, t, word } from "../ui/i18n.js";
import { closeButton, keyButton } from "../ui/parts.js";
import { field, saidLine, sending } from "../ui/sending.js";
import { draftOf, keepDraftOf } from "./draft.js";
import { drawClosure } from "./drawn.js";
import { FACTORS, REASONS, streetNames } from "./model.js";
import { bodyOf, MINUTES } from "./order.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("./model.js").Closure} Closure */

export class ClosureForm {
  /** @param {Desk} desk @param {number} id of the closure to change; 0: a new one */
  constructor(desk, id) {
    this.desk = desk;
    this.id = id;
    /** @type {import("./order.js").Draft} */
    this.draft = draftOf(id);
    /** @type {Closure|undefined} */
    this.known = undefined;
    const close = closeButton(() => desk.selection.choose(id ? { kind: "closure", id } : null));
    const title = id ? t("closures.change_title", { n: id }) : t("closures.new");
    const head = h("div", { class: "work-line" }, h("span", { class: "dim" }, t("closures.title")), close);
    this.place = h("p", { class: "closure-place" });
    this.weight = h("div", { class: "closure-weight" });
    this.said = saidLine();
    this.form = h("form", { class: "work-scroll closure-form" });
    this.form.onsubmit = (event) => (event.preventDefault(), void this.#send());
    this.element = h(
      "div",
      { class: "work-frame" },
      h("div", { class: "work-title" }, head, h("h2", {}, title)),
      this.form,
    );
    this.#begin();
  }

  /** After a reload what is to be changed may come later than this form. */
  update() {
    if (this.id && !this.known && this.#known()) this.#begin();
  }

  #begin() {
    this.known = this.#known();
    this.draft = draftOf(this.id, this.known);
    fill(this.form, this.#where(), this.#what());
    this.#drawPlace();
    this.#drawWeight();
  }

  /** @returns {Closure|undefined} what is to be changed */
  #known() {
    return /** @type {any} */ (this.desk.picture.of("closure").get(String(this.id)));
  }

  /** @param {string} part */
  focus(part) {
    if (part === "line" || part === "area" || part === "point") void this.#ask(part);
    if (part === "send") void this.#send();
  }

  /** Take the drawing from the map. */
  leave() {
    drawClosure(null, "closed");
  }

  #where() {
    const button = (/** @type {string} */ key, /** @type {"line"|"area"|"point"} */ shape) =>
      keyButton(key, t(`closures.draw.${shape}`), () => void this.#ask(shape));
    const row = h("div", { class: "work-actions" }, button("s", "line"), button("p", "area"), button("i", "point"));
    return h("section", { class: "work-part" }, h("h3", {}, t("closures.where")), row, this.place);
  }

  #what() {
    const { draft } = this;
    const reason = h("select", { name: "reason", required: true });
    for (const one of REASONS)
      reason.append(h("option", { value: one, selected: one === draft.reason }, word("closures.reason", one)));
    reason.onchange = () => this.#took({ reason: reason.value });
    const minutes = h("select", { name: "until" });
    const choices = draft.until_at ? ["keep", ...MINUTES] : MINUTES;
    for (const one of choices)
      minutes.append(h("option", { value: one, selected: one === draft.minutes }, t(`closures.until.${one || "ended"}`)));
    minutes.onchange = () => this.#took({ minutes: minutes.value });
    const words = h("textarea", { name: "words", rows: 2, maxlength: 1000, value: draft.words });
    words.oninput = () => this.#took({ words: words.value });
    const send = h("button", { class: "primary", type: "submit" }, h("kbd", {}, "y"), t(this.id ? "closures.save" : "closures.open"));
    return h(
      "section",
      { class: "work-part" },
      field(t("closures.reason"), reason),
      this.weight,
      field(t("closures.until"), minutes),
      field(t("closures.words"), words, t("closures.words.hint")),
      h("div", { class: "work-actions" }, send),
      this.said,
    );
  }

  #drawWeight() {
    const { draft } = this;
    const choice = (/** @type {"closed"|"slow"} */ one) => {
      const props = { type: "radio", name: "severity", value: one, checked: draft.severity === one };
      const box = h("input", props);
      box.onchange = () => (this.#took({ severity: one }), this.#drawWeight());
      return h("label", { class: "choice" }, box, h("i", { class: `closure-key ${one}` }), t(`closures.severity.${one}`));
    };
    const factor = h("select", { name: "factor", "aria-label": t("closures.factor") });
    for (const one of FACTORS)
      factor.append(h("option", { value: one, selected: one === draft.factor }, t("closures.times", { n: one })));
    factor.onchange = () => this.#took({ factor: Number(factor.value) });
    const legend = h("legend", {}, t("closures.severity"));
    const row = h("div", { class: "work-row" }, choice("closed"), choice("slow"), draft.severity === "slow" && factor);
    fill(this.weight, h("fieldset", {}, legend, row));
  }

  #drawPlace() {
    const { geometry, streets } = this.draft;
    const names = streetNames(/** @type {any} */ ({ streets }), currentLanguage(), 4);
    const words = geometry
      ? [h("b", {}, t(`closures.drawn.${geometry.type.replace("Multi", "")}`)), names && ` ${names}`]
      : [t("closures.draw.none")];
    fill(this.place, ...words);
    this.place.classList.toggle("dim", !geometry);
    drawClosure(geometry, this.draft.severity);
  }

  /** @param {Partial<import("./order.js").Draft>} changes */
  #took(changes) {
    Object.assign(this.draft, changes);
    keepDraftOf(this.id, this.draft);
    if (changes.severity || changes.geometry) this.#drawPlace();
  }

  /** Let the reader draw; a line is laid along the streets, where there are any.
   * @param {"line"|"area"|"point"} shape */
  async #ask(shape) {
    const drawn = await this.desk.map?.ask(shape, t(`closures.draw.${shape}`));
    this.desk.show("work");
    if (!drawn) return;
    this.#took({ geometry: drawn, streets: [] });
    if (shape === "line") await this.#follow(drawn.coordinates);
    this.form.querySelector("select")?.focus();
  }

  /** @param {number[][]} corners */
  async #follow(corners) {
    const through = corners.map(([lon, lat]) => `${lon.toFixed(6)},${lat.toFixed(6)}`).join(";");
    try {
      const found = await call(`/streets/along?through=${encodeURIComponent(through)}`);
      const pairs = found.streets.map((/** @type {string} */ zh, /** @type {number} */ at) => ({ zh, en: found.streets_en[at] ?? zh }));
      this.#took({ geometry: found.geometry, streets: pairs });
      fill(this.said);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const why = error.sentence(currentLanguage());
      fill(this.said, t("closures.not_along", { why })); // what was drawn by hand stays as it is
    }
  }

  async #send() {
    const [path, method] = this.id ? [`/closures/${this.id}`, "PUT"] : ["/closures", "POST"];
    const send = () => call(path, { method, body: bodyOf(this.id, this.draft) });
    const answer = await sending(this.form, this.said, send, (error) => {
      const { current } = error.problem;
      if (!current) return;
      this.desk.picture.mergeEntity("closure", current);
      this.#took({ version: current.version }); // seen now: sending again means it
    });
    if (!answer) return;
    keepDraftOf(this.id, null);
    this.desk.picture.mergeEntity("closure", answer);
    this.desk.selection.choose({ kind: "closure", id: answer.id });
  }
}
