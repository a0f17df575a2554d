/** One closure in the work panel: what is closed, since when, by whom; confirming and ending it. */

import { agoText, secondsSince } from "../ui/age.js";
import { ApiError, call, serverNow } from "../ui/api.js";
import { fill, h } from "../ui/dom.js";
import { dayAndClock } from "../ui/format.js";
import { currentLanguage, name, personName, t, word } from "../ui/i18n.js";
import { chip, closeButton, factRows, keyButton } from "../ui/parts.js";
import { field, saidLine, sending } from "../ui/sending.js";
import { lengthText, standing, streetNames } from "./model.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("./model.js").Closure} Closure */

export class ClosurePanel {
  /** @param {Desk} desk @param {number} id */
  constructor(desk, id) {
    this.desk = desk;
    this.id = id;
    this.shown = "";
    /** @type {any} the closure with its words; null until it was read */
    this.file = null;
    this.fault = "";
    this.title = h("div", { class: "work-title" });
    this.facts = h("dl", { class: "facts" });
    this.notes = h("section", { class: "work-part", hidden: true });
    this.said = saidLine();
    this.words = h("textarea", { name: "words", rows: 2, maxlength: 1000 });
    this.row = h("div", { class: "work-actions" });
    const label = field(t("closures.end_words"), this.words);
    this.form = h("section", { class: "work-part closure-form" }, label, this.row, this.said);
    const scroll = h("div", { class: "work-scroll" }, this.facts, this.form, this.notes);
    this.element = h("div", { class: "work-frame" }, this.title, scroll);
    void this.#read();
  }

  /** @returns {Closure|null} live, or as it was read when it is over */
  get closure() {
    return /** @type {any} */ (this.desk.picture.of("closure").get(String(this.id))) ?? this.file;
  }

  /** Draw what has changed. */
  update() {
    const { closure } = this;
    const now = this.desk.picture.past?.at ?? serverNow();
    const stamp = closure
      ? [closure.version, standing(closure, now), Math.floor(now / 60_000), Boolean(this.file)].join()
      : this.fault;
    if (stamp === this.shown && this.title.childElementCount) return;
    this.shown = stamp;
    this.#drawTitle(closure, now);
    this.form.hidden = !closure || standing(closure, now) === "ended" || !this.desk.may("closure.edit") || this.desk.picture.past !== null;
    fill(this.facts, ...(closure ? this.#factRows(closure, now) : []));
    if (closure) this.#drawActions(closure);
    this.#drawNotes();
  }

  /** @param {string} part */
  focus(part) {
    const { closure } = this;
    if (!closure || this.form.hidden) return;
    if (part === "confirm" && closure.state === "proposed") void this.#step("confirm");
    if (part === "change") this.#change();
    if (part === "end") void this.#step("end");
  }

  /** @param {Closure|null} closure @param {number} now */
  #drawTitle(closure, now) {
    const close = closeButton(() => this.desk.selection.choose(null));
    if (!closure) {
      const words = this.fault || t("wait");
      fill(this.title, h("div", { class: "work-line" }, close), h("h2", {}, words));
      return;
    }
    const state = standing(closure, now);
    const kind = h("span", { class: "sev" }, h("i", { class: `closure-key ${closure.severity}` }), t(`closures.severity.${closure.severity}`));
    const number = h("span", { class: "number tabular dim" }, `#${closure.number}`);
    const chips = [chip(`closure-${state}`, t(`closures.state.${state}`)), closure.simulated && chip("simulated", t("simulated"))];
    const streets = streetNames(closure, currentLanguage(), 3) || name("place", closure);
    const heading = [word("closures.reason", closure.reason), streets].filter(Boolean).join(" · ");
    fill(this.title, h("div", { class: "work-line" }, kind, number, chips, close), h("h2", {}, heading));
  }

  /** @param {Closure} closure @param {number} now */
  #factRows(closure, now) {
    const at = (/** @type {string|null} */ moment) => (moment ? dayAndClock(moment, now) : null);
    const who = (/** @type {number|null} */ id) => (id ? personName(this.desk.people.get(id)) || `#${id}` : null);
    const alert = /^alert:(\d+)$/.exec(closure.source)?.[1];
    const open = () => this.desk.selection.choose({ kind: "alert", id: Number(alert) });
    const source = alert && h("button", { class: "link", type: "button", onclick: open }, t("closures.of_alert", { n: alert }));
    const since = secondsSince(closure.from_at, now);
    const begun = Date.parse(closure.from_at) <= now ? ` (${agoText(since, currentLanguage())})` : "";
    const slower = closure.severity === "slow" && closure.factor ? t("closures.times", { n: closure.factor }) : null;
    return factRows([
      [t("closures.fact.streets"), [streetNames(closure, currentLanguage(), 12)]],
      [t("closures.fact.length"), [closure.metres ? lengthText(closure.metres) : null]],
      [t("closures.fact.place"), [name("place", closure)]],
      [t("closures.fact.slower"), [slower]],
      [t("closures.fact.from"), [`${at(closure.from_at)}${begun}`]],
      [t("closures.fact.until"), [at(closure.until_at) ?? t("closures.until.ended")]],
      [t("closures.fact.source"), [source ?? who(closure.opened_by)]],
      [t("closures.fact.confirmed"), [who(closure.confirmed_by)]],
      [t("closures.fact.ended"), [closure.ended_at && `${at(closure.ended_at)} ${who(closure.ended_by) ?? ""} ${closure.outcome ? t(`closures.outcome.${closure.outcome}`) : ""}`]],
    ]);
  }

  /** @param {Closure} closure */
  #drawActions(closure) {
    const proposed = closure.state === "proposed";
    const confirm = keyButton("y", t("closures.confirm"), () => void this.#step("confirm"), "primary");
    const text = t(proposed ? "closures.decline" : "closures.end");
    const end = keyButton("x", text, () => void this.#step("end"), proposed ? "button" : "primary");
    const change = keyButton("e", t("closures.change"), () => this.#change());
    const hint = proposed && h("p", { class: "dim" }, t("closures.proposed.hint"));
    fill(this.row, hint, proposed && confirm, end, change);
  }

  #drawNotes() {
    const notes = this.file?.words ?? [];
    this.notes.hidden = notes.length === 0;
    const now = serverNow();
    const rows = notes.map((/** @type {any} */ note) =>
      h("p", {}, h("span", { class: "dim" }, `${dayAndClock(note.at, now)} ${personName(this.desk.people.get(note.author))}`), h("br"), note.words),
    );
    fill(this.notes, h("h3", {}, t("closures.notes")), ...rows);
  }

  #change() {
    this.desk.selection.choose({ kind: "new-closure", id: this.id });
  }

  async #read() {
    try {
      this.file = await call(`/closures/${this.id}`);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.fault = error.sentence(currentLanguage());
    }
    this.shown = "";
    this.update();
  }

  /** @param {"confirm"|"end"} step */
  async #step(step) {
    const { closure } = this;
    if (!closure) return;
    const body = { version: closure.version, ...(step === "end" ? { words: this.words.value.trim() } : {}) };
    const send = () => call(`/closures/${this.id}/${step}`, { method: "POST", body });
    const answer = await sending(this.form, this.said, send, (error) => {
      if (error.problem.current) this.desk.picture.mergeEntity("closure", error.problem.current);
    });
    if (!answer) return;
    this.words.value = "";
    this.file = answer;
    this.desk.picture.mergeEntity("closure", answer);
  }
}
