/** One alert in the work panel: what, where, how much against which limit, and what to do about it. */

import { ApiError, call, serverNow } from "../ui/api.js";
import { fill, h } from "../ui/dom.js";
import { failure } from "../ui/failure.js";
import { t } from "../ui/i18n.js";
import { AlertActions } from "./alert_actions.js";
import { drawFacts, drawMeasure, drawMissing, drawTitle } from "./alert_facts.js";
import { Chart } from "./chart.js";
import { historyList } from "./history.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../types.js").Alert} Alert */
/** @typedef {import("../types.js").AlertFile} AlertFile */

export class AlertPanel {
  /** @param {Desk} desk @param {number} id */
  constructor(desk, id) {
    this.desk = desk;
    this.id = id;
    /** @type {AlertFile|null} the alert with its history, once it has come */
    this.file = null;
    this.asked = -1; // the version that the history was asked for
    this.told = ""; // what of the history is shown
    this.title = h("div", { class: "work-title" });
    this.measure = h("div", { class: "measure" });
    this.facts = h("dl", { class: "facts" });
    this.actions = new AlertActions(desk, id);
    this.chart = new Chart(desk);
    this.history = h("section", { class: "work-part", "aria-label": t("alert.history") });
    fill(this.history, ...this.#historyHead(h("div", { class: "wait" })));
    this.scroll = h("div", { class: "work-scroll" }, this.measure, this.facts);
    const { element, note } = this.actions;
    this.scroll.append(element, this.chart.element, note, this.history);
    this.element = h("div", { class: "work-frame" }, this.title, this.scroll);
  }

  /** Show the alert as the picture has it now. */
  update() {
    const { picture } = this.desk;
    const alert = picture.alerts.get(this.id) ?? (picture.past ? undefined : this.file);
    this.scroll.hidden = !alert;
    if (!alert) {
      drawMissing(this.desk, this.title, Boolean(picture.past));
      if (this.asked < 0) void this.#load(0);
      return;
    }
    drawTitle(this.desk, this.title, alert);
    drawMeasure(this.measure, alert);
    drawFacts(this.desk, this.facts, alert, picture.past?.at ?? serverNow());
    this.actions.update(alert);
    this.chart.show(alert.datastream_id);
    const wanted = picture.past ? 0 : alert.version; // the past needs the whole story only once
    if (this.asked < wanted) void this.#load(wanted);
    this.#drawHistory();
  }

  /** @param {string} part */
  focus(part) {
    this.actions.focus(part);
  }

  /** Let go of everything. */
  leave() {
    this.chart.leave();
  }

  /** @param {number} version */
  async #load(version) {
    this.asked = version;
    try {
      this.file = await call(`/alerts/${this.id}`);
      this.told = "";
      this.#drawHistory();
      this.update();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#failed(error);
    }
  }

  /** @param {ApiError} error */
  #failed(error) {
    const load = () => void this.#load(this.asked);
    fill(this.history, ...this.#historyHead(failure(error, load)));
    this.scroll.hidden = false;
  }

  #drawHistory() {
    if (!this.file) return;
    const { past } = this.desk.picture;
    const until = past?.at ?? Infinity;
    const entries = this.file.history.filter(
      (entry) => Date.parse(past?.known === false ? entry.at : entry.known_at) <= until,
    );
    const told = `${entries.length}${Boolean(past)}`;
    if (told === this.told) return;
    this.told = told;
    const list = historyList(entries, this.desk.people, serverNow());
    fill(this.history, ...this.#historyHead(list));
  }

  /** @param {HTMLElement} content */
  #historyHead(content) {
    return [h("h3", {}, t("alert.history")), content];
  }
}
