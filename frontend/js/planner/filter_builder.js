/** Building a filter without its language: one line a condition; the CQL2 text is written meanwhile. */

import { fill, h } from "../ui/dom.js";
import { currentLanguage, t } from "../ui/i18n.js";
import { tab } from "../ui/store.js";
import { comparisonsOf, cqlOf, valuesOf } from "./conditions.js";

/** @typedef {import("./conditions.js").Line} Line */

export class FilterBuilder {
  /** @param {string} code @param {import("./model.js").Columns} columns
   * @param {(text: string) => void} write told the text at each change */
  constructor(code, columns, write) {
    this.columns = columns;
    this.write = write;
    this.key = `table.lines.${code}`;
    /** @type {{every: boolean, lines: Line[]}} */
    this.kept = tab.get(this.key, { every: true, lines: [] });
    this.rows = h("div", { class: "filter-lines" });
    const every = h("select", { "aria-label": t("builder.join") }, option("all", t("builder.all")), option("any", t("builder.any")));
    every.value = this.kept.every ? "all" : "any";
    every.onchange = () => {
      this.kept.every = every.value === "all";
      this.#changed();
    };
    const add = h("button", { class: "button", type: "button", onclick: () => this.#add() }, t("builder.add"));
    const foot = h("div", { class: "work-row" }, add, every);
    const head = h("summary", {}, t("builder.open"));
    this.element = h("details", { class: "filter-builder", open: this.kept.lines.length > 0 }, head, this.rows, foot);
    this.element.hidden = Object.keys(columns).length === 0;
    this.element.ontoggle = () => this.element.open && this.kept.lines.length === 0 && this.#add();
    this.#draw();
  }

  #add() {
    const [column] = Object.keys(this.columns);
    const compare = usualOf(this.columns[column]);
    this.kept.lines.push({ column, compare, value: "", other: "" });
    this.#draw();
    this.rows.lastElementChild?.querySelector("select")?.focus();
  }

  #changed() {
    tab.set(this.key, this.kept.lines.length ? this.kept : undefined);
    this.write(cqlOf(this.kept.lines, this.columns, this.kept.every));
  }

  #draw() {
    fill(this.rows, ...this.kept.lines.map((line) => this.#line(line)));
  }

  /** @param {Line} line */
  #line(line) {
    const language = currentLanguage();
    const names = Object.entries(this.columns).map(([key, one]) => option(key, one[language] || key));
    const column = h("select", { "aria-label": t("builder.column") }, ...names);
    column.value = line.column;
    column.onchange = () => {
      const compare = usualOf(this.columns[column.value]);
      Object.assign(line, { column: column.value, compare, value: "", other: "" });
      this.#draw();
      this.#changed();
    };
    const choices = comparisonsOf(this.columns[line.column]?.type ?? "text");
    const compare = h("select", { "aria-label": t("builder.compare") }, ...choices.map((one) => option(one, t(`builder.${one}`))));
    compare.value = line.compare;
    compare.onchange = () => {
      line.compare = compare.value;
      this.#draw();
      this.#changed();
    };
    const drop = () => {
      this.kept.lines = this.kept.lines.filter((one) => one !== line);
      this.#draw();
      this.#changed();
    };
    const label = t("builder.drop");
    const cross = h("button", { class: "tool", type: "button", title: label, "aria-label": label, onclick: drop }, "×");
    const fields = /** @type {const} */ (["value", "other"]).slice(0, valuesOf(line.compare));
    return h("div", { class: "filter-line" }, column, compare, h("span", { class: "filter-values" }, ...fields.map((one) => this.#field(line, one))), cross);
  }

  /** @param {Line} line @param {"value"|"other"} which */
  #field(line, which) {
    const coded = Object.entries(this.columns[line.column]?.values ?? {});
    if (coded.length && ["is", "is_not"].includes(line.compare)) return this.#choice(line, which, coded);
    const number = ["int", "float"].includes(this.columns[line.column]?.type ?? "");
    const input = h("input", { type: number ? "number" : "text", step: "any", value: line[which], "aria-label": t(`builder.${which}`), maxlength: 200 });
    input.oninput = () => {
      line[which] = input.value;
      this.#changed();
    };
    return input;
  }

  /** A value that the column has a word for, chosen by it.
   * @param {Line} line @param {"value"|"other"} which @param {[string, {zh: string, en: string}][]} coded */
  #choice(line, which, coded) {
    const options = coded.map(([value, words]) => option(value, words[currentLanguage()]));
    const select = h("select", { "aria-label": t(`builder.${which}`) }, option("", "…"), ...options);
    select.value = line[which];
    select.onchange = () => {
      line[which] = select.value;
      this.#changed();
    };
    return select;
  }
}

/** @param {string} value @param {string} text */
function option(value, text) {
  return h("option", { value }, text);
}

/** What a column is mostly asked for: one of its coded values, else what its type begins with.
 * @param {import("./model.js").Column} column */
function usualOf(column) {
  const coded = Object.keys(column.values ?? {}).length > 0;
  return coded ? "is" : comparisonsOf(column.type)[0];
}
