/** What is known of an alert, as the work panel shows it: title, measure, facts. */

import { ageText, secondsSince } from "../ui/age.js";
import { fill, h, icon, write } from "../ui/dom.js";
import { dayAndClock, measuredText } from "../ui/format.js";
import { currentLanguage, name, personName, t } from "../ui/i18n.js";
import { closedAt, isClosed } from "../ui/order.js";
import { closeButton, factRows, severityMark, stateChips } from "../ui/parts.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../types.js").Alert} Alert */

const OUT = "M9 2.5h4.5V7M13.5 2.5 7.5 8.5M11 9.5v3.5H3V5h3.5";

/** Draw into `element` unless it shows this state already.
 * @param {HTMLElement} element @param {string} state @param {() => (string|Node|null|false)[]} make */
function once(element, state, make) {
  if (element.dataset.shown === state) return;
  element.dataset.shown = state;
  fill(element, ...make());
}

/** @param {Desk} desk @param {HTMLElement} title @param {Alert} alert */
export function drawTitle(desk, title, alert) {
  once(title, `${alert.version}${currentLanguage()}`, () => {
    const page = { href: `/alerts/${alert.id}/`, title: t("alert.open_page") };
    const number = h("a", { class: "number tabular", ...page }, `#${alert.number}`, icon(OUT));
    const close = closeButton(() => desk.selection.choose(null));
    const mark = severityMark(alert.severity);
    return [
      h("div", { class: "work-line" }, mark, number, ...stateChips(alert), close),
      h("h2", {}, name("title", alert)),
    ];
  });
}

/** @param {Desk} desk @param {HTMLElement} title @param {boolean} past */
export function drawMissing(desk, title, past) {
  once(title, `missing${past}`, () => [
    h(
      "div",
      { class: "work-line" },
      h("h2", {}, t(past ? "alert.not_yet" : "alert.loading")),
      closeButton(() => desk.selection.choose(null)),
    ),
  ]);
}

/** @param {HTMLElement} measure @param {Alert} alert */
export function drawMeasure(measure, alert) {
  const { value, limit, severity } = alert;
  const silence = alert.kind === "silence";
  measure.hidden = value === null && limit === null;
  once(measure, `${value}|${limit}|${severity}`, () => {
    const text = measuredText(alert);
    const over = !silence && value !== null && limit ? `${(value / limit).toFixed(2)}×` : "";
    const [first, second] = silence
      ? ["alert.silent", "alert.patience"]
      : ["alert.value", "alert.limit"];
    return [
      reading(first, text.value, value === null ? "" : text.unit, `sev${severity}`),
      reading(second, text.limit, limit === null ? "" : text.unit),
      over !== "" && reading("alert.ratio", over, ""),
    ];
  });
}

/** @param {string} label @param {string} text @param {string} unit @param {string} [kind] */
function reading(label, text, unit, kind = "") {
  const value = h("b", { class: `tabular ${kind}` }, text);
  return h("div", {}, h("small", {}, t(label)), value, unit && h("span", {}, ` ${unit}`));
}

/** @param {Desk} desk @param {HTMLElement} facts @param {Alert} alert @param {number} now ms */
export function drawFacts(desk, facts, alert, now) {
  once(facts, `${alert.version}${currentLanguage()}`, () => factRows(rows(desk, alert, now)));
  const age = facts.querySelector("[data-age]");
  const end = isClosed(alert) ? closedAt(alert) : now;
  if (age) write(age, ageText(secondsSince(alert.opened_at, end)));
}

/** @param {Desk} desk @param {Alert} alert @param {number} now
 * @returns {[string, import("../ui/dom.js").Child[]][]} */
function rows(desk, alert, now) {
  const who = (/** @type {number|null} */ id) => personName(desk.people.get(id ?? 0)) || `#${id}`;
  const when = (/** @type {string} */ at) =>
    h("span", { class: "dim tabular" }, ` ${dayAndClock(at, now)}`);
  const { acknowledged_at: taken, resolved_at: ended } = alert;
  const outcome = ` · ${t(`outcome.${alert.outcome ?? "handled"}`)}`;
  return [
    [t("alert.where"), [thingLink(desk, alert), dim(name("place", alert))]],
    [t("alert.opened"), opened(alert, now)],
    [t("alert.acknowledged"), taken ? [who(alert.acknowledged_by), when(taken)] : []],
    [t("alert.assigned"), alert.assigned_to ? [who(alert.assigned_to)] : []],
    [t("alert.resolved"), ended ? [who(alert.resolved_by), outcome, when(ended)] : []],
    [t("alert.standard"), [name("standard", alert)]],
    [t("alert.rule"), [`${alert.rule} · ${t("alert.version", { n: alert.rule_version })}`]],
  ];
}

/** @param {string} text */
function dim(text) {
  return text && h("span", { class: "dim" }, ` · ${text}`);
}

/** @param {Alert} alert @param {number} now */
function opened(alert, now) {
  return [
    h("span", { class: "tabular" }, dayAndClock(alert.opened_at, now)),
    h("span", { class: "dim" }, ` · ${t("alert.age")} `),
    h("span", { class: "tabular", "data-age": true }),
  ];
}

/** @param {Desk} desk @param {Alert} alert */
function thingLink(desk, alert) {
  const { thing_id: id } = alert;
  if (id === null) return name("thing", alert);
  const choose = () => desk.selection.choose({ kind: "thing", id });
  return h("button", { class: "link", type: "button", onclick: choose }, name("thing", alert));
}
