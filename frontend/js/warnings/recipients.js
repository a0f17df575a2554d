/** Whom warnings and alerts go to outside: the supervisor's list of recipients and channels. */

import { ApiError, call } from "../ui/api.js";
import { fill, h } from "../ui/dom.js";
import { failure } from "../ui/failure.js";
import { currentLanguage, name, t } from "../ui/i18n.js";
import { chip, closeButton, severityMark } from "../ui/parts.js";
import { deliveryRows } from "./deliveries.js";
import { recipientForm } from "./recipient_form.js";

/** @typedef {import("../desk.js").Desk} Desk */

const LATEST = 20;
const AGAIN_MS = 4000;

export class RecipientsPanel {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.gone = false;
    this.timer = 0;
    /** @type {{channels: any[], recipients: any[]}} */
    this.known = { channels: [], recipients: [] };
    this.list = h("section", { class: "work-part recipients" });
    this.form = h("section", { class: "work-part" });
    this.sent = h("section", { class: "work-part" });
    this.said = h("p", { class: "work-said", role: "status" });
    const close = closeButton(() => desk.selection.choose(null));
    const line = h("div", { class: "work-line" }, h("h2", {}, t("warnings.recipients")), close);
    const head = h("div", { class: "work-title" }, line);
    fill(this.list, h("div", { class: "wait", "aria-label": t("wait") }));
    const scroll = h("div", { class: "work-scroll" }, this.list, this.form, this.sent);
    this.element = h("div", { class: "work-frame" }, head, scroll);
    void this.read();
  }

  update() {}

  leave() {
    this.gone = true;
    clearTimeout(this.timer);
  }

  /** Read channels, recipients and the latest deliveries. */
  async read() {
    clearTimeout(this.timer);
    try {
      const [known, sent] = await Promise.all([
        call("/channels"),
        call(`/deliveries?limit=${LATEST}`),
      ]);
      if (this.gone) return;
      this.known = known;
      this.#draw();
      this.#drawSent(sent.items);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      fill(this.list, failure(error, () => void this.read()));
    }
  }

  #draw() {
    const off = this.known.channels.filter((one) => !one.on);
    const notes = off.map((one) => h("p", { class: "notice warn" }, name("why", one)));
    const rows = this.known.recipients.map((one) => this.#row(one));
    const none = h("p", { class: "dim" }, t("warnings.recipients.none"));
    fill(this.list, ...notes, ...(rows.length ? rows : [none]), this.said);
    if (!this.form.childElementCount) this.#edit(null);
  }

  /** @param {any[]} items */
  #drawSent(items) {
    const again = () => void this.read();
    const rows = deliveryRows(this.desk, items, again, "warnings.deliveries.never");
    fill(this.sent, h("h3", {}, t("warnings.deliveries.latest")), ...rows);
    const open = items.some((one) => ["waiting", "sending"].includes(one.state));
    if (open && !this.gone) this.timer = window.setTimeout(again, AGAIN_MS);
  }

  /** @param {any} one */
  #row(one) {
    const button = (/** @type {string} */ key, /** @type {() => void} */ run) =>
      h("button", { class: "button", type: "button", onclick: run }, t(key));
    const send = (/** @type {string} */ path, /** @type {string} */ method = "POST") =>
      void this.#do(one, path, method);
    const topics = one.topics
      .map((/** @type {string} */ topic) => t(`warnings.topic.${topic}`))
      .join(" + ");
    return h(
      "div",
      { class: "delivery" },
      h(
        "b",
        {},
        one.name,
        " ",
        !one.active && chip("off", t("warnings.recipient.off")),
        one.internal && chip("exercise", t("warnings.recipient.internal")),
      ),
      severityMark(one.least, true),
      h(
        "small",
        {},
        `${t(`warnings.channel.${one.channel}`)} · ${one.address} · ${topics}`,
        one.scope && ` · ${one.scope}`,
      ),
      h(
        "span",
        { class: "work-actions" },
        button("warnings.recipient.edit", () => this.#edit(one)),
        button("warnings.recipient.try", () => send(`/channels/${one.id}/try`)),
        one.channel === "webhook" &&
          button("warnings.recipient.secret", () => send(`/channels/${one.id}/secret`)),
        button("warnings.recipient.remove", () => send(`/channels/${one.id}`, "DELETE")),
      ),
    );
  }

  /** @param {any} one @param {string} path @param {string} method */
  async #do(one, path, method) {
    fill(this.said, t("sending.now"));
    try {
      const answer = await call(path, { method });
      await this.read();
      this.secret(one.name, answer.secret ?? "");
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      fill(this.said, error.sentence(currentLanguage()));
    }
  }

  /** Show a secret, this once.
   * @param {string} who @param {string} secret */
  secret(who, secret) {
    if (!secret) fill(this.said, t("sending.done"));
    else
      fill(
        this.said,
        t("warnings.secret", { name: who }),
        " ",
        h("span", { class: "secret" }, secret),
      );
  }

  /** @param {any|null} one */
  #edit(one) {
    const done = async (/** @type {any} */ answer) => {
      fill(this.form);
      await this.read();
      this.secret(answer.name, answer.secret ?? "");
    };
    fill(
      this.form,
      recipientForm(this.known.channels, one, done, () => this.#edit(null)),
    );
    if (one) this.form.querySelector("input")?.focus();
  }
}
