/** One station or unit in the work panel: its readings with their age, a chart, its alerts. */

import { ageText, secondsSince, trust } from "../ui/age.js";
import { serverNow } from "../ui/api.js";
import { fill, h, write } from "../ui/dom.js";
import { withUnit } from "../ui/format.js";
import { currentLanguage, name, t, word } from "../ui/i18n.js";
import { kindShape, mainStream } from "../ui/kinds.js";
import { isClosed } from "../ui/order.js";
import { chip, closeButton, factRows, severityMark } from "../ui/parts.js";
import { drawn } from "../ui/severity.js";
import { Chart } from "./chart.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../types.js").Alert} Alert */
/** @typedef {import("../types.js").Thing} Thing */
/** @typedef {import("../types.js").Stream} Stream */

export class StationPanel {
  /** @param {Desk} desk @param {number} id */
  constructor(desk, id) {
    this.desk = desk;
    this.id = id;
    /** @type {number|null} the stream in the chart */
    this.chosen = null;
    this.title = h("div", { class: "work-title" });
    const label = t("station.readings");
    this.readings = h("div", { class: "readings", role: "group", "aria-label": label });
    this.alerts = h("section", { class: "work-part" });
    this.facts = h("dl", { class: "facts" });
    this.chart = new Chart(desk);
    const scroll = h("div", { class: "work-scroll" }, this.readings, this.chart.element);
    scroll.append(this.alerts, this.facts);
    this.element = h("div", { class: "work-frame" }, this.title, scroll);
  }

  /** Show the station as the picture has it now. */
  update() {
    const thing = this.desk.picture.things.get(this.id);
    if (!thing) {
      const close = closeButton(() => this.desk.selection.choose(null));
      const words = h("h2", {}, t("station.unknown"));
      fill(this.title, h("div", { class: "work-line" }, words, close));
      return;
    }
    this.chosen ??= mainStream(thing)?.id ?? null;
    this.#drawTitle(thing);
    this.#drawReadings(thing);
    this.#drawAlerts();
    this.#drawFacts(thing);
    this.chart.show(this.chosen);
  }

  /** Let go of everything. */
  leave() {
    this.chart.leave();
  }

  /** @param {Thing} thing */
  #drawTitle(thing) {
    if (this.title.childElementCount) return;
    const shape = drawn(kindShape(thing.kind), "shape");
    const kind = h("span", { class: "sev" }, shape, word("kind", thing.kind));
    const code = h("span", { class: "number tabular dim" }, thing.code);
    const simulated = thing.simulated && chip("simulated", t("simulated"));
    const close = closeButton(() => this.desk.selection.choose(null));
    const line = h("div", { class: "work-line" }, kind, code, simulated, close);
    fill(this.title, line, h("h2", {}, name("name", thing)));
  }

  /** @param {Thing} thing */
  #drawReadings(thing) {
    if (this.readings.childElementCount !== thing.datastreams.length) {
      fill(this.readings, ...thing.datastreams.map((stream) => this.#card(stream)));
    }
    thing.datastreams.forEach((stream, at) =>
      this.#drawReading(/** @type {HTMLElement} */ (this.readings.children[at]), stream),
    );
  }

  /** @param {Stream} stream */
  #card(stream) {
    const choose = () => {
      this.chosen = stream.id;
      this.update();
    };
    const label = h("span", {}, name("name", stream) || word("property", stream.property));
    const props = { class: "reading", type: "button", onclick: choose };
    const [value, age] = [h("b", { class: "tabular" }), h("small", { class: "tabular" })];
    return h("button", props, label, value, age);
  }

  /** @param {HTMLElement} card @param {Stream} stream */
  #drawReading(card, stream) {
    const { picture } = this.desk;
    const latest = picture.latest(stream);
    const age = latest ? secondsSince(latest.time, picture.past?.at ?? serverNow()) : Infinity;
    card.className = `reading ${trust(age, stream.interval_s)}`;
    card.setAttribute("aria-pressed", String(stream.id === this.chosen));
    write(card.children[1], withUnit(latest?.value, stream.unit));
    const never = picture.past ? "station.not_yet" : "station.never";
    write(card.children[2], latest ? t("ago", { age: ageText(age) }) : t(never));
  }

  #drawAlerts() {
    const alerts = [...this.desk.picture.alerts.values()].filter(
      (alert) => alert.thing_id === this.id && !isClosed(alert),
    );
    const state = alerts.map((alert) => `${alert.id}.${alert.version}`).join();
    if (this.alerts.dataset.shown === state) return;
    this.alerts.dataset.shown = state;
    const rows = alerts.map((alert) => this.#related(alert));
    const none = h("p", { class: "dim" }, t("station.no_alerts"));
    fill(this.alerts, h("h3", {}, t("station.alerts")), ...(rows.length ? rows : [none]));
  }

  /** @param {Alert} alert */
  #related(alert) {
    const choose = () => this.desk.selection.choose({ kind: "alert", id: alert.id });
    return h(
      "button",
      { class: "related", type: "button", onclick: choose },
      severityMark(alert.severity, true),
      h("span", {}, `#${alert.number} ${name("title", alert)}`),
      h("span", { class: "dim" }, t(`state.${alert.state}`)),
    );
  }

  /** @param {Thing} thing */
  #drawFacts(thing) {
    const where = this.desk.picture.where(thing);
    const state = `${currentLanguage()}${where?.lon}${where?.lat}`;
    if (this.facts.dataset.shown === state) return;
    this.facts.dataset.shown = state;
    const place = where ? `${where.lat.toFixed(5)}, ${where.lon.toFixed(5)}` : "";
    const rows = factRows([
      [t("station.place"), [name("place", thing)]],
      [t("station.coordinates"), [place]],
      [t("station.scope"), [thing.scope]],
    ]);
    fill(this.facts, ...rows);
  }
}
