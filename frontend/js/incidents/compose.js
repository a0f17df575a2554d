/** A new incident by keyboard alone: words, the type they propose, a place, Ctrl+Enter. */

import { call } from "../ui/api.js";
import { fill, h } from "../ui/dom.js";
import { keepDraft } from "../ui/drafts.js";
import { name, t } from "../ui/i18n.js";
import { closeButton } from "../ui/parts.js";
import { onSendKey } from "../panels/resolve_form.js";
import { saidLine, sending } from "../ui/sending.js";
import { LETTERS, severityShape } from "../ui/severity.js";
import { tab } from "../ui/store.js";
import { freshKey } from "../ui/fresh_key.js";
import { marked } from "./model.js";
import { natures } from "./natures.js";
import { PlaceField } from "./place_field.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("./model.js").Proposal} Proposal */

const PAUSE_MS = 120;

export class ComposePanel {
  /** @param {Desk} desk @param {string} id "new", or "alert:5" @param {(made: any) => void} done */
  constructor(desk, id, done) {
    this.desk = desk;
    this.done = done;
    this.subject = `incident-${id}`;
    this.alert = id.startsWith("alert:") ? Number(id.slice(6)) : null;
    this.key = tab.get(`draft.${this.subject}/key`, "") || freshKey();
    tab.set(`draft.${this.subject}/key`, this.key);
    this.said = saidLine();
    this.words = h("textarea", { name: "words", rows: 3, maxlength: 4000, placeholder: t("incidents.words.type") });
    this.proposed = h("div", { class: "type-proposed", role: "status" });
    this.nature = h("select", { name: "nature" }, h("option", { value: "" }, t("incidents.type.by_words")));
    this.severity = this.#grades();
    this.place = new PlaceField(desk, this.subject);
    this.caller = this.#input("caller_name", 60);
    this.phone = this.#input("caller_phone", 30);
    keepDraft(this.words, `${this.subject}/words`);
    this.words.addEventListener("input", () => this.#typed());
    this.nature.onchange = () => (this.chosen = this.nature.value !== "");
    this.chosen = false; // a type that was picked by hand is never overwritten
    this.timer = 0;
    this.form = this.#build();
    this.element = this.#frame();
    void this.#types();
    if (this.words.value) void this.#propose();
    this.begun = false;
  }

  /** At the first one it has just come on the page: the very next key belongs to the words. */
  update() {
    if (!this.begun) this.words.focus();
    this.begun = true;
  }

  focus() {
    this.words.focus();
  }

  #frame() {
    const close = closeButton(() => this.desk.selection.choose(null));
    const about = this.alert && this.desk.picture.alerts.get(this.alert);
    const title = about ? t("incidents.new.alert", { n: this.alert ?? 0, title: name("title", about) }) : t("incidents.new");
    const head = h("div", { class: "work-title" }, h("div", { class: "work-line" }, h("h2", {}, title), close));
    return h("div", { class: "work-frame" }, head, h("div", { class: "work-scroll" }, this.form));
  }

  #build() {
    const send = h("button", { class: "primary", type: "submit" }, t("incidents.new.send"));
    const keys = h("small", { class: "dim" }, "Ctrl+Enter");
    const form = h(
      "form",
      { class: "work-part stack incident-form" },
      this.#label("incidents.words", this.words),
      this.proposed,
      this.place.element,
      h("div", { class: "form-pair" }, this.#label("incidents.type", this.nature), this.severity),
      h("div", { class: "form-pair" }, this.#label("incidents.caller_name", this.caller), this.#label("incidents.caller_phone", this.phone)),
      h("div", { class: "work-row" }, send, keys),
      this.said,
    );
    onSendKey(form);
    form.onsubmit = (event) => {
      event.preventDefault();
      void this.#send();
    };
    return form;
  }

  /** @param {string} key @param {HTMLElement} field */
  #label(key, field) {
    return h("label", { class: "field" }, h("span", {}, t(key)), field);
  }

  /** @param {string} field @param {number} most */
  #input(field, most) {
    const input = h("input", { name: field, maxlength: most, autocomplete: "off" });
    if (field === "caller_phone") input.inputMode = "tel";
    keepDraft(input, `${this.subject}/${field}`);
    return input;
  }

  #grades() {
    const boxes = [1, 2, 3, 4].map((grade) =>
      h(
        "label",
        { class: `grade sev${grade}`, title: t(`severity.${grade}`) },
        h("input", { type: "radio", name: "severity", value: grade, class: "visually-hidden" }),
        severityShape(grade),
        LETTERS[grade],
      ),
    );
    const legend = h("legend", {}, t("incidents.severity"));
    return h("fieldset", { class: "grades" }, legend, h("div", { class: "grade-row" }, ...boxes));
  }

  async #types() {
    const all = await natures().catch(() => []);
    for (const one of all) this.nature.append(h("option", { value: one.code }, name("title", one)));
  }

  #typed() {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.#propose(), PAUSE_MS);
  }

  async #propose() {
    const words = this.words.value;
    const body = { words };
    const answer = words.trim() && (await call("/incidents/proposal", { method: "POST", body }).catch(() => null));
    if (this.words.value !== words) return; // an older answer
    const items = /** @type {Proposal[]} */ (answer ? answer.items : []);
    this.#show(items, words);
    const best = items[0];
    const free = this.nature.options[0];
    free.textContent = best && !this.chosen ? `${name("title", best)} ✓` : t("incidents.type.by_words");
    if (best && !this.form.querySelector("input[name=severity][data-touched]")) this.#grade(best.severity);
  }

  /** @param {number} severity */
  #grade(severity) {
    const box = /** @type {HTMLInputElement|null} */ (
      this.form.querySelector(`input[name=severity][value="${severity}"]`)
    );
    if (box) box.checked = true;
    for (const one of this.form.querySelectorAll("input[name=severity]"))
      /** @type {HTMLElement} */ (one).onclick = () => /** @type {HTMLElement} */ (one).setAttribute("data-touched", "");
  }

  /** The best type with the words that led to it, and the next best ones.
   * @param {Proposal[]} items @param {string} words */
  #show(items, words) {
    const [best, ...others] = items;
    if (!best) {
      fill(this.proposed, h("span", { class: "dim" }, words.trim() ? t("incidents.type.unknown") : ""));
      return;
    }
    const text = marked(words, best.matched).map(({ text: part, marked: hit }) => (hit ? h("mark", {}, part) : part));
    fill(
      this.proposed,
      h("div", { class: "work-row" }, h("kbd", {}, "Tab"), h("b", {}, name("title", best)), ...others.slice(0, 2).map((one) => this.#other(one))),
      h("p", { class: "echo" }, ...text),
    );
  }

  /** @param {Proposal} one */
  #other(one) {
    const take = () => {
      this.nature.value = one.nature;
      this.chosen = true;
      this.#grade(one.severity);
    };
    return h("button", { class: "link", type: "button", tabindex: -1, onclick: take }, name("title", one));
  }

  async #send() {
    const form = new FormData(this.form);
    const body = {
      key: this.key,
      words: this.words.value.trim(),
      nature: this.nature.value,
      severity: form.get("severity") ? Number(form.get("severity")) : null,
      address: this.place.input.value.trim(),
      ...(this.place.point ?? {}),
      caller_name: this.caller.value.trim(),
      caller_phone: this.phone.value.trim(),
      alert: this.alert,
    };
    const made = await sending(this.form, this.said, () => call("/incidents", { method: "POST", body }));
    if (!made) return;
    for (const part of ["words", "address", "point", "caller_name", "caller_phone", "key"])
      tab.set(`draft.${this.subject}/${part}`, undefined);
    this.done(made);
  }
}
