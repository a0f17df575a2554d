/** One analysis in the work panel: its progress, its figures, the layer that it became. */

import { ApiError, call } from "../ui/api.js";
import { fill, h } from "../ui/dom.js";
import { currentLanguage, name, t } from "../ui/i18n.js";
import { saidLine, sending } from "../ui/sending.js";
import { facts, frame, part } from "../planner/frame.js";
import { showFound } from "../planner/found.js";
import { isUnderWay } from "../planner/model.js";
import { figureRows, placeText } from "./model.js";
import { reachedPart } from "./reached.js";

/** @typedef {import("./model.js").Kind} Kind */

const EVERY = 1000; // ms between two looks at an analysis that is under way

export class AnalysisPanel {
  /** @param {import("../desk.js").Desk} desk @param {import("../planner/catalogue.js").Catalogue} catalogue @param {string} id */
  constructor(desk, catalogue, id) {
    this.desk = desk;
    this.catalogue = catalogue;
    this.id = id;
    this.gone = false;
    this.stamp = "";
    /** @type {Kind[]} */
    this.kinds = [];
    this.place = h("div", {}, h("div", { class: "wait", "aria-label": t("wait") }));
    this.element = frame(desk, t("terrain.title"), this.place);
    void this.#follow();
  }

  update() {
    this.reached?.follow();
  }

  leave() {
    this.gone = true;
    showFound(null);
  }

  async #follow() {
    while (!this.gone) {
      try {
        if (!this.kinds.length) this.kinds = (await call("/layers/analyses")).kinds;
        const job = await call(`/layers/analyses/${this.id}`);
        this.#show(job);
        if (!isUnderWay(job.stage)) return;
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        fill(this.place, h("p", { class: "notice bad", role: "alert" }, error.sentence(currentLanguage())));
        if (error.status !== 0) return;
      }
      await new Promise((again) => setTimeout(again, EVERY));
    }
  }

  /** @param {any} job */
  #show(job) {
    const stamp = `${job.stage}/${job.progress}/${job.doing}`;
    if (stamp === this.stamp || this.gone) return;
    this.stamp = stamp;
    showFound(job.place ?? job.area);
    const kind = this.kinds.find((one) => one.kind === job.kind);
    const title = name("title", job) || (kind ? name("title", kind) : job.kind);
    const stage = t(`planner.stage.${job.stage}`);
    this.desk.say(`${title} ${stage}`);
    if (job.stage === "done") this.desk.picture.changed("catalogue");
    this.reached = reachedPart(this.desk, job);
    const words = currentLanguage() === "zh" ? job.said.zh : job.said.en;
    fill(
      this.place,
      part("", h("p", { class: "planner-file" }, h("b", {}, title), h("span", { class: `chip ${job.stage}` }, stage)), this.#progress(job)),
      words && part("", h("p", { class: "notice bad", role: "alert" }, words)),
      kind && job.stage === "done" && this.#result(job, kind),
      this.reached?.element,
      part(t("terrain.numbers"), facts(this.#numbers(job, kind))),
      part("", h("div", { class: "work-row" }, this.#again())),
    );
  }

  /** @param {any} job @param {Kind} kind */
  #result(job, kind) {
    // values have a picture beside them: that is what the map draws
    const open = () => this.desk.selection.choose({ kind: "layer", id: job.report.picture ?? job.layer });
    const rows = figureRows(job.report.figures ?? {}, kind.figures, currentLanguage());
    return part(
      t("terrain.figures"),
      facts(rows),
      name("caution", kind) && h("p", { class: "notice warn" }, name("caution", kind)),
      h("div", { class: "work-row" }, h("button", { class: "primary", type: "button", onclick: open }, t("planner.report.open"))),
    );
  }

  /** @param {any} job @param {Kind|undefined} kind @returns {[string, string][]} */
  #numbers(job, kind) {
    const numbers = Object.entries(job.numbers).map(([key, value]) => {
      const known = kind ? [kind] : this.kinds; // what stands on a flood has its numbers
      const number = known.flatMap((one) => one.numbers).find((one) => one.name === key);
      return /** @type {[string, string]} */ ([number ? name("title", number) : key, `${Number(value).toLocaleString()} ${number?.unit ?? ""}`.trim()]);
    });
    const model = name("title", this.catalogue.of(job.model)) || job.model;
    const against = job.against && (name("title", this.catalogue.of(job.against)) || job.against);
    const role = t(job.kind === "between" ? "terrain.against" : "reached.buildings");
    return [[t("terrain.model"), model], [role, against], ...this.#ground(job), ...numbers];
  }

  /** Where it was asked: the point that it began from, and whether it kept to an area.
   * @param {any} job @returns {[string, string][]} */
  #ground({ place, area }) {
    const point = place?.type === "Point" ? placeText(place) : "";
    return [[t("terrain.point"), point], [t("terrain.area"), area ? t("terrain.area.given") : ""]];
  }

  #again() {
    const open = () => this.desk.selection.choose({ kind: "terrain", id: "new" });
    return h("button", { class: "button", type: "button", onclick: open }, t("terrain.another"));
  }

  /** @param {any} job */
  #progress(job) {
    if (!isUnderWay(job.stage)) return null;
    const doing = job.doing ? t(`terrain.doing.${job.doing}`) : t(`planner.stage.${job.stage}`);
    const bar = h("progress", { max: 100, value: job.progress, "aria-label": doing });
    const said = saidLine();
    const line = h("div", { class: "work-row" }, h("span", { class: "dim" }, doing));
    const stop = () => void sending(line, said, () => call(`/layers/analyses/${this.id}/cancel`, { method: "POST" }));
    line.append(h("button", { class: "button", type: "button", onclick: stop }, t("terrain.cancel")), said);
    return h("div", { class: "planner-progress" }, bar, line);
  }
}
