/** The list of cases: what waits for me, what is open, what is late, what has ended; and a search. */

import { ApiError, call, serverNow } from "../ui/api.js";
import { fill, h } from "../ui/dom.js";
import { currentLanguage, name, t } from "../ui/i18n.js";
import { keyButton } from "../ui/parts.js";
import { prefs } from "../ui/store.js";
import { RowList } from "../panels/row_list.js";
import { lightMark } from "./marks.js";
import { answersTo, byUrgency, ENDED, leftText, light, shortNumber, waitsFor } from "./model.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("./model.js").Case & {address?: string}} Case */
/** @typedef {"mine"|"open"|"late"|"ended"} Filter */

const FILTERS = /** @type {Filter[]} */ (["mine", "open", "late", "ended"]);
const PAUSE_MS = 350; // between a key and the question to the server

export class CaseList {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    /** @type {Filter} */
    this.filter = prefs.get("cases.filter", "mine");
    this.typed = "";
    /** @type {Case[]|null} ended cases are asked for; the feed has the open ones */
    this.ended = null;
    this.timer = 0;
    /** @type {Map<Filter, HTMLElement>} */
    this.faces = new Map(FILTERS.map((filter) => [filter, this.#face(filter)]));
    this.field = h("input", {
      type: "search",
      placeholder: `${t("cases.search")} (y)`,
      "aria-label": t("cases.search"),
      oninput: () => this.#search(),
    });
    this.list = new RowList(desk, {
      label: t("cases.title"),
      kind: "case",
      columns: ["light", "number", "what", "state", "left"].map((column) => ({
        name: `case-${column}`,
        title: column === "light" ? "" : t(`cases.${column}`),
      })),
      rows: () => this.rows(),
      id: (one) => one.id,
      cells: (one) => this.#cells(one),
      stamp: (one) => `${one.version}|${light(one, this.#now())}|${leftText(one, this.#now())}`,
      none: () => this.#none(),
    });
    this.body = this.list.body;
    this.body.classList.add("cases");
    this.#head();
  }

  /** @returns {Case[]|null} */
  rows() {
    const { picture, me } = this.desk;
    if (this.filter === "ended") return this.ended;
    if (!picture.loaded && !picture.past) return null;
    const now = this.#now();
    const kept = {
      mine: (/** @type {Case} */ one) => waitsFor(one, me),
      open: () => true,
      late: (/** @type {Case} */ one) => light(one, now) === "red",
    }[this.filter];
    return this.all()
      .filter((one) => kept(one) && answersTo(one, this.typed))
      .sort(byUrgency);
  }

  /** The open cases of the picture. @returns {Case[]} */
  all() {
    const held = [...this.desk.picture.of("case").values()];
    return /** @type {Case[]} */ (/** @type {unknown} */ (held));
  }

  draw() {
    for (const [filter, face] of this.faces) {
      face.setAttribute("aria-pressed", String(filter === this.filter));
    }
    this.list.draw();
  }

  /** @param {1|-1} by */
  step(by) {
    this.list.step(by);
  }

  /** Put the cursor into the search. */
  search() {
    this.field.focus();
    this.field.select();
  }

  /** Go to the next filter. */
  turn() {
    this.#choose(FILTERS[(FILTERS.indexOf(this.filter) + 1) % FILTERS.length]);
  }

  #now() {
    return this.desk.picture.past?.at ?? serverNow();
  }

  #head() {
    const title = `${t("cases.filters")} (j)`;
    const group = { class: "case-filters", role: "group", title, "aria-label": title };
    const { desk } = this;
    const fresh = () => desk.selection.choose({ kind: "new-case", id: 0 });
    const figures = () => desk.selection.choose({ kind: "case-figures", id: 0 });
    fill(
      this.list.head,
      h("div", group, ...this.faces.values()),
      h(
        "div",
        { class: "work-row" },
        desk.may("case.report") && keyButton("n", t("cases.new"), fresh),
        keyButton("i", t("cases.figures"), figures),
      ),
      this.field,
    );
    this.list.head.hidden = false;
  }

  /** @param {Filter} filter */
  #face(filter) {
    const choose = () => this.#choose(filter);
    return h("button", { class: "button", type: "button", onclick: choose }, t(`cases.f.${filter}`));
  }

  /** @param {Filter} filter */
  #choose(filter) {
    this.filter = filter;
    prefs.set("cases.filter", filter);
    this.list.failure = "";
    if (filter === "ended") void this.#ask();
    this.draw();
    this.desk.say(`${t("cases.title")} ${t(`cases.f.${filter}`)}`);
  }

  #search() {
    this.typed = this.field.value;
    clearTimeout(this.timer);
    if (this.filter === "ended") this.timer = window.setTimeout(() => void this.#ask(), PAUSE_MS);
    else this.draw();
  }

  async #ask() {
    const asked = this.typed;
    this.ended = null;
    this.draw();
    try {
      const query = `open=false&limit=100&q=${encodeURIComponent(asked.trim())}`;
      const { items } = await call(`/cases?${query}`);
      if (asked === this.typed) this.ended = items;
      this.list.failure = "";
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.list.failure = error.sentence(currentLanguage());
    }
    this.draw();
  }

  #none() {
    const what = this.typed.trim() ? "typed" : this.filter;
    return [h("b", {}, t(`cases.none.${what}`)), t(`cases.none.${what}.more`)];
  }

  /** @param {Case} one */
  #cells(one) {
    const where = name("place", one);
    const title = `${name("name", one)} · ${where} · ${name("department", one)}`;
    const ended = ENDED.includes(one.state);
    return [
      lightMark(light(one, this.#now())),
      h("span", { title: one.number }, shortNumber(one)),
      h("div", { title, class: "case-what" }, h("b", {}, name("name", one)), h("span", {}, where)),
      h("span", { title: name("state", one) }, name("state", one)),
      h("span", { class: "tabular" }, ended ? "–" : leftText(one, this.#now())),
    ];
  }
}
