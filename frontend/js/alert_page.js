/** One alert's whole file: what was measured, what the rule said, who did what when; made to print. */

import { plotSeries } from "./panels/plot.js";
import { ApiError, call, serverNow } from "./ui/api.js";
import { byId, fill, h } from "./ui/dom.js";
import { dayAndClock, figure, useTimeZone, withUnit } from "./ui/format.js";
import { currentLanguage, name, personName, t, useLanguage, word } from "./ui/i18n.js";
import { mountPageBar } from "./ui/page_bar.js";
import { LETTERS, severityShape } from "./ui/severity.js";
import { historyTable } from "./panels/history.js";

/** @typedef {import("./types.js").AlertFile} AlertFile */
/** @typedef {import("./types.js").Person} Person */

const settings = JSON.parse(byId("settings").textContent ?? "{}");
useLanguage(settings.language);
mountPageBar();
const page = byId("file");
const HOUR_MS = 3600_000;

async function load() {
  try {
    const [city, people, alert] = await Promise.all(
      ["/city", "/people", `/alerts/${settings.alert}`].map((path) => call(path)),
    );
    useTimeZone(city.time_zone);
    draw(alert, new Map(people.items.map((/** @type {Person} */ person) => [person.id, person])));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const text = error.status === 404 ? t("file.unknown") : error.sentence(currentLanguage());
    fill(
      page,
      h(
        "div",
        { class: "empty", role: "alert" },
        h("b", {}, text),
        h("a", { class: "button", href: "/" }, t("file.back")),
      ),
    );
  }
}

/** @param {AlertFile} alert @param {Map<number, Person>} people */
function draw(alert, people) {
  document.title = `#${alert.number} ${name("title", alert)}`;
  const plot = h("div", { class: "plot file-plot" });
  fill(
    page,
    head(alert),
    h(
      "div",
      { class: "file-columns" },
      part("file.facts", facts(alert, people)),
      part("file.measured", measured(alert)),
    ),
    alert.datastream_id !== null && part("chart.title", plot),
    part("alert.history", historyTable(alert.history, people, serverNow())),
    alert.rule_definition && part("file.rule", definition(alert.rule_definition)),
  );
  if (alert.datastream_id !== null) void drawPlot(plot, alert);
}

/** @param {AlertFile} alert */
function head(alert) {
  return h(
    "header",
    { class: "file-head" },
    h(
      "p",
      { class: "work-line" },
      h(
        "span",
        { class: `sev sev${alert.severity}` },
        severityShape(alert.severity),
        `${LETTERS[alert.severity]} ${t(`severity.${alert.severity}`)}`,
      ),
      h("span", { class: "tabular" }, `#${alert.number}`),
      h("span", { class: `chip ${alert.state}` }, t(`state.${alert.state}`)),
      h("span", { class: `chip ${alert.condition}` }, t(`condition.${alert.condition}`)),
      alert.simulated && h("span", { class: "chip simulated" }, t("simulated")),
    ),
    h("h1", {}, name("title", alert)),
    h(
      "p",
      { class: "quiet-lead" },
      [name("thing", alert), name("place", alert)].filter(Boolean).join(" · "),
    ),
  );
}

/** @param {string} title @param {HTMLElement} content */
function part(title, content) {
  return h("section", { class: "file-part" }, h("h2", {}, t(title)), content);
}

/** @param {[string, string|number|null][]} rows */
function list(rows) {
  return h(
    "dl",
    { class: "facts" },
    ...rows
      .filter(([, value]) => value !== null && value !== "")
      .flatMap(([label, value]) => [h("dt", {}, label), h("dd", { class: "tabular" }, value)]),
  );
}

/** @param {AlertFile} alert @param {Map<number, Person>} people */
function facts(alert, people) {
  const person = (/** @type {number|null} */ id) =>
    id ? personName(people.get(id)) || `#${id}` : "";
  const when = (/** @type {string|null} */ at, /** @type {string} */ who = "") =>
    at ? [dayAndClock(at, serverNow()), who].filter(Boolean).join(" · ") : "";
  return list([
    [t("alert.opened"), when(alert.opened_at)],
    [t("alert.acknowledged"), when(alert.acknowledged_at, person(alert.acknowledged_by))],
    [t("alert.assigned"), person(alert.assigned_to)],
    [t("step.cleared"), when(alert.cleared_at)],
    [t("alert.resolved"), when(alert.resolved_at, person(alert.resolved_by))],
    [t("action.outcome"), alert.outcome ? t(`outcome.${alert.outcome}`) : ""],
    [t("station.scope"), alert.scope],
  ]);
}

/** @param {AlertFile} alert */
function measured(alert) {
  const values = Object.entries(alert.values ?? {}).map(
    ([key, value]) =>
      /** @type {[string, string]} */ ([
        word("value", key),
        typeof value === "number" ? figure(value) : String(value),
      ]),
  );
  return list([
    [t("alert.value"), alert.value === null ? "" : withUnit(alert.value, alert.unit)],
    [t("alert.limit"), alert.limit === null ? "" : withUnit(alert.limit, alert.unit)],
    [t("file.peak"), `${LETTERS[alert.peak]} ${t(`severity.${alert.peak}`)}`],
    [t("alert.standard"), name("standard", alert)],
    [t("alert.rule"), `${alert.rule} · ${t("alert.version", { n: alert.rule_version })}`],
    ...values,
  ]);
}

/** @param {Record<string, unknown>} rule */
function definition(rule) {
  const when = /** @type {Record<string, unknown>} */ (rule.when ?? {});
  return h(
    "div",
    {},
    list([
      [t("rules.column.title"), name("title", rule)],
      [t("rules.column.kind"), word("rules.kind", String(rule.kind))],
      [t("rules.field.property"), String(rule.property ?? "")],
      [t("rules.field.scope"), String(rule.scope ?? "")],
    ]),
    h(
      "pre",
      { class: "file-when", tabindex: "0", "aria-label": t("file.rule") },
      JSON.stringify(when, null, 2),
    ),
  );
}

/** @param {HTMLElement} place @param {AlertFile} alert */
async function drawPlot(place, alert) {
  const start = Date.parse(alert.opened_at) - 3 * HOUR_MS;
  const end = Math.min(
    serverNow(),
    Date.parse(alert.cleared_at ?? new Date(serverNow()).toISOString()) + HOUR_MS,
  );
  const query = new URLSearchParams({
    start: new Date(start).toISOString(),
    end: new Date(end).toISOString(),
    points: "1000",
  });
  try {
    const [series, limits] = await Promise.all([
      call(`/datastreams/${alert.datastream_id}/series?${query}`),
      call(`/datastreams/${alert.datastream_id}/limits`),
    ]);
    if (series.times.length === 0) fill(place, h("p", { class: "empty" }, t("chart.empty")));
    else plotSeries(place, { ...series, limits: limits.items, start, end }, 220);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    fill(place, h("p", { class: "notice bad" }, error.sentence(currentLanguage())));
  }
}

void load();
