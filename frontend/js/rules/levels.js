/** The limits of a rule: drawn from a standard by the reading's day, or set by hand per severity. */

import { h } from "../ui/dom.js";
import { t } from "../ui/i18n.js";
import { severityMark } from "../ui/parts.js";
import { COMPARISONS, emptyLevel } from "./model.js";

/** @typedef {import("./model.js").LevelRow} LevelRow */
/** @typedef {import("./fields.js").Fields} Fields */

const GRADES = "4=100 3=150 2=200 1=300";

/** @param {Fields} fields */
export function levelTable(fields) {
  const { form } = fields;
  const parts = /** @type {HTMLElement[]} */ ([sourceChoice(fields)]);
  if (form.source === "levels") parts.push(levelRows(fields));
  else if (form.kind === "threshold") {
    parts.push(fields.text("item", { path: "when.item" }));
    parts.push(fields.text("grades", { path: "when.grades", placeholder: GRADES }));
  }
  return h("div", { class: "rule-grid wide" }, ...parts);
}

/** Where the limits come from.
 * @param {Fields} fields */
function sourceChoice(fields) {
  const { form, vocabulary } = fields;
  const codes = new Set(vocabulary.standards[form.kind]);
  if (form.source !== "levels") codes.add(form.source);
  const standards = [...codes].map(
    (code) =>
      /** @type {[string, string]} */ ([
        code,
        t("rules.source.standard", { code: code.toUpperCase() }),
      ]),
  );
  const took = (/** @type {string} */ chosen) => {
    form.source = chosen;
    if (chosen === "levels" && form.levels.length === 0) form.levels.push(emptyLevel(4));
  };
  const options = /** @type {[string, string][]} */ ([
    ["levels", t("rules.source.levels")],
    ...standards,
  ]);
  return fields.choose("source", options, form.source, took, "when.standard");
}

/** @param {Fields} fields */
function levelRows(fields) {
  const { form } = fields;
  const windows = form.kind === "accumulation";
  const columns = [
    t("overview.level"),
    t(windows ? "rules.field.window_h" : "rules.field.comparison"),
    t("rules.field.limit"),
  ];
  const heads = columns.map((column) => h("th", { scope: "col" }, column));
  const last = h("th", {}, h("span", { class: "visually-hidden" }, t("rules.remove")));
  const body = form.levels.map((level, at) => levelRow(fields, level, at, windows));
  const table = h(
    "table",
    { class: "level-table" },
    h("thead", {}, h("tr", {}, ...heads, last)),
    h("tbody", {}, ...body),
  );
  const props = { class: "wide", tabindex: "-1", "data-field": "when.levels" };
  return h("div", props, table, addButton(fields));
}

/** @param {Fields} fields */
function addButton({ form, keep, redraw }) {
  const free = [4, 3, 2, 1].filter((one) => !form.levels.some((level) => level.severity === one));
  const add = () => {
    form.levels.push(emptyLevel(free[0]));
    form.levels.sort((a, b) => b.severity - a.severity);
    keep();
    redraw();
  };
  const props = { class: "button", type: "button", disabled: free.length === 0, onclick: add };
  return h("button", props, t("rules.add_level"));
}

/** @param {Fields} fields @param {LevelRow} level @param {number} at @param {boolean} windows */
function levelRow(fields, level, at, windows) {
  const remove = () => {
    fields.form.levels.splice(at, 1);
    fields.keep();
    fields.redraw();
  };
  const path = `when.levels[${at}]`;
  const limit = `${path}.${windows ? "at_least" : level.comparison}`;
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, severityMark(level.severity)),
    windows
      ? figureCell(fields, level, "window_h", `${path}.window_h`)
      : comparisonCell(fields, level),
    figureCell(fields, level, "limit", limit),
    h(
      "td",
      {},
      h("button", { class: "button", type: "button", onclick: remove }, t("rules.remove")),
    ),
  );
}

/** @param {Fields} fields @param {LevelRow} level @param {"limit"|"window_h"} field
 * @param {string} path */
function figureCell(fields, level, field, path) {
  const label = `${t(`severity.${level.severity}`)} ${t(`rules.field.${field}`)}`;
  const props = { inputmode: "decimal", "aria-label": label, "data-field": path };
  const input = h("input", { value: level[field], ...props });
  input.oninput = () => {
    level[field] = input.value;
    fields.keep();
  };
  return h("td", {}, input);
}

/** @param {Fields} fields @param {LevelRow} level */
function comparisonCell(fields, level) {
  const label = `${t(`severity.${level.severity}`)} ${t("rules.field.comparison")}`;
  const options = COMPARISONS.map((one) =>
    h("option", { value: one, selected: one === level.comparison }, t(`rules.comparison.${one}`)),
  );
  const select = h("select", { "aria-label": label }, ...options);
  select.onchange = () => {
    level.comparison = select.value;
    fields.keep();
    fields.redraw();
  };
  return h("td", {}, select);
}
