/** The steps under a warning: each by its key, what the public will hear of only after a second look. */

import { call } from "../ui/api.js";
import { draftSent, keepDraft } from "../ui/drafts.js";
import { fill, h } from "../ui/dom.js";
import { t } from "../ui/i18n.js";
import { keyButton } from "../ui/parts.js";
import { onSendKey } from "../panels/resolve_form.js";
import { saidLine, sending } from "../ui/sending.js";
import { isEnd, isSecond } from "./model.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("./model.js").Warning} Warning */

const STEPS = /** @type {const} */ ([
  ["y", "approve"], ["b", "refuse"], ["s", "submit"], ["e", "edit"], ["u", "update"],
  ["x", "end"], ["", "withdraw"],
]); // prettier-ignore
const FIRST = ["approve", "submit"];

export class Steps {
  /** @param {Desk} desk @param {number} id */
  constructor(desk, id) {
    this.desk = desk;
    this.id = id;
    this.stamp = "";
    this.buttons = h("div", { class: "work-actions" });
    this.ask = h("div");
    this.why = h("p", { class: "dim" });
    this.said = saidLine();
    const label = t("warnings.steps");
    this.element = h("section", { class: "warning-steps", "aria-label": label });
    this.element.append(this.why, this.buttons, this.ask, this.said);
  }

  /** @param {Warning} row */
  update(row) {
    this.row = row;
    const stamp = `${row.version}/${row.state}/${Boolean(this.desk.picture.past)}`;
    if (this.stamp === stamp) return;
    this.stamp = stamp;
    const offered = this.#offered(row);
    fill(this.ask);
    fill(
      this.buttons,
      ...STEPS.filter(([, step]) => offered.includes(step)).map(([key, step]) =>
        this.#button(key, step),
      ),
    );
    fill(this.why, this.#why(row, offered));
    this.why.hidden = !this.why.textContent;
    this.element.hidden = offered.length === 0 && this.why.hidden;
  }

  /** Do what a key stands for, if it is offered.
   * @param {string} step */
  begin(step) {
    if (!this.offers(step)) return;
    if (step === "edit") this.#edit(this.id);
    else if (step === "submit") void this.#send("submit");
    else this.#question(step);
  }

  /** Whether a step is offered now, so that its key means this and nothing else.
   * @param {string} step */
  offers(step) {
    return this.row !== undefined && this.#offered(this.row).includes(step);
  }

  /** @param {Warning} row @returns {string[]} */
  #offered(row) {
    const { desk } = this;
    if (desk.picture.past) return [];
    const writes = desk.may("warning.compose");
    const approves = desk.may("warning.approve");
    if (row.state === "draft") return writes ? ["submit", "edit", "withdraw"] : [];
    if (row.state === "awaiting")
      return [
        ...(approves && isSecond(row, desk.me.id) ? ["approve"] : []),
        ...(approves ? ["refuse"] : []),
        ...(writes ? ["withdraw"] : []),
      ];
    const ours = row.state === "issued" && row.origin === "composed";
    return ours && writes && !isEnd(row) ? ["update", "end"] : [];
  }

  /** Why the step that one would look for is not there.
   * @param {Warning} row @param {string[]} offered */
  #why(row, offered) {
    if (row.state === "awaiting" && !offered.includes("approve")) return t("warnings.needs_second");
    if (row.origin === "received" && row.state === "issued") return t("warnings.others");
    return "";
  }

  /** @param {string} key @param {string} step */
  #button(key, step) {
    const label = t(`warnings.step.${step}`);
    const kind = FIRST.includes(step) ? "primary" : "button";
    if (key) return keyButton(key, label, () => this.begin(step), kind);
    return h("button", { class: "button", type: "button", onclick: () => this.begin(step) }, label);
  }

  /** @param {number} id */
  #edit(id) {
    this.desk.selection.choose({ kind: "new-warning", id: `edit:${id}` });
  }

  /** Ask once more: what is issued cannot be called back, only ended.
   * @param {string} step */
  #question(step) {
    const words =
      step === "refuse" &&
      h("textarea", {
        name: "words",
        rows: 2,
        required: true,
        maxlength: 1000,
        "aria-label": t("warnings.refuse_words"),
        placeholder: t("warnings.refuse_words"),
      });
    if (words) keepDraft(words, `warning/refuse/${this.id}`);
    const how = step === "end" && endChoice();
    const go = h(
      "button",
      { class: "primary", type: "submit" },
      h("kbd", {}, words ? "Ctrl Enter" : "Enter"),
      t(`warnings.confirm.${step}`),
    );
    const back = h(
      "button",
      { class: "button", type: "button", onclick: () => fill(this.ask) },
      t("warnings.cancel"),
    );
    const form = h(
      "form",
      { class: "warning-ask notice warn" },
      h("b", {}, t(`warnings.ask.${step}`)),
      words,
      how,
    );
    form.append(h("div", { class: "work-row" }, go, back));
    form.onsubmit = (event) => {
      event.preventDefault();
      const given = new FormData(form);
      void this.#send(step, Object.fromEntries(given.entries()), words || null);
    };
    form.addEventListener("keydown", (event) => {
      if (event.key === "Escape") (event.stopPropagation(), fill(this.ask));
    });
    if (words) onSendKey(form);
    fill(this.ask, form);
    (words || go).focus();
  }

  /** @param {string} step @param {Record<string, any>} [given] @param {HTMLTextAreaElement|null} [words] */
  async #send(step, given = {}, words = null) {
    const { desk, row } = this;
    if (!row) return;
    const body = { ...given, version: row.version };
    const path = `/warnings/${this.id}/${step}`;
    const answer = await sending(
      this.element,
      this.said,
      () => call(path, { method: "POST", body }),
      (error) => {
        if (error.problem.current) desk.picture.mergeEntity("warning", error.problem.current);
      },
    );
    if (!answer) return;
    fill(this.ask);
    if (words) draftSent(words, `warning/refuse/${this.id}`, words.value.trim());
    desk.picture.mergeEntity("warning", answer);
    if (step === "update") this.#edit(answer.id);
    else if (answer.id !== this.id) desk.selection.choose({ kind: "warning", id: answer.id });
  }
}

function endChoice() {
  const choice = (/** @type {string} */ how, /** @type {boolean} */ first) =>
    h(
      "label",
      { class: "choice" },
      h("input", { type: "radio", name: "how", value: how, checked: first }),
      t(`warnings.end.${how}`),
    );
  return h("fieldset", { class: "plain" }, choice("cancel", true), choice("all_clear", false));
}
