/** One import in the work panel: its progress, its question, its report. */

import { ApiError, call } from "../ui/api.js";
import { fill, h } from "../ui/dom.js";
import { currentLanguage, t } from "../ui/i18n.js";
import { saidLine, sending } from "../ui/sending.js";
import { datumText } from "./datum.js";
import { facts, frame, part } from "./frame.js";
import { datumField } from "./import_form.js";
import { isUnderWay } from "./model.js";

/** @typedef {import("../desk.js").Desk} Desk */

const EVERY = 1000; // ms between two looks at an import that is under way

export class ImportPanel {
  /** @param {Desk} desk @param {string} id */
  constructor(desk, id) {
    this.desk = desk;
    this.id = id;
    this.gone = false;
    this.stamp = "";
    this.place = h("div", {}, h("div", { class: "wait", "aria-label": t("wait") }));
    this.element = frame(desk, t("planner.import.title"), this.place);
    void this.#follow();
  }

  update() {}

  leave() {
    this.gone = true;
  }

  async #follow() {
    while (!this.gone) {
      try {
        const row = await call(`/layers/imports/${this.id}`);
        this.#show(row);
        if (!isUnderWay(row.stage)) return;
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        fill(this.place, h("p", { class: "notice bad", role: "alert" }, error.sentence(currentLanguage())));
        if (error.status !== 0) return;
      }
      await new Promise((again) => setTimeout(again, EVERY));
    }
  }

  /** @param {any} row */
  #show(row) {
    const stamp = `${row.stage}/${row.progress}/${row.doing}`;
    if (stamp === this.stamp || this.gone) return;
    this.stamp = stamp;
    const stage = t(`planner.stage.${row.stage}`);
    this.desk.say(`${row.file} ${stage}`);
    if (row.stage === "done") this.desk.picture.changed("catalogue");
    fill(
      this.place,
      part("", h("p", { class: "planner-file" }, h("b", {}, row.file), h("span", { class: `chip ${row.stage}` }, stage)), this.#progress(row)),
      row.said.en && part("", this.#said(row)),
      row.stage === "asking" && this.#question(row),
      report(row),
      row.stage !== "asking" && !isUnderWay(row.stage) && this.#next(row),
    );
  }

  /** @param {any} row */
  #progress(row) {
    if (!isUnderWay(row.stage)) return null;
    const doing = row.doing ? t(`planner.doing.${row.doing}`) : t(`planner.stage.${row.stage}`);
    const bar = h("progress", { max: 100, value: row.progress, "aria-label": doing });
    const said = saidLine();
    const line = h("div", { class: "work-row" }, h("span", { class: "dim" }, doing));
    const stop = () => void this.#cancel(line, said);
    line.append(h("button", { class: "button", type: "button", onclick: stop }, t("planner.cancel")), said);
    return h("div", { class: "planner-progress" }, bar, line);
  }

  /** @param {HTMLElement} form @param {HTMLElement} said */
  async #cancel(form, said) {
    const row = await sending(form, said, () => call(`/layers/imports/${this.id}/cancel`, { method: "POST" }));
    if (row) this.#show(row);
  }

  /** @param {any} row */
  #said(row) {
    const words = currentLanguage() === "zh" ? row.said.zh : row.said.en;
    const kind = row.stage === "asking" ? "warn" : "bad";
    return h("p", { class: `notice ${kind}`, role: "alert" }, words);
  }

  /** The datum is doubted, or was not said: use what is proposed, insist, or choose.
   * @param {any} row */
  #question(row) {
    const said = saidLine();
    const form = h("form", { class: "planner-form" });
    const send = async (/** @type {string} */ datum, /** @type {boolean} */ accept) => {
      const body = { ...row.wishes, kind: row.kind, layer: row.layer, datum, accept_datum: accept };
      const path = `/layers/imports/${this.id}/answer`;
      if (await sending(form, said, () => call(path, { method: "POST", body }))) void this.#follow();
    };
    const act = (/** @type {string} */ kind, /** @type {string} */ text, /** @type {() => void} */ run) =>
      h("button", { class: kind, type: "button", onclick: run }, text);
    const { proposed } = row.said;
    const use = proposed && proposed !== row.datum && act("primary", t(row.datum ? "planner.ask.use" : "planner.ask.take", { datum: datumText(proposed) }), () => void send(proposed, false));
    const keep = row.datum && act("button", t("planner.ask.keep", { datum: datumText(row.datum) }), () => void send(row.datum, true));
    const other = datumField(proposed || "EPSG:4490");
    const choose = act("button", t("planner.ask.other"), () => void send(other.value(), false));
    const stop = act("button", t("planner.cancel"), () => void this.#cancel(form, said));
    const ways = [use, keep].filter((one) => one instanceof Node);
    form.append(h("div", { class: "work-row import-ways" }, ...ways), other.element, h("div", { class: "work-row" }, choose, stop), said);
    form.onsubmit = (event) => event.preventDefault();
    return part("", form);
  }

  /** What one goes on with: the layer that came of it, or another file.
   * @param {any} row */
  #next(row) {
    const open = () => this.desk.selection.choose({ kind: "layer", id: row.layer });
    const again = () => this.desk.selection.choose({ kind: "new-import", id: "new" });
    const layer = row.stage === "done" && h("button", { class: "primary", type: "button", onclick: open }, t("planner.report.open"));
    const other = h("button", { class: "button", type: "button", onclick: again }, t("planner.report.again"));
    return part("", h("div", { class: "work-row" }, layer, other));
  }
}

/** What was read, stored, repaired and refused, and how the datum was checked.
 * @param {any} row */
function report({ report: told, stage, datum }) {
  if (told.stored === undefined && !told.refused?.length && !told.guess) return null;
  const pick = (/** @type {{zh: string, en: string}|undefined} */ two) => two?.[currentLanguage()] ?? "";
  const n = (/** @type {number|undefined} */ count) => (typeof count === "number" ? t("planner.report.rows", { n: count.toLocaleString() }) : "");
  const counts = Object.entries(told.topology?.counts ?? {});
  const odd = counts.map(([kind, count]) => /** @type {[string, string]} */ ([t(`planner.topology.${kind}`), n(Number(count))]));
  const notes = (told.notes ?? []).map((/** @type {string[]} */ one) => one[currentLanguage() === "zh" ? 1 : 0]);
  const lines = facts([
    [t("planner.facts.datum"), datumText(datum)],
    [t("planner.report.check"), pick(told.check)],
    [t("planner.report.accepted"), pick(told.accepted)],
    [t("planner.report.read"), n(told.read)],
    [t("planner.report.stored"), stage === "done" && told.read !== undefined ? n(told.stored) : ""],
    [t("planner.report.repaired"), told.repaired ? n(told.repaired) : ""],
    [t("planner.report.change"), told.change ? t("planner.report.changes", told.change) : ""],
    [t("planner.report.joined"), told.joined ? t("planner.report.pieces", { date: told.joined.date, n: told.joined.over.length + 1 }) : ""],
    [t("planner.report.control"), told.control ? t("planner.report.fit", told.control) : ""],
    ...odd,
    [t("planner.report.notes"), notes.join("；")],
    [t("planner.report.refused"), Array.isArray(told.refused) ? n(told.refused.length) : told.refused ? n(told.refused) : ""],
  ]);
  const rows = [...(told.rows?.refused ?? []), ...(Array.isArray(told.refused) ? told.refused : []), ...(told.rows?.repaired ?? []), ...(told.topology?.found ?? [])];
  const items = rows.slice(0, 200).map((one) => line(one.row ?? one.rows.join(", "), pick(one)));
  return part("", lines, items.length > 0 && h("ul", { class: "planner-rows" }, ...items));
}

/** A row and what is said of it; some sentences begin with the row themselves.
 * @param {string|number} row @param {string} words */
function line(row, words) {
  const label = t("planner.report.row", { row });
  const own = words.toLowerCase().startsWith(label.toLowerCase());
  return h("li", {}, h("b", { class: "tabular" }, label), own ? words.slice(label.length) : ` ${words}`);
}
