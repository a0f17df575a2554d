/** One warning in the work panel: what it says, who is inside, what is to be done, what went out. */

import { ageText } from "../ui/age.js";
import { ApiError, call, serverNow } from "../ui/api.js";
import { fill, h, write } from "../ui/dom.js";
import { currentLanguage, name, t } from "../ui/i18n.js";
import { chip, closeButton, severityMark } from "../ui/parts.js";
import { CapView } from "./cap_view.js";
import { deliveryRows } from "./deliveries.js";
import { factsOf, historyOf, textOf } from "./facts.js";
import { insideBox } from "./inside.js";
import { exercise } from "./list.js";
import { untilText } from "./model.js";
import { Steps } from "./steps.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("./model.js").Warning} Warning */

const AGAIN_MS = 3000; // deliveries under way are asked about again

export class WarningPanel {
  /** @param {Desk} desk @param {number} id */
  constructor(desk, id) {
    this.desk = desk;
    this.id = id;
    /** @type {any} the whole file: history, deliveries, people */
    this.file = null;
    this.asked = "";
    this.failure = "";
    this.gone = false;
    this.timer = 0;
    this.title = h("div", { class: "work-title" });
    this.texts = h("section", { class: "work-part" });
    this.inside = h("section", { class: "work-part" });
    this.facts = h("dl", { class: "facts" });
    this.sent = h("section", { class: "work-part" });
    this.cap = new CapView(id);
    this.past = h("section", { class: "work-part" });
    this.steps = new Steps(desk, id);
    this.scroll = h("div", { class: "work-scroll" }, this.texts, this.inside, this.sent);
    this.scroll.append(this.facts, this.cap.element, this.past);
    this.element = h("div", { class: "work-frame" }, this.title, this.scroll, this.steps.element);
  }

  /** The newest that is known: of the feed, or of the file once it has left the feed.
   * @returns {Warning|null} */
  get row() {
    const live = /** @type {any} */ (this.desk.picture.of("warning").get(String(this.id)));
    if (this.desk.picture.past) return live ?? null;
    if (!live) return this.file;
    return this.file && this.file.version > live.version ? this.file : live;
  }

  update() {
    const live = this.desk.picture.of("warning").get(String(this.id));
    this.#read(`${live?.version ?? "gone"}`);
    const { row } = this;
    this.scroll.hidden = !row;
    if (!row) {
      this.#drawNothing();
      return;
    }
    const state = `${row.version}/${this.file?.version}/${this.asked}/${currentLanguage()}`;
    if (this.element.dataset.shown !== state) {
      this.element.dataset.shown = state;
      this.#draw(row);
    }
    this.#drawLeft(row);
    this.steps.update(row);
  }

  /** @param {string} part a step: approve, refuse, submit, edit, update, end */
  focus(part) {
    this.steps.begin(part);
  }

  /** @param {string} step */
  offers(step) {
    return this.steps.offers(step);
  }

  leave() {
    this.gone = true;
    clearTimeout(this.timer);
  }

  /** Read the file once for each version, and again while deliveries are under way.
   * @param {string} stamp */
  #read(stamp) {
    if (this.asked === stamp || this.gone) return;
    this.asked = stamp;
    call(`/warnings/${this.id}`).then(
      (file) => this.#take(file),
      (error) => {
        if (!(error instanceof ApiError)) throw error;
        this.failure = error.sentence(currentLanguage());
        this.timer = window.setTimeout(() => ((this.asked = ""), this.update()), AGAIN_MS);
        this.update();
      },
    );
  }

  /** @param {any} file */
  #take(file) {
    if (this.gone) return;
    this.file = file;
    this.failure = "";
    this.element.dataset.shown = "";
    const open = file.deliveries.some((/** @type {any} */ one) =>
      ["waiting", "sending"].includes(one.state),
    );
    if (open) this.timer = window.setTimeout(() => ((this.asked = ""), this.update()), AGAIN_MS);
    this.update();
  }

  #drawNothing() {
    const close = closeButton(() => this.desk.selection.choose(null));
    const missing = this.failure || (this.desk.picture.past && t("warnings.not_then"));
    const words = missing
      ? h("h2", {}, missing)
      : h("div", { class: "wait", "aria-label": t("wait") });
    if (this.title.dataset.shown === String(missing)) return;
    this.title.dataset.shown = String(missing);
    fill(this.title, h("div", { class: "work-line" }, close), words);
  }

  /** @param {Warning} row */
  #draw(row) {
    this.title.dataset.shown = "";
    const close = closeButton(() => this.desk.selection.choose(null));
    this.left = h("span", { class: "dim tabular" });
    const line = [
      severityMark(row.colour),
      h("span", { class: "number tabular" }, `#${row.id}`),
      chip(row.state, t(`warnings.state.${row.state}`)),
      exercise(row),
      row.origin === "received" && chip("received", t("warnings.received")),
      row.simulated && chip("simulated", t("simulated")),
      this.left,
      close,
    ];
    fill(this.title, h("div", { class: "work-line" }, ...line), h("h2", {}, name("headline", row)));
    fill(this.texts, textOf(row, "zh", "中文"), textOf(row, "en", "English"));
    fill(this.inside, h("h3", {}, t("warnings.inside")), insideBox(this.desk, row.inside));
    fill(this.facts, ...factsOf(this.desk, row, this.file));
    fill(this.sent, h("h3", {}, t("warnings.deliveries")), ...this.#deliveries(row));
    fill(this.past, h("h3", {}, t("warnings.history")), historyOf(this.file));
    this.cap.show(`${row.version}`);
  }

  /** @param {Warning} row */
  #drawLeft(row) {
    if (!this.left) return;
    const now = this.desk.picture.past?.at ?? serverNow();
    const left = untilText(row.expires, now, ageText);
    const open = row.state === "issued" || row.state === "awaiting" || row.state === "draft";
    write(this.left, open ? (left ? t("warnings.left", { left }) : t("warnings.over")) : "");
  }

  /** @param {Warning} row */
  #deliveries(row) {
    if (!row.issued_at) return [h("p", { class: "dim" }, t("warnings.not_sent_yet"))];
    if (!this.file) return [h("div", { class: "wait" })];
    const again = () => ((this.asked = ""), this.update());
    return deliveryRows(this.desk, this.file.deliveries, again);
  }
}
