/** One case in the work panel: what, where, its limit, what to do, photos, steps, what is alike. */

import { ApiError, call, serverNow } from "../ui/api.js";
import { fill, h } from "../ui/dom.js";
import { failure } from "../ui/failure.js";
import { t } from "../ui/i18n.js";
import { closeButton } from "../ui/parts.js";
import { drawFacts, drawTitle, duplicateRows, photoStrip } from "./facts.js";
import { CaseSteps } from "./steps.js";
import { stepList } from "./timeline.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("./model.js").Case} Case */
/** @typedef {import("./facts.js").CaseFile} CaseFile */

export class CasePanel {
  /** @param {Desk} desk @param {number} id */
  constructor(desk, id) {
    this.desk = desk;
    this.id = id;
    /** @type {CaseFile|null} with words, photos and steps, once it has come */
    this.file = null;
    this.asked = -1; // the version that the file was asked for
    this.drawn = "";
    this.title = h("div", { class: "work-title" });
    this.facts = h("dl", { class: "facts" });
    this.said = h("section", { class: "work-part", hidden: true });
    this.photos = h("section", { class: "work-part", hidden: true });
    this.alike = h("section", { class: "work-part", hidden: true });
    this.history = h("section", { class: "work-part" }, h("div", { class: "wait" }));
    this.steps = new CaseSteps(desk, id, (file) => this.#took(file), () => void this.#load(0));
    this.scroll = h("div", { class: "work-scroll" }, this.facts, this.steps.element);
    this.scroll.append(this.said, this.photos, this.alike, this.history);
    this.element = h("div", { class: "work-frame" }, this.title, this.scroll);
  }

  /** Show the case as the picture has it now. */
  update() {
    const { picture } = this.desk;
    const held = picture.of("case").get(String(this.id));
    const live = /** @type {Case|undefined} */ (/** @type {unknown} */ (held));
    const fresh = !picture.past && this.file && this.file.version >= (live?.version ?? 0);
    const one = fresh ? this.file : live;
    this.scroll.hidden = !one;
    if (!one) {
      this.#missing();
      if (this.asked < 0 && !picture.past) void this.#load(0);
      return;
    }
    const now = picture.past?.at ?? serverNow();
    drawTitle(this.desk, this.title, one, now);
    drawFacts(this.facts, one, this.file, now);
    this.steps.update(one, this.file);
    if (!picture.past && this.asked < one.version) void this.#load(one.version);
    this.#drawFile();
  }

  /** Let go of everything. */
  leave() {
    this.steps.leave();
  }

  #missing() {
    const close = closeButton(() => this.desk.selection.choose(null));
    const words = t(this.desk.picture.past ? "cases.not_yet" : "wait");
    fill(this.title, h("div", { class: "work-line" }, h("h2", {}, words), close));
    delete this.title.dataset.shown;
  }

  /** @param {CaseFile} file */
  #took(file) {
    this.file = file;
    this.asked = file.version;
    this.desk.picture.mergeEntity("case", { ...file, photos: undefined, words: undefined });
    this.update();
  }

  /** @param {number} version */
  async #load(version) {
    this.asked = version;
    try {
      this.file = await call(`/cases/${this.id}`);
      this.update();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#failed(error);
    }
  }

  /** @param {ApiError} error */
  #failed(error) {
    const load = () => void this.#load(this.asked);
    fill(this.history, failure(error, load));
    this.scroll.hidden = false;
  }

  #drawFile() {
    const { file, desk } = this;
    const past = desk.picture.past;
    const key = `${file?.version}|${past?.at ?? ""}`;
    if (!file || key === this.drawn) return;
    this.drawn = key;
    const until = past?.at ?? Infinity;
    const steps = file.steps.filter((step) => Date.parse(step.at) <= until);
    fill(this.history, h("h3", {}, t("cases.steps")), stepList(steps, serverNow()));
    part(this.said, t("cases.words"), file.words ? [h("p", { class: "step-words" }, file.words)] : []);
    part(this.photos, t("cases.photos"), file.photos.length && !past ? [photoStrip(file.photos)] : []);
    part(this.alike, t("cases.alike"), past ? [] : duplicateRows(desk, file));
  }
}

/** A part with its heading, or nothing at all.
 * @param {HTMLElement} place @param {string} title @param {Node[]} content */
function part(place, title, content) {
  place.hidden = content.length === 0;
  fill(place, h("h3", {}, title), ...content);
}
