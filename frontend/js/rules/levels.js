/** The limits of a rule: drawn from a standard by the reading's day, or set by hand per severity. */

import { h } from "../ui/dom.js";
import { t } from "../ui/i18n.js";
import { LETTERS, severityShape } from "../ui/severity.js";
import { COMPARISONS, emptyLevel } from "./model.js";

/** @typedef {import("./model.js").Form} Form */
/** @typedef {{text: (field: string, props?: Record<string, any>) => HTMLElement, choose: (field: string, options: [string, string][], value: string, took: (v: string) => void, path?: string) => HTMLElement, keep: () => void, redraw: () => void}} Makers */

/** @param {Form} form @param {import("./editor.js").Vocabulary} vocabulary @param {Makers} makers */
export function levelTable(form, vocabulary, makers) {
  const { text, choose } = makers;
  const standards = [
    ...new Set([
      ...(vocabulary.standards[form.kind] ?? []),
      ...(form.source === "levels" ? [] : [form.source]),
    ]),
  ];
  const source = choose(
    "source",
    [
      ["levels", t("rules.source.levels")],
      ...standards.map(
        (code) =>
          /** @type {[string, string]} */ ([
            code,
            t("rules.source.standard", { code: code.toUpperCase() }),
          ]),
      ),
    ],
    form.source,
    (chosen) => {
      form.source = chosen;
      if (chosen === "levels" && form.levels.length === 0) form.levels.push(emptyLevel(4));
    },
    "when.standard",
  );
  if (form.source !== "levels") {
    const more =
      form.kind === "threshold"
        ? [
            text("item", { path: "when.item" }),
            text("grades", { path: "when.grades", placeholder: "4=100 3=150 2=200 1=300" }),
          ]
        : [];
    return h("div", { class: "rule-grid wide" }, source, ...more);
  }
  return h("div", { class: "rule-grid wide" }, source, rows(form, makers));
}

/** @param {Form} form @param {Makers} makers */
function rows(form, makers) {
  const windows = form.kind === "accumulation";
  const head = h(
    "tr",
    {},
    h("th", { scope: "col" }, t("overview.level")),
    h("th", { scope: "col" }, t(windows ? "rules.field.window_h" : "rules.field.comparison")),
    h("th", { scope: "col" }, t("rules.field.limit")),
    h("th", {}, h("span", { class: "visually-hidden" }, t("rules.remove"))),
  );
  const body = form.levels.map((level, at) => row(form, level, at, windows, makers));
  const free = [4, 3, 2, 1].filter(
    (severity) => !form.levels.some((level) => level.severity === severity),
  );
  const add = h(
    "button",
    {
      class: "button",
      type: "button",
      disabled: free.length === 0,
      onclick: () => {
        form.levels.push(emptyLevel(free[0]));
        form.levels.sort((a, b) => b.severity - a.severity);
        makers.keep();
        makers.redraw();
      },
    },
    t("rules.add_level"),
  );
  return h(
    "div",
    { class: "wide", tabindex: "-1", "data-field": "when.levels" },
    h("table", { class: "level-table" }, h("thead", {}, head), h("tbody", {}, ...body)),
    add,
  );
}

/** @param {Form} form @param {import("./model.js").LevelRow} level @param {number} at @param {boolean} windows @param {Makers} makers */
function row(form, level, at, windows, makers) {
  const cell = (/** @type {"limit"|"window_h"} */ field, /** @type {string} */ path) =>
    h(
      "td",
      {},
      h("input", {
        value: level[field],
        inputmode: "decimal",
        "aria-label": `${t(`severity.${level.severity}`)} ${t(`rules.field.${field}`)}`,
        "data-field": path,
        oninput: (/** @type {Event} */ event) => {
          level[field] = /** @type {HTMLInputElement} */ (event.target).value;
          makers.keep();
        },
      }),
    );
  const comparison = h(
    "select",
    {
      "aria-label": `${t(`severity.${level.severity}`)} ${t("rules.field.comparison")}`,
      onchange: (/** @type {Event} */ event) => {
        level.comparison = /** @type {HTMLSelectElement} */ (event.target).value;
        makers.keep();
        makers.redraw();
      },
    },
    ...COMPARISONS.map((one) =>
      h("option", { value: one, selected: one === level.comparison }, t(`rules.comparison.${one}`)),
    ),
  );
  const remove = h(
    "button",
    {
      class: "button",
      type: "button",
      onclick: () => {
        form.levels.splice(at, 1);
        makers.keep();
        makers.redraw();
      },
    },
    t("rules.remove"),
  );
  return h(
    "tr",
    {},
    h(
      "th",
      { scope: "row" },
      h(
        "span",
        { class: `sev sev${level.severity}` },
        severityShape(level.severity),
        `${LETTERS[level.severity]} ${t(`severity.${level.severity}`)}`,
      ),
    ),
    windows ? cell("window_h", `when.levels[${at}].window_h`) : h("td", {}, comparison),
    cell("limit", `when.levels[${at}].${windows ? "at_least" : level.comparison}`),
    h("td", {}, remove),
  );
}
