/** A list of a module: one real table, sections, one selection, and words when there is nothing. */

import { fill, h } from "../ui/dom.js";
import { t } from "../ui/i18n.js";
import { reconcile } from "../ui/keyed.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../ui/dom.js").Child} Child */
/**
 * @template T
 * @typedef {object} RowPlan
 * @property {string} label of the table, for screen readers
 * @property {string} kind of selection that a row is
 * @property {{name: string, title: string}[]} columns; a cell's class is c-NAME
 * @property {() => T[]|null} rows in order; null while they are not known yet
 * @property {(row: T) => number|string} id
 * @property {(row: T) => (Child|Child[])[]} cells one for each column, drawn anew when `stamp` differs
 * @property {(row: T) => string} stamp
 * @property {(row: T) => string} [section] rows that follow one another with the same text are headed by it
 * @property {(row: T) => string} [tone] a class of the row
 * @property {() => Child[]} none what stands there when there are no rows
 */

/** @template T */
export class RowList {
  /** @param {Desk} desk @param {RowPlan<T>} plan */
  constructor(desk, plan) {
    this.desk = desk;
    this.plan = plan;
    this.head = h("div", { class: "list-head", hidden: true }); // filters and buttons of a module
    this.rows = h("tbody");
    const heads = plan.columns.map(({ name, title }) =>
      h("th", { class: `c-${name}`, scope: "col" }, title),
    );
    const thead = h("thead", {}, h("tr", {}, ...heads));
    this.table = h("table", { class: "rows", "aria-label": plan.label }, thead, this.rows);
    this.place = h("div", { class: "list-rows" }, h("div", { class: "wait" }));
    this.body = h("div", { class: "pane-body list" }, this.head, this.place);
    /** @type {string} a failure that stands in place of the rows */
    this.failure = "";
    desk.selection.onChange(() => (this.draw(), this.#reveal()));
    desk.selection.onHover(() => this.#light());
  }

  /** Draw what is so now. */
  draw() {
    const rows = this.plan.rows();
    if (this.failure) fill(this.place, h("p", { class: "notice bad", role: "alert" }, this.failure));
    else if (rows === null) fill(this.place, h("div", { class: "wait", "aria-label": t("wait") }));
    else if (rows.length === 0) fill(this.place, h("div", { class: "empty" }, ...this.plan.none()));
    else {
      if (!this.table.isConnected) fill(this.place, this.table);
      reconcile(this.rows, this.#lines(rows), (line) => line.key, (line) => this.#make(line),
        (element, line) => this.#update(element, line));
    }
  }

  /** Choose the next row, or the one before.
   * @param {1|-1} by */
  step(by) {
    const rows = this.plan.rows() ?? [];
    if (rows.length === 0) return;
    const { selection } = this.desk;
    const at = rows.findIndex((row) => selection.is(this.plan.kind, this.plan.id(row)));
    const next = at < 0 ? (by > 0 ? 0 : rows.length - 1) : at + by;
    this.#choose(rows[Math.max(0, Math.min(rows.length - 1, next))]);
    this.#chosen()?.focus({ preventScroll: true });
  }

  /** @param {T[]} rows @returns {{key: string, section?: string, row?: T}[]} */
  #lines(rows) {
    /** @type {{key: string, section?: string, row?: T}[]} */
    const lines = [];
    let before = "";
    for (const row of rows) {
      const section = this.plan.section?.(row) ?? "";
      if (section !== before) lines.push({ key: `s:${section}`, section });
      before = section;
      lines.push({ key: String(this.plan.id(row)), row });
    }
    return lines;
  }

  /** @param {{section?: string, row?: T}} line */
  #make({ section, row }) {
    if (row === undefined) {
      const cell = h("td", { colspan: this.plan.columns.length }, section);
      return h("tr", { class: "section" }, cell);
    }
    const { selection } = this.desk;
    const target = { kind: this.plan.kind, id: this.plan.id(row) };
    const element = h("tr", { class: "row", tabindex: -1 });
    element.onclick = () => selection.choose(target);
    element.onpointerenter = () => selection.hover(target);
    element.onpointerleave = () => selection.hover(null);
    return element;
  }

  /** @param {HTMLElement} element @param {{row?: T}} line */
  #update(element, { row }) {
    if (row === undefined) return;
    const chosen = this.desk.selection.is(this.plan.kind, this.plan.id(row));
    element.setAttribute("aria-selected", String(chosen));
    const stamp = this.plan.stamp(row);
    if (element.dataset.stamp === stamp) return;
    element.dataset.stamp = stamp;
    element.className = `row ${this.plan.tone?.(row) ?? ""}`.trim();
    const cells = this.plan.cells(row);
    fill(
      element,
      ...this.plan.columns.map(({ name }, at) => h("td", { class: `c-${name}` }, cells[at])),
    );
  }

  /** @param {T} row */
  #choose(row) {
    this.desk.selection.choose({ kind: this.plan.kind, id: this.plan.id(row) });
  }

  /** @returns {HTMLElement|null} */
  #chosen() {
    return this.rows.querySelector('tr[aria-selected="true"]');
  }

  #reveal() {
    this.#chosen()?.scrollIntoView({ block: "nearest" });
  }

  /** Light the row of what the pointer rests on elsewhere. */
  #light() {
    const { hovered } = this.desk.selection;
    const key = hovered?.kind === this.plan.kind ? String(hovered.id) : "";
    for (const row of /** @type {Iterable<HTMLElement>} */ (this.rows.children))
      row.classList.toggle("lit", key !== "" && row.dataset.key === key);
  }
}
