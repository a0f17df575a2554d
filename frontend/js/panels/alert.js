/** One alert in the work panel: what, where, how much against which limit, and what to do about it. */

import { ageText, secondsSince } from "../ui/age.js";
import { ApiError, call, serverNow } from "../ui/api.js";
import { fill, h, icon, write } from "../ui/dom.js";
import { dayAndClock, figure, unitText } from "../ui/format.js";
import { currentLanguage, name, personName, t } from "../ui/i18n.js";
import { LETTERS, severityShape } from "../ui/severity.js";
import { alertActions } from "./alert_actions.js";
import { chartPanel } from "./chart.js";
import { historyList } from "./history.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../types.js").Alert} Alert */
/** @typedef {import("../types.js").AlertFile} AlertFile */

export const CROSS = "M4 4l8 8M12 4l-8 8";
const OUT = "M9 2.5h4.5V7M13.5 2.5 7.5 8.5M11 9.5v3.5H3V5h3.5";

/** @param {Desk} desk @param {number} id @returns {import("./work.js").Panel} */
export function alertPanel(desk, id) {
  const title = h("div", { class: "work-title" });
  const facts = h("dl", { class: "facts" });
  const measure = h("div", { class: "measure" });
  const actions = alertActions(desk, id);
  const history = h(
    "section",
    { class: "work-part", "aria-label": t("alert.history") },
    h("h3", {}, t("alert.history")),
    h("div", { class: "wait" }),
  );
  const chart = chartPanel(desk);
  const scroll = h(
    "div",
    { class: "work-scroll" },
    measure,
    facts,
    actions.element,
    chart.element,
    actions.note,
    history,
  );
  const element = h("div", { class: "work-frame" }, title, scroll);
  /** @type {AlertFile|null} */
  let file = null;
  let asked = -1;

  async function load(/** @type {number} */ version) {
    asked = version;
    try {
      file = await call(`/alerts/${id}`);
      drawHistory();
    } catch (error) {
      if (error instanceof ApiError) failed(error);
      else throw error;
    }
  }

  function failed(/** @type {ApiError} */ error) {
    const again = h(
      "button",
      { class: "button", type: "button", onclick: () => load(asked) },
      t("again"),
    );
    fill(
      history,
      h("h3", {}, t("alert.history")),
      h("p", { class: "notice bad" }, error.sentence(currentLanguage()), " ", again),
    );
  }

  function drawHistory() {
    if (!file) return;
    const until = desk.picture.past?.at ?? Infinity;
    const entries = file.history.filter((entry) => Date.parse(entry.known_at) <= until);
    fill(history, h("h3", {}, t("alert.history")), historyList(entries, desk.people, serverNow()));
  }

  let pastShown = desk.picture.past;
  function update() {
    const alert = desk.picture.alerts.get(id) ?? (desk.picture.past ? undefined : file);
    if (!alert) {
      drawMissing(desk, title, Boolean(desk.picture.past));
      scroll.hidden = true;
      if (asked < 0) void load(0);
      return;
    }
    scroll.hidden = false;
    drawTitle(desk, title, alert);
    drawMeasure(measure, alert);
    drawFacts(desk, facts, alert);
    actions.update(alert);
    chart.show(alert.datastream_id);
    if (asked < alert.version && !desk.picture.past) void load(alert.version);
    if (pastShown !== desk.picture.past) drawHistory();
    pastShown = desk.picture.past;
  }

  return { element, update, focus: actions.focus, leave: chart.leave };
}

/** @param {Desk} desk @param {HTMLElement} title @param {boolean} past */
function drawMissing(desk, title, past) {
  if (title.dataset.shown === `missing${past}`) return;
  title.dataset.shown = `missing${past}`;
  fill(
    title,
    h(
      "div",
      { class: "work-line" },
      h("h2", {}, past ? t("alert.not_yet") : t("alert.loading")),
      closeButton(desk),
    ),
  );
}

/** @param {Desk} desk */
export function closeButton(desk) {
  return h(
    "button",
    {
      class: "tool",
      type: "button",
      title: `${t("close")} (Esc)`,
      "aria-label": t("close"),
      onclick: () => desk.selection.choose(null),
    },
    icon(CROSS),
  );
}

/** @param {Desk} desk @param {HTMLElement} title @param {Alert} alert */
function drawTitle(desk, title, alert) {
  const key = `${alert.version}${currentLanguage()}`;
  if (title.dataset.shown === key) return;
  title.dataset.shown = key;
  const mark = h(
    "span",
    { class: `sev sev${alert.severity}` },
    severityShape(alert.severity),
    `${LETTERS[alert.severity]} ${t(`severity.${alert.severity}`)}`,
  );
  const number = h(
    "a",
    { class: "number tabular", href: `/alerts/${alert.id}/`, title: t("alert.open_page") },
    `#${alert.number}`,
    icon(OUT),
  );
  const state = h("span", { class: `chip ${alert.state}` }, t(`state.${alert.state}`));
  const condition = h(
    "span",
    { class: `chip ${alert.condition}` },
    t(`condition.${alert.condition}`),
  );
  const simulated = alert.simulated && h("span", { class: "chip simulated" }, t("simulated"));
  fill(
    title,
    h("div", { class: "work-line" }, mark, number, state, condition, simulated, closeButton(desk)),
    h("h2", {}, name("title", alert)),
  );
}

/** @param {HTMLElement} measure @param {Alert} alert */
function drawMeasure(measure, alert) {
  const key = `${alert.value}|${alert.limit}|${alert.condition}|${alert.severity}`;
  if (measure.dataset.shown === key) return;
  measure.dataset.shown = key;
  measure.hidden = alert.value === null && alert.limit === null;
  const over = alert.value !== null && alert.limit ? alert.value / alert.limit : null;
  fill(
    measure,
    h(
      "div",
      {},
      h("small", {}, t("alert.value")),
      h("b", { class: `tabular sev${alert.severity}` }, figure(alert.value)),
      h("span", {}, ` ${unitText(alert.unit)}`),
    ),
    h(
      "div",
      {},
      h("small", {}, t("alert.limit")),
      h("b", { class: "tabular" }, figure(alert.limit)),
      alert.limit !== null && h("span", {}, ` ${unitText(alert.unit)}`),
    ),
    over !== null &&
      h(
        "div",
        {},
        h("small", {}, t("alert.ratio")),
        h("b", { class: "tabular" }, `${over.toFixed(2)}×`),
      ),
  );
}

/** @param {Desk} desk @param {HTMLElement} facts @param {Alert} alert */
function drawFacts(desk, facts, alert) {
  const now = desk.picture.past?.at ?? serverNow();
  if (facts.dataset.shown !== `${alert.version}`) {
    facts.dataset.shown = `${alert.version}`;
    fill(facts, ...factRows(desk, alert, now));
  }
  const age = facts.querySelector("[data-age]");
  if (age) write(age, ageText(secondsSince(alert.opened_at, now)));
}

/** @param {Desk} desk @param {Alert} alert @param {number} now */
function factRows(desk, alert, now) {
  const person = (/** @type {number|null} */ id) =>
    id ? personName(desk.people.get(id)) || `#${id}` : "";
  const thing =
    alert.thing_id === null
      ? name("thing", alert)
      : h(
          "button",
          {
            class: "link",
            type: "button",
            onclick: () => desk.selection.choose({ kind: "thing", id: Number(alert.thing_id) }),
          },
          name("thing", alert),
        );
  const rows = /** @type {[string, (string|Node|null|undefined|false)[]][]} */ ([
    [
      "alert.where",
      [thing, name("place", alert) && h("span", { class: "dim" }, ` · ${name("place", alert)}`)],
    ],
    [
      "alert.opened",
      [
        h("span", { class: "tabular" }, dayAndClock(alert.opened_at, now)),
        h("span", { class: "dim" }, ` · ${t("alert.age")} `),
        h("span", { class: "tabular", "data-age": true }),
      ],
    ],
    [
      "alert.acknowledged",
      alert.acknowledged_at
        ? [
            person(alert.acknowledged_by),
            h("span", { class: "dim tabular" }, ` ${dayAndClock(alert.acknowledged_at, now)}`),
          ]
        : [],
    ],
    ["alert.assigned", alert.assigned_to ? [person(alert.assigned_to)] : []],
    [
      "alert.resolved",
      alert.resolved_at
        ? [
            person(alert.resolved_by),
            ` · ${t(`outcome.${alert.outcome ?? "handled"}`)}`,
            h("span", { class: "dim tabular" }, ` ${dayAndClock(alert.resolved_at, now)}`),
          ]
        : [],
    ],
    ["alert.standard", [name("standard", alert)]],
    [
      "alert.rule",
      [h("span", {}, `${alert.rule} · ${t("alert.version", { n: alert.rule_version })}`)],
    ],
  ]);
  return rows
    .filter(([, values]) => values.some(Boolean))
    .flatMap(([key, values]) => [h("dt", {}, t(key)), h("dd", {}, ...values)]);
}
