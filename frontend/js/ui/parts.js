/** The small parts that panels and pages are made of. */

import { h, icon } from "./dom.js";
import { t } from "./i18n.js";
import { LETTERS, severityShape } from "./severity.js";

/** @typedef {import("./dom.js").Child} Child */

export const CROSS = "M4 4l8 8M12 4l-8 8";

/** A severity in full: shape, two letters, word.
 * @param {number} severity @param {boolean} [short] without the word */
export function severityMark(severity, short = false) {
  const text = short ? LETTERS[severity] : `${LETTERS[severity]} ${t(`severity.${severity}`)}`;
  return h("span", { class: `sev sev${severity}` }, severityShape(severity), text);
}

/** @param {string} kind @param {string} text */
export function chip(kind, text) {
  return h("span", { class: `chip ${kind}` }, text);
}

/** What state an alert is in, and whether it is the real world's.
 * @param {import("../types.js").Alert} alert */
export function stateChips(alert) {
  return [
    chip(alert.state, t(`state.${alert.state}`)),
    chip(alert.condition, t(conditionKey(alert))),
    alert.simulated && chip("simulated", t("simulated")),
  ];
}

/** How the words for what lasts are kept: a silence and a fence are above nothing.
 * @param {import("../types.js").Alert} alert */
function conditionKey(alert) {
  if (alert.condition === "cleared") return "condition.cleared";
  return alert.kind === "silence" || alert.kind === "fence"
    ? `condition.${alert.kind}`
    : "condition.active";
}

/** A button with its key printed on it.
 * @param {string} key @param {string} label @param {() => void} run @param {string} [kind] */
export function keyButton(key, label, run, kind = "button") {
  return h("button", { class: kind, type: "button", onclick: run }, h("kbd", {}, key), label);
}

/** A button that shows its key only; its name is for screen readers and the pointer.
 * @param {string} key @param {string} title @param {() => void} run */
export function capButton(key, title, run) {
  const props = { class: "tool", type: "button", title, "aria-label": title, onclick: run };
  return h("button", props, h("kbd", {}, key));
}

/** @param {() => void} run */
export function closeButton(run) {
  const label = t("close");
  const props = { class: "tool", type: "button", title: `${label} (Esc)`, "aria-label": label };
  return h("button", { ...props, onclick: run }, icon(CROSS));
}

/** Rows of a definition list; a row without any value is left out.
 * @param {[string, Child[]][]} rows label and values */
export function factRows(rows) {
  return rows
    .filter(([, values]) => values.some((value) => value !== null && value !== "" && value))
    .flatMap(([label, values]) => [h("dt", {}, label), h("dd", {}, ...values)]);
}
