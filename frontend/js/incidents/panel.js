/** One incident in the work panel: who called, who goes, what is due, what was done, how it ends. */

import { ApiError, call } from "../ui/api.js";
import { fill, h } from "../ui/dom.js";
import { currentLanguage, name, personName, t } from "../ui/i18n.js";
import { chip, closeButton, keyButton, severityMark } from "../ui/parts.js";
import { saidLine, sending } from "../ui/sending.js";
import { Advice } from "./advice.js";
import { closeForm } from "./closing.js";
import { correctForm, drawFacts } from "./facts.js";
import { drawOrders } from "./orders.js";
import { Plume } from "./plume.js";
import { startPlan } from "./starting.js";
import { Reports } from "./reports.js";
import { drawStory, noteForm } from "./story.js";
import { taskRows } from "./timers.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../types.js").Entity} Entity */

export class IncidentPanel {
  /** @param {Desk} desk @param {number} id @param {import("./shelf.js").Shelf} shelf */
  constructor(desk, id, shelf) {
    this.desk = desk;
    this.id = id;
    this.shelf = shelf;
    const now = () => this.incident;
    this.title = h("div", { class: "work-title" });
    this.said = saidLine();
    this.buttons = h("div", { class: "work-actions" });
    const actions = h("div", { class: "work-part" }, this.buttons, this.said);
    this.told = h("section", { class: "work-part told", hidden: true });
    this.advice = new Advice(desk, id);
    this.orders = h("section", { class: "work-part", hidden: true });
    this.tasks = h("section", { class: "work-part", hidden: true });
    this.plume = new Plume(desk, id);
    this.reports = new Reports(desk, id, now);
    this.closing = closeForm(desk, id, now, (closed) => this.#closed(closed));
    this.correct = correctForm(desk, now);
    this.note = noteForm(desk, id);
    this.facts = h("dl", { class: "facts" });
    this.story = h("section", { class: "work-part" });
    const edit = h("div", { class: "work-part correct" }, this.correct.form);
    const scroll = h("div", { class: "work-scroll" }, actions, this.closing.form, edit, this.told,
      this.advice.element, this.orders, this.tasks, this.plume.element, this.reports.element,
      this.note.form, this.facts, this.story);
    this.element = h("div", { class: "work-frame" }, this.title, scroll);
    this.read = 0;
    this.missing = false;
  }

  /** @returns {Entity|undefined} */
  get incident() {
    return this.shelf.get(this.id);
  }

  update() {
    const { incident } = this;
    const past = this.desk.picture.past !== null;
    if (!incident) {
      if (!past && this.read === 0) void this.#readFile();
      if (this.missing || past) this.#gone();
      return;
    }
    const stamp = `${incident.version}/${incident.state}/${currentLanguage()}/${past}`;
    if (this.title.dataset.shown !== stamp) {
      this.title.dataset.shown = stamp;
      this.#drawTitle(incident);
      this.#drawButtons(incident, past);
    }
    drawOrders(this.desk, this.orders, incident);
    taskRows(this.desk, this.tasks, (task) => task.incident === this.id);
    drawFacts(this.desk, this.facts, incident);
    this.note.form.hidden = past || !this.desk.may("incident.note");
    void this.plume.show(incident.hazards ?? []);
    if (this.desk.may("incident.command")) this.reports.show(incident.reports ?? 0);
    if (this.read !== incident.version) void this.#readFile();
  }

  #gone() {
    const close = closeButton(() => this.desk.selection.choose(null));
    const words = t(this.desk.picture.past ? "incidents.not_then" : "incidents.gone");
    fill(this.title, h("div", { class: "work-line" }, h("h2", {}, words), close));
    this.title.dataset.shown = "";
    fill(this.buttons);
  }

  /** @param {Entity} incident */
  #drawTitle(incident) {
    const holder = personName(this.desk.people.get(incident.taken_by));
    const line = h(
      "div",
      { class: "work-line" },
      severityMark(incident.severity),
      h("span", { class: "number tabular" }, `#${incident.number}`),
      chip(`incident-state ${incident.state}`, t(`incidents.state.${incident.state}`)),
      incident.outcome && chip("", t(`incidents.outcome.${incident.outcome}`)),
      holder && chip("holder", holder),
      incident.simulated && chip("simulated", t("simulated")),
      closeButton(() => this.desk.selection.choose(null)),
    );
    const where = incident.address || name("place", incident);
    fill(this.title, line, h("h2", {}, [name("type", incident), where].filter(Boolean).join(" · ")));
  }

  /** @param {Entity} incident @param {boolean} past */
  #drawButtons(incident, past) {
    const { desk } = this;
    const open = incident.state !== "closed";
    const own = incident.taken_by === desk.me.id;
    const command = desk.may("incident.command");
    const all = [
      open && desk.may("unit.dispatch") && keyButton("r", t("incidents.recommend"), () => void this.advice.open(), "primary"),
      open && command && !own && keyButton("a", t("incidents.take"), () => void this.#step("take")),
      open && desk.may("plan.start") && keyButton("p", t("incidents.plan"), () => void startPlan(this.desk, this.incident, this.buttons, this.said)),
      open && desk.may("hazard.run") && keyButton("h", t("incidents.plume.key"), () => void this.plume.open()),
      open && command && keyButton("e", t("incidents.correct"), () => this.correct.open()),
      command && keyButton("u", t("incidents.report"), () => this.reports.open()),
      open && command && keyButton("x", t("incidents.close"), () => this.closing.open()),
      !open && command && keyButton("o", t("incidents.reopen"), () => void this.#step("reopen")),
      h("a", { class: "button", href: `/review/?entity=incident:${this.id}`, target: "_blank", rel: "noopener" }, t("incidents.review")),
    ];
    fill(this.buttons, ...(past ? [] : all));
  }

  /** What lies beside the log: words, caller, steps.*/
  async #readFile() {
    this.read = Number(this.incident?.version ?? -1);
    try {
      const file = await call(`/incidents/${this.id}`);
      this.missing = false;
      if (file.state === "closed") this.shelf.keep(file);
      this.#drawTold(file);
      drawStory(this.story, file.history);
      if (this.read === -1) this.update();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.missing = error.status === 404;
      fill(this.story, h("p", { class: "notice bad" }, error.sentence(currentLanguage())));
      if (this.missing) this.#gone();
    }
  }

  /** @param {any} file */
  #drawTold(file) {
    const { caller } = file;
    const phone = caller?.phone && h("a", { href: `tel:${caller.phone}` }, caller.phone);
    const similar = (file.similar ?? []).map((/** @type {number} */ id) => this.#similar(id));
    this.told.hidden = !file.narrative && !caller && similar.length === 0;
    fill(
      this.told,
      file.narrative && h("blockquote", {}, file.narrative),
      caller && h("p", { class: "dim" }, t("incidents.caller"), " ", caller.name, " ", phone),
      similar.length > 0 && file.state !== "closed" &&
        h("p", { class: "notice similar" }, t("incidents.similar"), " ", ...similar),
    );
  }

  /** @param {number} id */
  #similar(id) {
    const choose = () => this.desk.selection.choose({ kind: "incident", id });
    return h("button", { class: "link", type: "button", onclick: choose }, `#${id}`);
  }

  /** @param {"take"|"reopen"} verb */
  async #step(verb) {
    const body = { version: this.incident?.version };
    const post = () => call(`/incidents/${this.id}/${verb}`, { method: "POST", body });
    const answer = await sending(this.buttons, this.said, post, (error) => {
      if (error.problem.current) this.desk.picture.mergeEntity("incident", error.problem.current);
    });
    if (answer) this.desk.picture.mergeEntity("incident", answer);
  }

  /** @param {any} closed */
  #closed(closed) {
    this.shelf.keep(closed);
    this.desk.picture.mergeEntity("incident", closed);
  }

  /** @param {string} part */
  focus(part) {
    const keys = { take: "a", recommend: "r", plan: "p", plume: "h", correct: "e", report: "u", close: "x", reopen: "o" };
    const cap = /** @type {Record<string, string>} */ (keys)[part];
    const buttons = [...this.buttons.querySelectorAll("button")];
    if (part === "note" && !this.note.form.hidden) this.note.focus();
    else buttons.find((button) => button.querySelector("kbd")?.textContent === cap)?.click();
  }
}
