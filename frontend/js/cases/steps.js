/** What this person may do with a case now: one button for each legal step, its form beneath it. */

import { ApiError, call } from "../ui/api.js";
import { fill, h } from "../ui/dom.js";
import { currentLanguage, t } from "../ui/i18n.js";
import { keyButton } from "../ui/parts.js";
import { saidLine, sending } from "../ui/sending.js";
import { atOnce, ENDED, STEPS } from "./model.js";
import { stepForm } from "./step_form.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("./model.js").Case} Case */
/** @typedef {import("./facts.js").CaseFile} CaseFile */

/** @type {CaseSteps|null} those of the panel that is shown: keys act on them */
let shown = null;

/** Whether a key stands for a step of the case that is shown.
 * @param {string} key */
export function offers(key) {
  return shown?.buttonOf(key) !== undefined;
}

/** @param {string} key */
export function press(key) {
  shown?.buttonOf(key)?.click();
}

export class CaseSteps {
  /** @param {Desk} desk @param {number} id @param {(file: CaseFile) => void} took the answer to a
   * step @param {() => void} stale somebody else was first: look again */
  constructor(desk, id, took, stale) {
    this.desk = desk;
    this.id = id;
    this.took = took;
    this.stale = stale;
    this.drawn = "";
    /** @type {CaseFile|null} */
    this.file = null;
    /** @type {Map<string, HTMLButtonElement>} */
    this.buttons = new Map();
    this.row = h("div", { class: "work-actions" });
    this.form = h("div", {});
    this.said = saidLine();
    const props = { class: "work-part actions", "aria-label": t("cases.actions") };
    this.element = h("section", props, this.row, this.form, this.said);
    shown = this;
  }

  /** Offer what may be done in this state.
   * @param {Case} one @param {CaseFile|null} file */
  update(one, file) {
    const current = !this.desk.picture.past && file?.version === one.version ? file : null;
    const key = this.desk.picture.past ? "past" : current ? `${current.version}` : "wait";
    if (key === this.drawn || (key === "wait" && this.drawn !== "past" && this.drawn !== "")) return;
    this.drawn = key;
    this.file = current;
    this.#draw(one, current?.may ?? []);
  }

  /** @param {string} key */
  buttonOf(key) {
    const step = [...this.buttons.keys()].find((name) => STEPS[name].key === key);
    const button = step ? this.buttons.get(step) : undefined;
    return button && !button.disabled && button.isConnected ? button : undefined;
  }

  leave() {
    if (shown === this) shown = null;
  }

  /** @param {Case} one @param {string[]} may */
  #draw(one, may) {
    const known = may.filter((step) => step in STEPS);
    const ordered = [
      ...known.filter((step) => STEPS[step].main),
      ...known.filter((step) => !STEPS[step].main),
    ];
    const first = ordered.find((step) => STEPS[step].main);
    this.buttons = new Map(ordered.map((step) => [step, this.#button(step, step === first)]));
    fill(this.row, ...this.buttons.values());
    fill(this.form);
    const over = ENDED.includes(one.state);
    const none = over ? "cases.nothing.over" : "cases.nothing";
    if (ordered.length === 0 && this.file)
      fill(this.row, h("p", { class: "dim" }, t(none)));
  }

  /** @param {string} step @param {boolean} first */
  #button(step, first) {
    const label = t(`cases.do.${step}`);
    const run = () => (atOnce(step) ? void this.#send(step, {}, this.row) : this.#open(step));
    const button = keyButton(STEPS[step].key, label, run, first ? "primary" : "button");
    if (!atOnce(step)) button.setAttribute("aria-expanded", "false");
    return button;
  }

  /** Show the form of a step; pressed again, it goes.
   * @param {string} step */
  #open(step) {
    const { file } = this;
    if (!file) return;
    const again = this.buttons.get(step)?.getAttribute("aria-expanded") === "true";
    for (const [name, button] of this.buttons)
      if (!atOnce(name)) button.setAttribute("aria-expanded", String(name === step && !again));
    if (again) {
      fill(this.form);
      return;
    }
    const form = stepForm(this.desk, file, step, (body) => this.#send(step, body, form));
    fill(this.form, form);
    /** @type {HTMLElement|null} */ (form.querySelector("input, select, textarea"))?.focus();
  }

  /** @param {string} step @param {Record<string, unknown>|FormData} body @param {HTMLElement} form
   * @returns {Promise<boolean>} */
  async #send(step, body, form) {
    const version = this.file?.version;
    if (body instanceof FormData) body.set("version", String(version));
    const given = body instanceof FormData ? body : { ...body, version };
    const path = `/cases/${this.id}/${step}`;
    const send = () => call(path, { method: "POST", body: given });
    const answer = await sending(form, this.said, send, (error) => this.#refused(error));
    if (answer) {
      this.desk.say(`${t(`cases.did.${step}`)} ${t("sending.done")}`);
      this.took(answer);
    }
    return answer !== null;
  }

  /** @param {ApiError} error */
  #refused(error) {
    this.desk.say(error.sentence(currentLanguage()), true);
    if (error.status === 409) this.stale();
  }
}
