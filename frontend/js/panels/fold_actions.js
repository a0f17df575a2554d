/** The steps that can be taken for a whole fold; each shows how far it has come and what failed. */

import { fill, h } from "../ui/dom.js";
import { againButton } from "../ui/failure.js";
import { partsOf } from "../ui/folds.js";
import { currentLanguage, t } from "../ui/i18n.js";
import { keyButton } from "../ui/parts.js";
import { offer, resolveForm, toggleForm } from "./resolve_form.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../types.js").Alert} Alert */
/** @typedef {import("../live/batch.js").Batch} Batch */

const DONE_SHOWN_MS = 30_000;

/** Whether a step is still to be taken for an alert; `me` is who would take it over. */
const NEEDS = /** @type {Record<string, (alert: Alert, me: number) => boolean>} */ ({
  acknowledge: (alert) => alert.state === "open",
  assign: (alert, me) => alert.state !== "resolved" && alert.assigned_to !== me,
  resolve: (alert) => alert.state !== "resolved",
});

export class FoldActions {
  /** @param {Desk} desk @param {string} id @param {() => void} taken told when a step is done for all */
  constructor(desk, id, taken) {
    const { actions, me } = desk;
    this.desk = desk;
    this.lot = partsOf(id)[1];
    this.taken = taken;
    /** @type {Alert[]} */
    this.members = [];
    const take = () => void this.#all("acknowledge", (one) => actions.acknowledge(one));
    const mine = () => void this.#all("assign", (one) => actions.assign(one, me.id));
    this.take = keyButton("a", t("fold.acknowledge"), take, "primary");
    this.mine = keyButton("m", t("fold.to_me"), mine);
    this.close = keyButton("x", t("fold.resolve"), () => toggleForm(this.resolve, this.close));
    this.resolve = resolveForm(`resolve/${id}`, (outcome, words) =>
      this.#all("resolve", (one) => actions.resolve(one, outcome, words)),
    );
    this.said = h("div", { class: "fold-said" });
    const row = h("div", { class: "work-actions" }, this.take, this.mine, this.close);
    const props = { class: "work-part actions", "aria-label": t("alert.actions") };
    this.element = h("section", props, row, this.resolve, this.said);
  }

  /** Offer what may be done for these now; nothing while one looks at the past.
   * @param {Alert[]} members */
  update(members) {
    this.members = members;
    const { desk } = this;
    const batch = desk.actions.batches.get(this.lot);
    this.element.hidden = Boolean(desk.picture.past) || (members.length === 0 && !batch);
    const due = (/** @type {string} */ verb) => !batch?.running && this.#due(verb).length > 0;
    offer(desk, this.take, "alert.acknowledge", due("acknowledge"));
    offer(desk, this.mine, "alert.assign", due("assign"));
    offer(desk, this.close, "alert.resolve", due("resolve"));
    if (this.close.hidden || this.#due("resolve").length === 0) this.resolve.hidden = true;
    this.#drawSaid(batch);
  }

  /** Do what a key stands for, if its button could be pressed.
   * @param {string} part */
  focus(part) {
    const button = { acknowledge: this.take, mine: this.mine, resolve: this.close }[part];
    if (button && !button.hidden && !this.element.hidden) button.click();
  }

  /** @param {string} verb @returns {number[]} */
  #due(verb) {
    return this.members.filter((one) => NEEDS[verb](one, this.desk.me.id)).map((one) => one.id);
  }

  /** @param {string} verb @param {(id: number) => Promise<boolean>} step
   * @returns {Promise<boolean>} true once it is done for all, be it after another try */
  async #all(verb, step) {
    const { actions, picture, me } = this.desk;
    const needs = (/** @type {number} */ id) => {
      const alert = picture.live.get(id);
      return Boolean(alert && NEEDS[verb](alert, me.id));
    };
    const ids = this.#due(verb);
    const done = actions.all(this.lot, { verb, ids, step, needs });
    if (!done) return false;
    await done;
    this.desk.say(t(`fold.work.${verb}`, { done: ids.length, n: ids.length }));
    this.taken();
    return true;
  }

  /** @param {Batch|undefined} batch */
  #drawSaid(batch) {
    const shown = batch && isFresh(batch) ? batch : undefined;
    const failed = shown ? failures(shown) : 0;
    const key = shown ? [shown.verb, shown.done, shown.running, failed].join() : "";
    if (this.said.dataset.shown === key) return;
    this.said.dataset.shown = key;
    if (!shown) fill(this.said);
    else fill(this.said, ...progress(shown), failed > 0 && refused(this.desk, shown, failed));
  }
}

/** What is done is told for a while; what failed, until it is done.
 * @param {Batch} batch */
function isFresh(batch) {
  return batch.running || batch.left.size > 0 || Date.now() - batch.endedAt < DONE_SHOWN_MS;
}

/** @param {Batch} batch */
function failures(batch) {
  return batch.running ? batch.failed.size : batch.left.size;
}

/** How far it has come, in figures and, until it is done, as a bar.
 * @param {Batch} batch */
function progress({ verb, done, total, running, left }) {
  const text = t(`fold.work.${verb}`, { done, n: total });
  const kind = running ? "sending" : left.size ? "" : "sent";
  const bar = left.size > 0 && h("progress", { max: total, value: done, "aria-label": text });
  return [h("p", { class: `work-said tabular ${kind}` }, text), bar];
}

/** What the server did not take, why (the first reason stands for all), and another try.
 * @param {Desk} desk @param {Batch} batch @param {number} count */
function refused(desk, batch, count) {
  const [id] = batch.failed;
  const reason = desk.actions.work.get(id)?.error?.sentence(currentLanguage()) ?? "";
  const again = () => void batch.run();
  const retry = againButton(again);
  const words = `${t("fold.failed", { n: count })}${reason && ": "}${reason} `;
  return h("p", { class: "work-said failed", role: "alert" }, words, !batch.running && retry);
}
