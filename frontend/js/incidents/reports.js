/** Reports upward from the panel: what only people know is asked, the rest comes from the log. */

import { ApiError, call, serverNow } from "../ui/api.js";
import { fill, h } from "../ui/dom.js";
import { keepDraft } from "../ui/drafts.js";
import { dayAndClock } from "../ui/format.js";
import { currentLanguage, name, t } from "../ui/i18n.js";
import { onSendKey } from "../panels/resolve_form.js";
import { saidLine, sending } from "../ui/sending.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../types.js").Entity} Entity */

const FIRST = ["cause", "extent", "trend", "contact", "help"];
const FINAL = ["result", "loss", "cause", "aftermath", "evaluation"];

export class Reports {
  /** @param {Desk} desk @param {number} id @param {() => Entity|undefined} incident */
  constructor(desk, id, incident) {
    this.desk = desk;
    this.id = id;
    this.incident = incident;
    this.said = saidLine();
    this.form = h("form", { class: "stack", hidden: true });
    this.list = h("ul", { class: "reports" });
    this.element = h("section", { class: "work-part", hidden: true });
    fill(this.element, h("h3", {}, t("incidents.reports")), this.form, this.said, this.list);
    this.shown = -1;
    onSendKey(this.form);
    this.form.onsubmit = (event) => {
      event.preventDefault();
      void this.#send();
    };
  }

  /** Show the form of the next report, or put it away. */
  open() {
    this.form.hidden = !this.form.hidden;
    this.element.hidden = false;
    const closed = this.incident()?.state === "closed";
    const fields = (closed ? FINAL : FIRST).map((field) => this.#field(field));
    const send = h("button", { class: "primary", type: "submit" }, this.#next());
    fill(this.form, ...fields, h("div", { class: "work-row" }, send, h("small", { class: "dim" }, "Ctrl+Enter")));
    if (!this.form.hidden) this.form.querySelector("input")?.focus();
  }

  /** What the next report is called. */
  #next() {
    if (this.incident()?.state === "closed") return t("incidents.report.final");
    return t(this.incident()?.reports ? "incidents.report.follow_up" : "incidents.report.first");
  }

  /** @param {string} field */
  #field(field) {
    const input = h("input", { name: field, maxlength: 2000, placeholder: t("incidents.report.unknown") });
    keepDraft(input, `report/${this.id}/${field}`);
    return h("label", { class: "field" }, h("span", {}, t(`incidents.report.${field}`)), input);
  }

  async #send() {
    const given = Object.fromEntries([...new FormData(this.form)].filter(([, words]) => words !== ""));
    const path = `/incidents/${this.id}/reports`;
    const made = await sending(this.form, this.said, () => call(path, { method: "POST", body: { given } }));
    if (!made) return;
    for (const field of /** @type {NodeListOf<HTMLInputElement>} */ (this.form.querySelectorAll("input")))
      ((field.value = ""), field.dispatchEvent(new Event("input")));
    this.form.hidden = true;
    await this.#read();
  }

  /** @param {number} count how many there are */
  show(count) {
    if (count === this.shown) return;
    this.shown = count;
    this.element.hidden = count === 0 && this.form.hidden;
    if (count > 0) void this.#read();
  }

  async #read() {
    try {
      const { items } = await call(`/incidents/${this.id}/reports`);
      fill(this.list, ...items.map((/** @type {any} */ one) => this.#row(one)));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      fill(this.list, h("li", { class: "notice bad" }, error.sentence(currentLanguage())));
    }
  }

  /** @param {any} report */
  #row(report) {
    const link = h("a", { href: report.page, target: "_blank", rel: "noopener" }, name("title", report));
    const at = h("time", { class: "dim tabular", datetime: report.made_at }, dayAndClock(report.made_at, serverNow()));
    return h("li", { class: "work-row" }, link, at);
  }
}
