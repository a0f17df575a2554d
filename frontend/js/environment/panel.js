/** One air or water station in the work panel: its index, what decides it, its course, its link. */

import { StationPanel } from "../panels/station.js";
import { ageText, secondsSince } from "../ui/age.js";
import { serverNow } from "../ui/api.js";
import { fill, h, write } from "../ui/dom.js";
import { failure } from "../ui/failure.js";
import { currentLanguage, name, t } from "../ui/i18n.js";
import { kindShape } from "../ui/kinds.js";
import { isClosed } from "../ui/order.js";
import { chip, closeButton, keyButton } from "../ui/parts.js";
import { drawn } from "../ui/severity.js";
import { prefs } from "../ui/store.js";
import { HoursChart } from "./chart.js";
import { heroOf } from "./hero.js";
import { linkPart, refusedPart } from "./link.js";
import { alertRow, daysPart, factsPart } from "./sections.js";
import { StationReader } from "./station.js";
import { itemTable } from "./table.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("./model.js").Index} Index */
/** @typedef {import("./station.js").StationFile} StationFile */

export class IndexPanel {
  /** @param {Desk} desk @param {number} id */
  constructor(desk, id) {
    this.desk = desk;
    this.id = id;
    this.hours = prefs.get("environment.hours", 24);
    this.item = ""; // in the chart; "" is the index
    this.title = h("div", { class: "work-title" });
    this.hero = h("section", { class: "env-hero" });
    this.age = h("span", { class: "tabular" });
    this.items = h("section", { class: "work-part" }, h("div", { class: "wait" }));
    this.alerts = h("section", { class: "work-part", hidden: true });
    this.rest = h("div");
    this.chart = new HoursChart((hours) => this.#span(hours));
    this.chart.back.onclick = () => this.#choose("");
    this.reader = new StationReader(desk, id, () => this.#drawFile());
    const scroll = h("div", { class: "work-scroll" }, this.hero, this.items, this.chart.element);
    scroll.append(this.alerts, this.rest);
    this.frame = h("div", { class: "work-frame" }, this.title, scroll);
    this.element = h("div", { class: "env-panel" }, this.frame);
    /** @type {StationPanel|null} all readings instead of the index */
    this.raw = null;
  }

  /** Show the station as the picture has it now. */
  update() {
    if (this.raw) return this.raw.update();
    const thing = this.desk.picture.things.get(this.id);
    if (!thing) return;
    this.#drawTitle(thing);
    const index = this.#index();
    this.#drawHero(index);
    if (index) write(this.age, t("ago", { age: ageText(secondsSince(index.at, this.#now())) }));
    this.#drawAlerts();
    this.reader.look(`${index?.known_at} ${index?.status}`, this.hours);
  }

  /** Change between the index and all readings. */
  toggle() {
    this.raw?.leave();
    this.raw = this.raw ? null : new StationPanel(this.desk, this.id);
    if (this.raw) {
      const back = keyButton("i", t("environment.back"), () => this.toggle());
      fill(this.element, h("div", { class: "env-back" }, back), this.raw.element);
    } else fill(this.element, this.frame);
    this.update();
  }

  /** Let go of everything. */
  leave() {
    this.raw?.leave();
    this.chart.leave();
  }

  /** @returns {Index|undefined} */
  #index() {
    const found = this.desk.picture.of("index").get(String(this.id));
    return /** @type {Index|undefined} */ (/** @type {unknown} */ (found));
  }

  #now() {
    return this.desk.picture.past?.at ?? serverNow();
  }

  /** @param {number} hours */
  #span(hours) {
    this.hours = hours;
    prefs.set("environment.hours", hours);
    this.update();
  }

  /** @param {string} item */
  #choose(item) {
    this.item = item === this.item ? "" : item;
    this.#drawFile();
  }

  /** @param {import("../types.js").Thing} thing */
  #drawTitle(thing) {
    if (this.title.childElementCount) return;
    const kind = h("span", { class: "sev" }, drawn(kindShape(thing.kind), "shape"));
    kind.append(t(`environment.kind.${thing.kind}`));
    const code = h("span", { class: "number tabular dim" }, thing.code);
    const simulated = thing.simulated && chip("simulated", t("simulated"));
    const close = closeButton(() => this.desk.selection.choose(null));
    const line = h("div", { class: "work-line" }, kind, code, simulated, close);
    fill(this.title, line, h("h2", {}, name("name", thing)));
  }

  /** @param {Index|undefined} index */
  #drawHero(index) {
    const stamp = `${index?.known_at}${index?.status}${currentLanguage()}`;
    if (this.hero.dataset.shown === stamp) return;
    this.hero.dataset.shown = stamp;
    fill(this.hero, ...heroOf(index, this.age, this.#now()));
  }

  /** Draw what the API told: items, chart, days, link. */
  #drawFile() {
    const { file, error, end } = this.reader;
    if (error) {
      const again = () => void this.reader.read(this.hours);
      fill(this.items, failure(error, again));
    }
    if (!file || error) return;
    const focused = this.items.contains(document.activeElement);
    if (file.items.length) fill(this.items, itemTable(file, this.item, (one) => this.#choose(one)));
    else fill(this.items, h("p", { class: "empty" }, t("environment.no_index.help")));
    if (focused) /** @type {HTMLElement|null} */ (this.items.querySelector('[aria-pressed="true"]'))?.focus();
    this.chart.show(file, this.item, this.hours, end);
    const open = this.rest.querySelectorAll("details[open]").length > 0;
    if (!open) fill(this.rest, ...this.#parts(file));
  }

  /** @param {StationFile} file */
  #parts(file) {
    const button = keyButton("i", t("environment.readings"), () => this.toggle());
    return [
      file.kind === "air" && daysPart(file),
      // of the talk with a device only the present is known
      !this.desk.picture.past && linkPart(file.links, this.#now()),
      !this.desk.picture.past && refusedPart(file.refusals),
      factsPart(file, this.desk.picture.things.get(this.id)),
      h("div", { class: "work-part work-actions" }, button),
    ].filter((part) => part !== false);
  }

  #drawAlerts() {
    const alerts = [...this.desk.picture.alerts.values()].filter(
      (alert) => alert.thing_id === this.id && !isClosed(alert),
    );
    const state = alerts.map((alert) => `${alert.id}.${alert.version}`).join();
    if (this.alerts.dataset.shown === state) return;
    this.alerts.dataset.shown = state;
    this.alerts.hidden = alerts.length === 0;
    const rows = alerts.map((alert) => alertRow(this.desk, alert));
    fill(this.alerts, h("h3", {}, t("station.alerts")), ...rows);
  }
}
