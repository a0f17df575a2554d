/** One station or unit in the work panel: its readings with their age, a chart, its alerts. */

import { ageText, secondsSince, trust } from "../ui/age.js";
import { serverNow } from "../ui/api.js";
import { fill, h, write } from "../ui/dom.js";
import { withUnit } from "../ui/format.js";
import { currentLanguage, name, t, word } from "../ui/i18n.js";
import { kindShape, mainStream } from "../ui/kinds.js";
import { isClosed } from "../ui/order.js";
import { drawn, LETTERS, severityShape } from "../ui/severity.js";
import { closeButton } from "./alert.js";
import { chartPanel } from "./chart.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../types.js").Thing} Thing */
/** @typedef {import("../types.js").Stream} Stream */

/** @param {Desk} desk @param {number} id @returns {import("./work.js").Panel} */
export function stationPanel(desk, id) {
  const title = h("div", { class: "work-title" });
  const readings = h("div", {
    class: "readings",
    role: "group",
    "aria-label": t("station.readings"),
  });
  const alerts = h("section", { class: "work-part" });
  const chart = chartPanel(desk);
  const facts = h("dl", { class: "facts" });
  const element = h(
    "div",
    { class: "work-frame" },
    title,
    h("div", { class: "work-scroll" }, readings, chart.element, alerts, facts),
  );
  /** @type {number|null} */
  let chosen = null;

  function update() {
    const thing = desk.picture.things.get(id);
    if (!thing) {
      fill(
        title,
        h("div", { class: "work-line" }, h("h2", {}, t("station.unknown")), closeButton(desk)),
      );
      return;
    }
    const now = desk.picture.past?.at ?? serverNow();
    chosen ??= mainStream(thing)?.id ?? null;
    drawTitle(desk, title, thing);
    drawReadings(desk, readings, thing, chosen, now, (stream) => {
      chosen = stream;
      update();
    });
    drawAlerts(desk, alerts, id);
    drawFacts(desk, facts, thing);
    chart.show(chosen);
  }
  return { element, update, leave: chart.leave };
}

/** @param {Desk} desk @param {HTMLElement} title @param {Thing} thing */
function drawTitle(desk, title, thing) {
  if (title.dataset.shown === currentLanguage()) return;
  title.dataset.shown = currentLanguage();
  const kind = h(
    "span",
    { class: "sev" },
    drawn(kindShape(thing.kind), "shape"),
    word("kind", thing.kind),
  );
  const code = h("span", { class: "number tabular dim" }, thing.code);
  const simulated = thing.simulated && h("span", { class: "chip simulated" }, t("simulated"));
  fill(
    title,
    h("div", { class: "work-line" }, kind, code, simulated, closeButton(desk)),
    h("h2", {}, name("name", thing)),
  );
}

/** @param {Desk} desk @param {HTMLElement} place @param {Thing} thing @param {number|null} chosen
 * @param {number} now @param {(stream: number) => void} choose */
function drawReadings(desk, place, thing, chosen, now, choose) {
  if (
    place.childElementCount !== thing.datastreams.length ||
    place.dataset.language !== currentLanguage()
  ) {
    place.dataset.language = currentLanguage();
    fill(
      place,
      ...thing.datastreams.map((stream) =>
        h(
          "button",
          { class: "reading", type: "button", onclick: () => choose(stream.id) },
          h("span", {}, name("name", stream) || word("property", stream.property)),
          h("b", { class: "tabular" }),
          h("small", { class: "tabular" }),
        ),
      ),
    );
  }
  thing.datastreams.forEach((stream, at) =>
    drawReading(
      desk,
      /** @type {HTMLElement} */ (place.children[at]),
      stream,
      stream.id === chosen,
      now,
    ),
  );
}

/** @param {Desk} desk @param {HTMLElement} card @param {Stream} stream @param {boolean} chosen @param {number} now */
function drawReading(desk, card, stream, chosen, now) {
  const latest = desk.picture.latest(stream);
  const age = latest ? secondsSince(latest.time, now) : Infinity;
  card.className = `reading ${latest ? trust(age, stream.interval_s) : "silent"}`;
  card.setAttribute("aria-pressed", String(chosen));
  write(card.children[1], withUnit(latest?.value, stream.unit));
  write(
    card.children[2],
    latest
      ? t("ago", { age: ageText(age) })
      : t(desk.picture.past ? "station.not_yet" : "station.never"),
  );
}

/** @param {Desk} desk @param {HTMLElement} place @param {number} id */
function drawAlerts(desk, place, id) {
  const alerts = [...desk.picture.alerts.values()].filter(
    (alert) => alert.thing_id === id && !isClosed(alert),
  );
  const key = `${currentLanguage()}${alerts.map((alert) => `${alert.id}.${alert.version}`)}`;
  if (place.dataset.shown === key) return;
  place.dataset.shown = key;
  const rows = alerts.map((alert) =>
    h(
      "button",
      {
        class: "related",
        type: "button",
        onclick: () => desk.selection.choose({ kind: "alert", id: alert.id }),
      },
      h(
        "span",
        { class: `sev sev${alert.severity}` },
        severityShape(alert.severity),
        LETTERS[alert.severity],
      ),
      h("span", {}, `#${alert.number} ${name("title", alert)}`),
      h("span", { class: "dim" }, t(`state.${alert.state}`)),
    ),
  );
  fill(
    place,
    h("h3", {}, t("station.alerts")),
    ...(rows.length ? rows : [h("p", { class: "dim" }, t("station.no_alerts"))]),
  );
}

/** @param {Desk} desk @param {HTMLElement} facts @param {Thing} thing */
function drawFacts(desk, facts, thing) {
  const where = desk.picture.where(thing);
  const key = `${currentLanguage()}${where?.lon}${where?.lat}`;
  if (facts.dataset.shown === key) return;
  facts.dataset.shown = key;
  const rows = /** @type {[string, string][]} */ ([
    ["station.place", name("place", thing)],
    ["station.coordinates", where ? `${where.lat.toFixed(5)}, ${where.lon.toFixed(5)}` : ""],
    ["station.scope", thing.scope],
  ]);
  fill(
    facts,
    ...rows
      .filter(([, value]) => value)
      .flatMap(([label, value]) => [h("dt", {}, t(label)), h("dd", { class: "tabular" }, value)]),
  );
}
