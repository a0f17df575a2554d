/** Writing a warning: event, colour, area, words in both languages, and who would hear it. */

import { ApiError, call, serverNow } from "../ui/api.js";
import { fill, h } from "../ui/dom.js";
import { failure } from "../ui/failure.js";
import { freshKey } from "../ui/fresh_key.js";
import { t } from "../ui/i18n.js";
import { closeButton } from "../ui/parts.js";
import { saidLine, sending } from "../ui/sending.js";
import { tab } from "../ui/store.js";
import { beginning } from "./about.js";
import { AreaField } from "./area_field.js";
import { showArea } from "./drawn.js";
import { Fields } from "./fields.js";
import { blank, fillTexts, formOf, payload } from "./form.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("./form.js").Form} Form */

export class ComposePanel {
  /** @param {Desk} desk @param {string} id new, alert:5, incident:17 or edit:3 */
  constructor(desk, id) {
    this.desk = desk;
    this.id = id;
    this.said = saidLine();
    this.place = h(
      "div",
      { class: "work-scroll" },
      h("div", { class: "wait", "aria-label": t("wait") }),
    );
    this.gone = false;
    const close = closeButton(() => desk.selection.choose(null));
    const title = id.startsWith("edit:")
      ? t("warnings.editing", { id: id.slice(5) })
      : t("warnings.new.title");
    const line = h("div", { class: "work-line" }, h("h2", {}, title), close);
    const head = h("div", { class: "work-title" }, line);
    this.element = h("div", { class: "work-frame" }, head, this.place);
    this.asked = 0;
    void this.#open();
  }

  update() {}

  leave() {
    this.gone = true;
    showArea({ geometry: null, colour: 4 });
  }

  /** What is needed before anything can be written. */
  async #open() {
    try {
      const [events, divisions] = await Promise.all([
        call("/warnings/events"),
        call("/warnings/divisions"),
      ]);
      this.form = tab.get(`warning.${this.id}`, null) ?? (await this.#begin());
      if (!this.gone) this.#build(events, divisions.items);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      fill(this.place, failure(error, () => void this.#open()));
    }
  }

  /** @returns {Promise<Form>} */
  async #begin() {
    if (this.id.startsWith("edit:")) {
      const row = await call(`/warnings/${this.id.slice(5)}`);
      return formOf(row, row.geometry, serverNow());
    }
    const source = this.id === "new" ? "" : this.id;
    const begun = await beginning(this.desk.picture, source);
    return { ...blank(source, freshKey()), ...begun };
  }

  /** @param {any} events @param {any[]} divisions */
  #build(events, divisions) {
    const form = /** @type {Form} */ (this.form);
    const changed = (/** @type {"texts"|"area"|"words"} */ what) => this.#changed(what);
    this.area = new AreaField(this.desk, form, divisions, () => changed("area"));
    this.fields = new Fields(form, events, changed);
    const save = h(
      "button",
      { class: "button", type: "submit", value: "save" },
      t("warnings.save"),
    );
    const ask = h(
      "button",
      { class: "primary", type: "submit", value: "submit" },
      t("warnings.save_submit"),
    );
    const hint = h("small", { class: "dim" }, "Ctrl+Enter");
    const body = h(
      "form",
      { class: "work-part warning-form" },
      ...this.fields.upper,
      this.area.element,
      ...this.fields.lower,
    );
    const steps = h(
      "div",
      { class: "warning-steps" },
      h("div", { class: "work-actions" }, ask, save, hint),
      this.said,
    );
    const whole = h("div", {}, body);
    body.id = "warning-form";
    for (const button of [save, ask]) button.setAttribute("form", body.id);
    body.onsubmit = (event) => {
      event.preventDefault();
      const how = /** @type {HTMLButtonElement|null} */ (
        /** @type {SubmitEvent} */ (event).submitter
      )?.value;
      void this.#send(how !== "save");
    };
    body.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.ctrlKey) (event.preventDefault(), body.requestSubmit(ask));
    });
    body.addEventListener("named", () => void this.#template());
    this.body = body;
    fill(this.place, whole);
    this.element.append(steps);
    this.#changed("area");
    this.#changed("texts");
  }

  /** @param {"texts"|"area"|"words"} what */
  #changed(what) {
    const form = /** @type {Form} */ (this.form);
    tab.set(`warning.${this.id}`, form);
    if (what === "area") void this.area?.count();
    if (what !== "words") void this.#template();
    showArea({ geometry: this.area?.geometry ?? null, colour: form.colour });
  }

  /** Ask for the words that go with event, colour and area. */
  async #template() {
    const form = /** @type {Form} */ (this.form);
    const turn = (this.asked += 1);
    const { area_zh = "", area_en = "" } = this.area?.found ?? {};
    const asked = {
      event: form.event,
      colour: String(form.colour),
      area_zh,
      area_en,
      hours: String(form.hours),
    };
    const template = await call(`/warnings/template?${new URLSearchParams(asked)}`).catch(
      () => null,
    );
    if (!template || turn !== this.asked || this.gone) return; // what stands there stays
    fillTexts(form, template);
    tab.set(`warning.${this.id}`, form);
    this.fields?.draw(template);
    showArea({ geometry: this.area?.geometry ?? null, colour: form.colour });
  }

  /** @param {boolean} submit */
  async #send(submit) {
    const form = /** @type {Form} */ (this.form);
    const edited = this.id.startsWith("edit:") ? this.id.slice(5) : "";
    const body = payload(form, serverNow());
    const row = await sending(this.element, this.said, () =>
      edited
        ? call(`/warnings/${edited}`, { method: "PUT", body })
        : call("/warnings", { method: "POST", body }),
    );
    if (!row) return;
    this.desk.picture.mergeEntity("warning", row);
    if (submit && row.state === "draft") {
      const path = `/warnings/${row.id}/submit`;
      const asked = await sending(this.element, this.said, () =>
        call(path, { method: "POST", body: {} }),
      );
      if (!asked) {
        form.version = row.version; // the draft is kept: from now on it is edited
        if (!edited) tab.set(`warning.edit:${row.id}`, form);
      } else this.desk.picture.mergeEntity("warning", asked);
    }
    tab.set(`warning.${this.id}`, undefined);
    this.desk.selection.choose({ kind: "warning", id: row.id });
  }
}
