/** A supervisor's counts: what is open and late, the rates, by department and by state. */

import { ApiError, call, serverNow } from "../ui/api.js";
import { fill, h } from "../ui/dom.js";
import { currentLanguage, name, t } from "../ui/i18n.js";
import { closeButton } from "../ui/parts.js";
import { prefs } from "../ui/store.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {{open: number, late: number, counts: Record<string, number>, rates: Record<string, number|null>}} Figures */

const DAYS = [1, 7, 30];
const RATES = /** @type {[string, string][]} rate and what is counted in it */ ([
  ["处置率", "处置"],
  ["按期处置率", "按期处置"],
  ["结案率", "结案"],
  ["按期结案率", "按期结案"],
  ["返工率", "返工"],
]);
const OF = /** @type {Record<string, string>} */ ({
  处置率: "应处置", 按期处置率: "应处置", 结案率: "应结案", 按期结案率: "应结案", 返工率: "应结案",
});
const AGAIN_MS = 30_000;

export class FiguresPanel {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.days = prefs.get("cases.days", 7);
    this.asked = 0;
    this.body = h("div", { class: "work-scroll" }, h("div", { class: "wait" }));
    const close = closeButton(() => desk.selection.choose(null));
    const line = h("div", { class: "work-line" }, h("h2", {}, t("cases.figures.title")), close);
    const choose = DAYS.map((days) =>
      h("button", { class: "button", type: "button", onclick: () => this.#choose(days) }, t(`cases.days.${days}`)),
    );
    this.faces = choose;
    const group = { class: "case-filters", role: "group", "aria-label": t("cases.period") };
    const title = h("div", { class: "work-title" }, line, h("div", group, ...choose));
    this.element = h("div", { class: "work-frame" }, title, this.body);
    this.#mark();
  }

  /** Ask again now and then: counts are of the whole period, not of what this desk has seen. */
  update() {
    if (Date.now() - this.asked > AGAIN_MS) void this.#load();
  }

  /** @param {number} days */
  #choose(days) {
    this.days = days;
    prefs.set("cases.days", days);
    this.#mark();
    void this.#load();
  }

  #mark() {
    DAYS.forEach((days, at) =>
      this.faces[at].setAttribute("aria-pressed", String(days === this.days)),
    );
  }

  async #load() {
    this.asked = Date.now();
    const { days } = this;
    const since = new Date(serverNow() - days * 86_400_000).toISOString();
    try {
      const found = await call(`/cases/figures?since=${encodeURIComponent(since)}`);
      if (days === this.days) this.#draw(found);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const sentence = error.sentence(currentLanguage());
      fill(this.body, h("p", { class: "notice bad", role: "alert" }, sentence));
    }
  }

  /** @param {{total: Figures, departments: (Figures & {code: string, name_zh: string, name_en: string})[], states: {state: string, name_zh: string, name_en: string, cases: number}[]}} found */
  #draw(found) {
    const { total } = found;
    if (total.counts["上报"] === 0) {
      const words = [h("b", {}, t("cases.figures.none")), t("cases.figures.none.more")];
      fill(this.body, h("div", { class: "empty" }, ...words));
      return;
    }
    fill(
      this.body,
      h(
        "section",
        { class: "measure" },
        measure(t("cases.figures.reported"), total.counts["上报"]),
        measure(t("cases.figures.open"), total.open),
        measure(t("cases.figures.late"), total.late, total.late > 0),
      ),
      part(t("cases.figures.rates"), rateTable(total)),
      part(t("cases.figures.departments"), departmentTable(found.departments)),
      part(t("cases.figures.states"), stateBars(found.states)),
      h("p", { class: "work-part dim" }, t("cases.figures.basis")),
    );
  }
}

/** @param {string} title @param {Node} content */
function part(title, content) {
  return h("section", { class: "work-part" }, h("h3", {}, title), content);
}

/** @param {string} label @param {number} value @param {boolean} [bad] */
function measure(label, value, bad = false) {
  const figure = h("b", { class: `tabular ${bad ? "case-late-figure" : ""}`.trim() }, String(value));
  return h("div", {}, h("small", {}, label), figure);
}

/** A rate, or that nothing was due.
 * @param {number|null|undefined} value */
function rate(value) {
  return value === null || value === undefined ? t("cases.na") : `${value.toFixed(1)} %`;
}

/** @param {Figures} total */
function rateTable(total) {
  const rows = RATES.map(([key, part]) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, t(`cases.rate.${key}`)),
      h("td", { class: "num dim" }, `${total.counts[part]} / ${total.counts[OF[key]]}`),
      h("td", { class: "num" }, rate(total.rates[key])),
    ),
  );
  return h("table", { class: "tally case-rates" }, h("tbody", {}, ...rows));
}

/** @param {(Figures & {code: string, name_zh: string, name_en: string})[]} departments */
function departmentTable(departments) {
  if (departments.length === 0) return h("p", { class: "dim" }, t("cases.figures.no_departments"));
  const heads = ["department", "open", "late", "in_time"].map((column, at) =>
    h("th", { scope: "col", class: at ? "num" : "" }, t(`cases.figures.c.${column}`)),
  );
  const rows = departments.map((one) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, name("name", one)),
      h("td", { class: "num" }, String(one.open)),
      h("td", { class: `num ${one.late ? "case-late-figure" : ""}` }, String(one.late)),
      h("td", { class: "num" }, rate(one.rates["按期处置率"])),
    ),
  );
  return h("table", { class: "tally" }, h("thead", {}, h("tr", {}, ...heads)), h("tbody", {}, ...rows));
}

/** @param {{state: string, name_zh: string, name_en: string, cases: number}[]} states */
function stateBars(states) {
  const most = Math.max(...states.map((one) => one.cases));
  const rows = states.flatMap((one) => {
    const bar = h("meter", { min: 0, max: most, value: one.cases, "aria-hidden": "true" });
    return [h("dt", {}, name("name", one)), h("dd", {}, bar, h("b", { class: "tabular" }, String(one.cases)))];
  });
  return h("dl", { class: "case-bars" }, ...rows);
}
