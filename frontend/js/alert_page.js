/** One alert's whole file: what was measured, what the rule said, who did what when; made to print. */

import { readSeries } from "./panels/chart.js";
import { historyTable } from "./panels/history.js";
import { plotSeries } from "./panels/plot.js";
import { ApiError, call, serverNow } from "./ui/api.js";
import { byId, fill, h } from "./ui/dom.js";
import { dayAndClock, figure, measuredText, useTimeZone } from "./ui/format.js";
import { currentLanguage, name, personName, t, useLanguage, word } from "./ui/i18n.js";
import { mountPageBar } from "./ui/page_bar.js";
import { factRows, severityMark, stateChips } from "./ui/parts.js";

/** @typedef {import("./types.js").AlertFile} AlertFile */
/** @typedef {import("./types.js").Person} Person */

const HOUR_MS = 3600_000;
const POINTS = 1000;
const HEIGHT = 220;

const settings = JSON.parse(byId("settings").textContent ?? "{}");
const page = byId("file");
useLanguage(settings.language);
mountPageBar();

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
    const back = h("a", { class: "button", href: "/" }, t("file.back"));
    fill(page, h("div", { class: "empty", role: "alert" }, h("b", {}, text), back));
  }
}

/** @param {AlertFile} alert @param {Map<number, Person>} people */
function draw(alert, people) {
  document.title = `#${alert.number} ${name("title", alert)}`;
  const { datastream_id: stream, rule_definition: rule } = alert;
  const plot = h("div", { class: "plot file-plot" });
  const handling = part("file.facts", facts(alert, people));
  fill(
    page,
    head(alert),
    h("div", { class: "file-columns" }, handling, part("file.measured", measured(alert))),
    stream !== null && part("chart.title", plot),
    part("alert.history", historyTable(alert.history, people, serverNow())),
    rule && part("file.rule", definition(rule)),
  );
  if (stream !== null) void drawPlot(plot, alert, stream);
}

/** @param {AlertFile} alert */
function head(alert) {
  const number = h("span", { class: "tabular" }, `#${alert.number}`);
  const mark = severityMark(alert.severity);
  const where = [name("thing", alert), name("place", alert)].filter(Boolean).join(" · ");
  return h(
    "header",
    { class: "file-head" },
    h("p", { class: "work-line" }, mark, number, ...stateChips(alert)),
    h("h1", {}, name("title", alert)),
    h("p", { class: "quiet-lead" }, where),
  );
}

/** @param {string} title @param {HTMLElement} content */
function part(title, content) {
  return h("section", { class: "file-part" }, h("h2", {}, t(title)), content);
}

/** @param {[string, string][]} rows label and text */
function list(rows) {
  const filled = rows.map(([label, text]) => /** @type {[string, string[]]} */ ([label, [text]]));
  return h("dl", { class: "facts tabular" }, ...factRows(filled));
}

/** @param {AlertFile} alert @param {Map<number, Person>} people */
function facts(alert, people) {
  const person = (/** @type {number|null} */ id) =>
    id ? personName(people.get(id)) || `#${id}` : "";
  const when = (/** @type {string|null} */ at, who = "") =>
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
  const text = (/** @type {unknown} */ value) =>
    typeof value === "number" ? figure(value) : String(value);
  const values = Object.entries(alert.values ?? {}).map(
    ([key, value]) => /** @type {[string, string]} */ ([word("value", key), text(value)]),
  );
  const shown = measuredText(alert);
  const limit = alert.limit === null ? "" : `${shown.limit} ${shown.unit}`.trim();
  const version = t("alert.version", { n: alert.rule_version });
  const rows = h("dl", { class: "facts tabular" });
  const peak = severityMark(alert.peak);
  const value = alert.value === null ? "" : `${shown.value} ${shown.unit}`.trim();
  rows.append(
    ...factRows([
      [t("alert.value"), [value]],
      [t("alert.limit"), [limit]],
      [t("file.peak"), [peak]],
      [t("alert.standard"), [name("standard", alert)]],
      [t("alert.rule"), [`${alert.rule} · ${version}`]],
      ...values.map(([label, words]) => /** @type {[string, string[]]} */ ([label, [words]])),
    ]),
  );
  return rows;
}

/** @param {Record<string, unknown>} rule */
function definition(rule) {
  const words = list([
    [t("rules.column.title"), name("title", rule)],
    [t("rules.column.kind"), word("rules.kind", String(rule.kind))],
    [t("rules.field.property"), String(rule.property ?? "")],
    [t("rules.field.scope"), String(rule.scope ?? "")],
  ]);
  const props = { class: "file-when", tabindex: "0", role: "region", "aria-label": t("file.rule") };
  return h("div", {}, words, h("pre", props, JSON.stringify(rule.when ?? {}, null, 2)));
}

/** From three hours before the alert to an hour after it cleared.
 * @param {HTMLElement} place @param {AlertFile} alert @param {number} stream */
async function drawPlot(place, alert, stream) {
  const start = Date.parse(alert.opened_at) - 3 * HOUR_MS;
  const cleared = alert.cleared_at ? Date.parse(alert.cleared_at) + HOUR_MS : Infinity;
  try {
    const series = await readSeries(stream, start, Math.min(serverNow(), cleared), POINTS);
    if (series.times.length) plotSeries(place, series, HEIGHT);
    else fill(place, h("p", { class: "empty" }, t("chart.empty")));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    fill(place, h("p", { class: "notice bad" }, error.sentence(currentLanguage())));
  }
}

void load();
