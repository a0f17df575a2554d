/** The form of one rule: what is typed stays until the server has taken it; a refusal names its field. */

import { ApiError, call } from "../ui/api.js";
import { fill, h } from "../ui/dom.js";
import { currentLanguage, name, t, word } from "../ui/i18n.js";
import { tab } from "../ui/store.js";
import { levelTable } from "./levels.js";
import { emptyForm, fieldOf, KINDS, toDefinition, toForm, WHEN_FIELDS } from "./model.js";

/** @typedef {import("./model.js").Rule} Rule */
/** @typedef {import("./model.js").Form} Form */
/**
 * @typedef {object} Vocabulary what the city has: for the choices
 * @property {{code: string, name: string, unit: string}[]} properties
 * @property {string[]} kinds of things
 * @property {{code: string, name: string}[]} fences
 * @property {Record<string, string[]>} standards rule kind → codes in use
 */

/** @param {Rule|null} rule null: a new one @param {Vocabulary} vocabulary @param {(saved: Rule) => void} saved */
export function editor(rule, vocabulary, saved) {
  const draft = `rule.${rule ? `${rule.key}/${rule.version}` : "new"}`;
  /** @type {Form} */
  let form = tab.get(draft, null) ?? (rule ? toForm(rule) : emptyForm("threshold"));
  const fields = h("div", { class: "rule-fields" });
  const refused = h("p", { class: "notice bad", role: "alert", hidden: true });
  const send = h(
    "button",
    { class: "primary", type: "submit" },
    t(rule ? "rules.save" : "rules.make"),
  );
  const undo = h(
    "button",
    { class: "button", type: "button", onclick: () => reset() },
    t("rules.undo"),
  );
  const said = h("span", { class: "dim", role: "status" });
  const element = h(
    "form",
    { class: "rule-form", novalidate: true },
    fields,
    refused,
    h("div", { class: "work-row" }, send, undo, said),
  );

  function reset() {
    tab.set(draft, undefined);
    form = rule ? toForm(rule) : emptyForm("threshold");
    refused.hidden = true;
    draw();
  }

  const keep = () => tab.set(draft, form);

  function draw() {
    fill(fields, ...groups(form, vocabulary, !rule, keep, draw));
  }

  element.onsubmit = async (event) => {
    event.preventDefault();
    clearMarks(fields);
    refused.hidden = true;
    send.disabled = true;
    fill(said, t("work.sending"));
    try {
      const body = toDefinition(form);
      const answer = rule
        ? await call(`/rules/${rule.key}`, { method: "PUT", body })
        : await call("/rules", { method: "POST", body: { ...body, key: form.plain.key.trim() } });
      tab.set(draft, undefined);
      saved(answer);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      refuse(fields, refused, error);
      fill(said, t("work.kept"));
    } finally {
      send.disabled = false;
    }
  };
  draw();
  return element;
}

/** @param {HTMLElement} fields @param {HTMLElement} refused @param {ApiError} error */
function refuse(fields, refused, error) {
  const { field = "", remedy = "" } = error.problem;
  const inputs = /** @type {HTMLElement[]} */ ([...fields.querySelectorAll("[data-field]")]);
  const found = fieldOf(
    field,
    inputs.map((input) => input.dataset.field ?? ""),
  );
  refused.hidden = false;
  fill(
    refused,
    h("b", {}, t("rules.refused")),
    " ",
    error.sentence(currentLanguage()),
    remedy && h("span", { class: "dim" }, ` ${remedy}`),
  );
  const input = inputs.find((one) => one.dataset.field === found);
  if (!input) return;
  input.setAttribute("aria-invalid", "true");
  input.after(h("small", { class: "field-refused" }, error.sentence(currentLanguage())));
  input.focus();
}

/** @param {HTMLElement} fields */
function clearMarks(fields) {
  for (const input of fields.querySelectorAll("[aria-invalid]"))
    input.removeAttribute("aria-invalid");
  for (const words of fields.querySelectorAll(".field-refused")) words.remove();
}

/** @param {Form} form @param {Vocabulary} vocabulary @param {boolean} fresh @param {() => void} keep @param {() => void} redraw */
function groups(form, vocabulary, fresh, keep, redraw) {
  const text = (/** @type {string} */ field, /** @type {Record<string, any>} */ props = {}) =>
    labelled(
      field,
      h("input", {
        value: form.plain[field] ?? "",
        "data-field": props.path ?? field,
        ...props,
        oninput: (/** @type {Event} */ event) => {
          form.plain[field] = /** @type {HTMLInputElement} */ (event.target).value;
          keep();
        },
      }),
    );
  const choose = (
    /** @type {string} */ field,
    /** @type {[string, string][]} */ options,
    /** @type {string} */ value,
    /** @type {(v: string) => void} */ took,
    path = field,
  ) =>
    labelled(
      field,
      h(
        "select",
        {
          "data-field": path,
          onchange: (/** @type {Event} */ event) => {
            took(/** @type {HTMLSelectElement} */ (event.target).value);
            keep();
            redraw();
          },
        },
        ...options.map(([code, label]) =>
          h("option", { value: code, selected: code === value }, label),
        ),
      ),
    );

  const kind =
    fresh &&
    choose(
      "kind",
      KINDS.map((one) => [one, t(`rules.kind.${one}`)]),
      form.kind,
      (chosen) =>
        Object.assign(form, {
          ...emptyForm(chosen),
          plain: { ...emptyForm(chosen).plain, ...keptWords(form) },
        }),
    );
  const property =
    (form.kind === "threshold" || form.kind === "accumulation") &&
    choose(
      "property",
      [["", t("rules.choose")], ...properties(form, vocabulary)],
      form.plain.property,
      (chosen) => (form.plain.property = chosen),
    );
  const when = (WHEN_FIELDS[form.kind] ?? []).map(({ name: field, unit, options }) =>
    options
      ? choose(
          field,
          options.map((one) => [
            one,
            field === "severity" ? `${one} ${t(`severity.${one}`)}` : t(`rules.event.${one}`),
          ]),
          form.plain[field],
          (chosen) => (form.plain[field] = chosen),
          `when.${field}`,
        )
      : text(field, { inputmode: "decimal", path: `when.${field}`, "data-unit": unit }),
  );
  return [
    section(
      "rules.group.what",
      [
        fresh && text("key", { placeholder: "rain_strong" }),
        text("title_zh"),
        text("title_en"),
        kind,
        property,
      ].filter(Boolean),
    ),
    property &&
      section("rules.group.limits", [levelTable(form, vocabulary, { text, choose, keep, redraw })]),
    section("rules.group.when", when),
    section(
      "rules.group.where",
      [
        text("scope", { placeholder: "4101" }),
        boxes(
          "things",
          vocabulary.kinds.map((code) => [code, word("kind", code)]),
          form.things,
          keep,
        ),
        form.kind === "fence" &&
          boxes(
            "fences",
            vocabulary.fences.map((fence) => [fence.code, fence.name]),
            form.fences,
            keep,
          ),
      ].filter(Boolean),
    ),
    section("rules.group.standard", [text("standard_zh"), text("standard_en")]),
  ];
}

/** @param {Form} form what was typed already stays when the kind changes */
function keptWords(form) {
  const { key, title_zh, title_en, scope, standard_zh, standard_en } = form.plain;
  return { key, title_zh, title_en, scope, standard_zh, standard_en };
}

/** @param {Form} form @param {Vocabulary} vocabulary @returns {[string, string][]} */
function properties(form, vocabulary) {
  const known = vocabulary.properties.map(
    ({ code, name: label, unit }) => /** @type {[string, string]} */ ([code, `${label} (${unit})`]),
  );
  const own = form.plain.property;
  return !own || known.some(([code]) => code === own) ? known : [...known, [own, own]];
}

/** @param {string} title @param {any[]} parts */
function section(title, parts) {
  return h("fieldset", {}, h("legend", {}, t(title)), h("div", { class: "rule-grid" }, ...parts));
}

/** @param {string} field @param {HTMLElement} input */
export function labelled(field, input) {
  const unit = input.dataset.unit;
  return h(
    "label",
    { class: "field" },
    h("span", {}, t(`rules.field.${field}`), unit && ` (${unit})`),
    input,
  );
}

/** @param {string} field @param {[string, string][]} options @param {string[]} chosen changed in place @param {() => void} keep */
function boxes(field, options, chosen, keep) {
  const made = options.map(([code, label]) =>
    h(
      "label",
      { class: "choice" },
      h("input", {
        type: "checkbox",
        checked: chosen.includes(code),
        onchange: (/** @type {Event} */ event) => {
          if (/** @type {HTMLInputElement} */ (event.target).checked) chosen.push(code);
          else chosen.splice(chosen.indexOf(code), 1);
          keep();
        },
      }),
      label,
    ),
  );
  const none = options.length === 0 && h("span", { class: "dim" }, t("rules.none_known"));
  return h(
    "div",
    { class: "field wide", role: "group", "aria-label": t(`rules.field.${field}`) },
    h("span", {}, t(`rules.field.${field}`)),
    h("div", { class: "choices" }, ...made, none),
  );
}

/** The names that a rule's words go by, from what the city has registered.
 * @param {import("../types.js").Thing[]} things @param {any[]} fences GeoJSON features @param {Rule[]} rules @returns {Vocabulary} */
export function vocabularyOf(things, fences, rules) {
  const properties = new Map();
  for (const thing of things)
    for (const stream of thing.datastreams)
      properties.set(stream.property, {
        code: stream.property,
        name: name("name", stream),
        unit: stream.unit,
      });
  const standards = /** @type {Record<string, string[]>} */ ({});
  for (const { kind, when } of rules)
    if (when.standard) standards[kind] = [...new Set([...(standards[kind] ?? []), when.standard])];
  return {
    properties: [...properties.values()],
    kinds: [...new Set(things.map((thing) => thing.kind))],
    fences: fences.map((fence) => ({
      code: String(fence.id),
      name: name("name", fence.properties),
    })),
    standards,
  };
}
