/** The fields of a warning: event and colour above its area, its words and finer grades below. */

import { h } from "../ui/dom.js";
import { name, t } from "../ui/i18n.js";
import { severityMark } from "../ui/parts.js";
import { field } from "../ui/sending.js";
import { HOURS, TEXTS } from "./form.js";

/** @typedef {import("./form.js").Form} Form */
/** @typedef {(what: "texts"|"area"|"words") => void} Changed */

const GRADES = ["urgency", "severity", "certainty", "category"];
const LONGEST = /** @type {Record<string, number>} */ ({
  headline: 160,
  description: 4000,
  instruction: 4000,
});

export class Fields {
  /** @param {Form} form @param {any} events @param {Changed} changed */
  constructor(form, events, changed) {
    this.form = form;
    this.changed = changed;
    /** @type {Map<string, HTMLInputElement|HTMLTextAreaElement>} */
    this.texts = new Map();
    /** @type {Map<string, HTMLSelectElement>} */
    this.grades = new Map();
    this.hours = h("input", {
      type: "number",
      name: "expires",
      min: 1,
      max: 168,
      required: true,
      value: form.hours,
    });
    this.hours.onchange = () => {
      form.hours = Math.max(1, Number(this.hours.value) || 1);
      changed("texts");
    };
    this.upper = [this.#event(events), this.#colours(), this.#status(events)];
    this.lower = [this.#words("zh"), this.#words("en"), this.#finer(events)];
  }

  /** Show what a template has filled in; what is being typed is left alone.
   * @param {Record<string, any>} template */
  draw(template) {
    for (const [key, control] of this.texts)
      if (control !== document.activeElement && control.value !== this.form.texts[key])
        control.value = this.form.texts[key] ?? "";
    for (const [key, select] of this.grades)
      select.options[0].textContent = t("warnings.by_colour", {
        word: t(`warnings.cap_word.${template[key]}`),
      });
  }

  /** @param {any} events */
  #event(events) {
    const select = h("select", { name: "event" });
    for (const one of events.items)
      select.append(
        h(
          "option",
          { value: one.code, selected: one.code === this.form.event },
          `${name("title", one)} ${one.event_code}`.trim(),
        ),
      );
    select.onchange = () => {
      this.form.event = select.value;
      this.changed("texts");
    };
    return field(t("warnings.event"), select);
  }

  #colours() {
    const one = (/** @type {number} */ colour) => {
      const input = h("input", {
        type: "radio",
        name: "colour",
        value: colour,
        checked: colour === this.form.colour,
      });
      input.onchange = () => {
        const usual = this.form.hours === HOURS[this.form.colour];
        this.form.colour = colour;
        if (usual) this.hours.value = String((this.form.hours = HOURS[colour]));
        this.changed("texts");
      };
      return h("label", { class: `colour sev${colour}` }, input, severityMark(colour));
    };
    const choices = h("div", { class: "colours" }, ...[1, 2, 3, 4].map(one));
    return h("fieldset", {}, h("legend", {}, t("warnings.colour")), choices);
  }

  /** @param {any} events */
  #status(events) {
    const select = h("select", { name: "status" });
    for (const status of events.choices.status)
      select.append(
        h(
          "option",
          { value: status, selected: status === this.form.status },
          t(`warnings.status.${status}`),
        ),
      );
    select.onchange = () => {
      this.form.status = select.value;
      this.changed("words");
    };
    return h(
      "div",
      { class: "warning-pair" },
      field(t("warnings.hours"), this.hours),
      field(t("warnings.status"), select),
    );
  }

  /** @param {"zh"|"en"} language */
  #words(language) {
    const controls = TEXTS.filter((key) => key.endsWith(language)).map((key) => {
      const kind = key.slice(0, -3);
      const props = {
        name: key,
        maxlength: LONGEST[kind],
        value: this.form.texts[key] ?? "",
        lang: language === "zh" ? "zh-CN" : "en",
      };
      const control =
        kind === "headline" ? h("input", props) : h("textarea", { ...props, rows: 3 });
      control.oninput = () => {
        this.form.texts[key] = control.value;
        if (!this.form.own.includes(key)) this.form.own.push(key);
        this.changed("words");
      };
      this.texts.set(key, control);
      return field(t(`warnings.${kind}`), control);
    });
    const again = h("button", { class: "link", type: "button" }, t("warnings.reset"));
    again.onclick = () => {
      this.form.own = this.form.own.filter((key) => !key.endsWith(language));
      this.changed("texts");
    };
    const legend = h("legend", {}, t(`warnings.in_${language}`), " ", again);
    return h("fieldset", { class: "stack" }, legend, ...controls);
  }

  /** @param {any} events */
  #finer(events) {
    const controls = GRADES.map((key) => {
      const select = h("select", { name: key }, h("option", { value: "" }, ""));
      for (const word of events.choices[key]) {
        const props = { value: word, selected: this.form.grades[key] === word };
        select.append(h("option", props, t(`warnings.cap_word.${word}`)));
      }
      select.onchange = () => {
        this.form.grades[key] = select.value;
        this.changed("words");
      };
      this.grades.set(key, select);
      return field(t(`warnings.${key}`), select);
    });
    return h(
      "details",
      {},
      h("summary", {}, t("warnings.finer")),
      h("div", { class: "warning-pair" }, ...controls),
    );
  }
}
