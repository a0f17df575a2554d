/** A hazard model asked from the incident's panel: its numbers, its result, who is inside. */

import { ApiError, call } from "../ui/api.js";
import { fill, h } from "../ui/dom.js";
import { keepDraft } from "../ui/drafts.js";
import { figure } from "../ui/format.js";
import { currentLanguage, listed, name, t } from "../ui/i18n.js";
import { factRows } from "../ui/parts.js";
import { onSendKey } from "../panels/resolve_form.js";
import { saidLine, sending } from "../ui/sending.js";
import { LETTERS, severityShape } from "../ui/severity.js";
import { models } from "./natures.js";

/** @typedef {import("../desk.js").Desk} Desk */

const MODEL = "gas_plume";

export class Plume {
  /** @param {Desk} desk @param {number} id of the incident */
  constructor(desk, id) {
    this.desk = desk;
    this.id = id;
    this.said = saidLine();
    this.form = h("form", { class: "stack plume-form", hidden: true });
    this.result = h("div", { class: "plume-result" });
    this.element = h("section", { class: "work-part plume", hidden: true });
    fill(this.element, h("h3", {}, t("incidents.plume")), this.form, this.said, this.result);
    this.shown = 0;
    onSendKey(this.form);
    this.form.onsubmit = (event) => {
      event.preventDefault();
      void this.#send();
    };
  }

  /** Show the form, or put it away. */
  async open() {
    this.form.hidden = !this.form.hidden;
    this.element.hidden = this.form.hidden && this.shown === 0;
    if (this.form.hidden || this.form.childElementCount) return this.#focus();
    try {
      const model = (await models()).find((one) => one.code === MODEL);
      fill(this.form, ...model.inputs.map((/** @type {any} */ one) => this.#field(one)), this.#buttons());
      this.#focus();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      fill(this.form, h("p", { class: "notice bad" }, error.sentence(currentLanguage())));
    }
  }

  #focus() {
    this.form.querySelector("input")?.focus();
  }

  #buttons() {
    const send = h("button", { class: "primary", type: "submit" }, t("incidents.plume.run"));
    return h("div", { class: "work-row" }, send, h("small", { class: "dim" }, "Ctrl+Enter"));
  }

  /** @param {any} input */
  #field(input) {
    const label = h("span", {}, name("title", input), input.unit && h("small", {}, ` ${input.unit}`));
    if (input.choices.length) {
      const select = h("select", { name: input.name });
      for (const one of input.choices) select.append(h("option", { value: one.value }, name("title", one)));
      select.value = String(input.default ?? input.choices[0].value);
      return h("label", { class: "field" }, label, select);
    }
    const props = { name: input.name, type: "number", step: "any", min: input.least, max: input.most };
    const field = h("input", { ...props, required: input.default === null });
    keepDraft(field, `plume/${this.id}/${input.name}`);
    if (!field.value && input.default !== null) field.value = String(input.default);
    return h("label", { class: "field" }, label, field);
  }

  async #send() {
    const given = Object.fromEntries(
      [...new FormData(this.form)].filter(([, value]) => value !== "").map(([key, value]) => [key, Number(value)]),
    );
    const path = `/incidents/${this.id}/hazards/${MODEL}`;
    const run = await sending(this.form, this.said, () => call(path, { method: "POST", body: { given } }));
    if (!run) return;
    this.shown = run.id;
    this.form.hidden = true;
    this.#draw(run);
    this.desk.map?.fitSelected();
  }

  /** Show the newest run, if it is not shown.
   * @param {number[]} runs ids, oldest first */
  async show(runs) {
    const newest = runs[runs.length - 1] ?? 0;
    if (newest === this.shown) return;
    this.shown = newest;
    this.element.hidden = newest === 0 && this.form.hidden;
    const run = newest && (await call(`/incidents/${this.id}/hazards/${newest}`).catch(() => null));
    if (run && this.shown === newest) this.#draw(run);
    if (newest && !run) this.shown = 0; // tried again at the next change
  }

  /** @param {any} run */
  #draw(run) {
    this.element.hidden = false;
    const facts = Object.values(run.figures).map((one) => {
      const value = typeof one.value === "number" ? `${figure(one.value)} ${one.unit}` : String(one.value);
      return /** @type {[string, string[]]} */ ([name("title", one), [value.trim()]]);
    });
    const sentences = run.assumptions.map((/** @type {any} */ one) =>
      h("li", {}, one[currentLanguage()]),
    );
    fill(
      this.result,
      h("ul", { class: "zones" }, ...run.zones.map(zoneRow)),
      h("dl", { class: "facts tabular" }, ...factRows(facts)),
      h("details", { open: true }, h("summary", {}, t("incidents.plume.assumptions")), h("ul", { class: "assumed" }, ...sentences)),
    );
  }
}

/** @param {any} zone */
function zoneRow(zone) {
  const { people, sites } = zone.inside;
  const places = sites.slice(0, 6).map((/** @type {any} */ one) => name("name", one));
  const more = sites.length > 6 ? t("incidents.plume.more", { n: sites.length - 6 }) : "";
  return h(
    "li",
    {},
    h(
      "div",
      { class: "work-row" },
      h("span", { class: `sev sev${zone.severity}` }, severityShape(zone.severity), LETTERS[zone.severity]),
      h("b", {}, name("title", zone)),
      h("span", { class: "tabular zone-people" }, t("incidents.plume.people", { n: people })),
    ),
    places.length > 0 && h("small", { class: "dim" }, listed([...places, more].filter(Boolean))),
  );
}
