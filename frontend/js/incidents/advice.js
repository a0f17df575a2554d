/** Whom to send: the recommendation with its reasons; Enter sends all that are ticked. */

import { ApiError, call } from "../ui/api.js";
import { fill, h } from "../ui/dom.js";
import { failure } from "../ui/failure.js";
import { listed, name, t } from "../ui/i18n.js";
import { saidLine, sending } from "../ui/sending.js";
import { statusChip } from "../units/parts.js";
import { etaText } from "./model.js";

/** @typedef {import("../desk.js").Desk} Desk */

export class Advice {
  /** @param {Desk} desk @param {number} id of the incident */
  constructor(desk, id) {
    this.desk = desk;
    this.id = id;
    this.said = saidLine();
    this.place = h("div");
    this.element = h("section", { class: "work-part advice", hidden: true }, this.place, this.said);
    this.element.onkeydown = (event) => this.#key(event);
    this.version = 0;
  }

  /** Ask anew, and take the cursor. */
  async open() {
    this.element.hidden = false;
    fill(this.place, h("h3", {}, t("incidents.advice")), h("div", { class: "wait" }));
    try {
      this.#draw(await call(`/incidents/${this.id}/recommendation`));
      this.#focus();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      fill(this.place, failure(error, () => void this.open()));
    }
  }

  close() {
    this.element.hidden = true;
  }

  #focus() {
    const first = this.element.querySelector("input") ?? this.element.querySelector("button");
    first?.focus({ preventScroll: true });
    this.element.scrollIntoView({ block: "nearest" });
  }

  /** @param {any} advice */
  #draw(advice) {
    this.version = advice.version;
    const short = advice.card.filter((/** @type {any} */ line) => line.short > 0);
    const chosen = advice.chosen.map((/** @type {any} */ one) => this.#row(one, true));
    const passed = advice.passed.map((/** @type {any} */ one) => this.#row(one, false));
    const placed = this.desk.picture.of("incident").get(String(this.id))?.lon != null;
    const none = h("p", { class: placed ? "dim" : "notice" },
      t(placed ? "incidents.advice.none" : "incidents.advice.unplaced"));
    this.reason = h("input", {
      name: "reason",
      maxlength: 500,
      placeholder: t("incidents.advice.reason"),
      "aria-label": t("incidents.advice.reason"),
      hidden: true,
    });
    const send = h("button", { class: "primary", type: "button" }, h("kbd", {}, "Enter"));
    send.append(t("incidents.advice.send"));
    send.onclick = () => void this.send();
    const away = h("button", { class: "button", type: "button" }, t("incidents.advice.away"));
    away.onclick = () => this.close();
    const title = h("h3", {}, t("incidents.advice"), this.#basis(advice.basis));
    const all = t("incidents.advice.passed", { n: passed.length });
    fill(
      this.place,
      title,
      placed && short.length > 0 && h("p", { class: "notice" }, this.#short(short)),
      chosen.length ? h("ul", { class: "advised" }, ...chosen) : none,
      h("div", { class: "work-row" }, this.reason),
      h("div", { class: "work-row" }, send, away, h("small", { class: "dim" }, t("incidents.advice.keys"))),
      h("details", { open: chosen.length === 0 }, h("summary", {}, all), h("ul", { class: "advised passed" }, ...passed)),
    );
  }

  /** @param {string|null} basis */
  #basis(basis) {
    return basis && h("span", { class: `chip ${basis}` }, t(`incidents.basis.${basis}`));
  }

  /** @param {any[]} lines */
  #short(lines) {
    const words = listed(lines.map((line) => `${name("force", line)} ×${line.short}`));
    return t("incidents.advice.short", { words });
  }

  /** @param {any} one @param {boolean} ticked */
  #row(one, ticked) {
    const box = h("input", { type: "checkbox", value: one.unit, checked: ticked });
    box.dataset.busy = one.incident ? "yes" : one.status === "committed" ? "yes" : "";
    box.disabled = one.status === "out_of_service";
    box.onchange = () => this.#needReason();
    const reason = h("small", {}, name("reason", one));
    return h(
      "li",
      {},
      h(
        "label",
        { class: "advised-row" },
        box,
        h("b", { class: "tabular eta" }, etaText(one.eta_s)),
        statusChip(one.status),
        h("b", { class: "tabular" }, one.code),
        h("span", { class: "advised-name" }, name("name", one), reason),
      ),
    );
  }

  /** @returns {HTMLInputElement[]} */
  get ticked() {
    const boxes = /** @type {NodeListOf<HTMLInputElement>} */ (
      this.element.querySelectorAll("input[type=checkbox]:checked")
    );
    return [...boxes];
  }

  #needReason() {
    if (this.reason) this.reason.hidden = !this.ticked.some((box) => box.dataset.busy);
  }

  async send() {
    const units = this.ticked.map((box) => ({ unit: Number(box.value), divert: box.dataset.busy === "yes" }));
    if (units.length === 0) {
      fill(this.said, t("incidents.advice.nobody"));
      return;
    }
    const body = { units, version: this.version, reason: this.reason?.value.trim() ?? "" };
    const path = `/incidents/${this.id}/dispatch`;
    const post = () => call(path, { method: "POST", body });
    const answer = await sending(this.element, this.said, post, (error) => this.#refused(error));
    if (!answer) return;
    this.desk.picture.mergeEntity("incident", answer);
    this.desk.say(t("incidents.sent", { n: units.length }));
    this.close();
  }

  /** @param {ApiError} error */
  #refused(error) {
    const { current } = error.problem;
    if (!current) return;
    this.desk.picture.mergeEntity(current.number ? "incident" : "unit", current);
    if (current.number) this.version = current.version;
  }

  /** Arrows go through the boxes, Enter sends, Escape puts it away.
   * @param {KeyboardEvent} event */
  #key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.key === "Enter" && target.tagName === "INPUT") void this.send();
    else if (event.key === "Escape") this.close();
    else if (step && target.matches("input[type=checkbox]")) this.#move(target, step);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {HTMLElement} from @param {number} step */
  #move(from, step) {
    const boxes = [...this.element.querySelectorAll("input[type=checkbox]:not(:disabled)")].filter(
      (box) => /** @type {HTMLElement} */ (box).offsetParent !== null,
    );
    const at = boxes.indexOf(from) + step;
    /** @type {HTMLElement|undefined} */ (boxes[Math.max(0, Math.min(boxes.length - 1, at))])?.focus();
  }
}
