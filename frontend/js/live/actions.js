/** What a dispatcher does to an alert: sent at once, its progress visible, its answer merged. */

import { ApiError, call } from "../ui/api.js";
import { Batch } from "./batch.js";

/** @typedef {import("../types.js").Alert} Alert */
/** @typedef {{alert: number, verb: string, state: "sending"|"sent"|"failed", at: number, error?: ApiError, again: () => void}} Work */

export class Actions {
  /** @param {import("./picture.js").Picture} picture */
  constructor(picture) {
    this.picture = picture;
    /** @type {Map<number, Work>} the last action on each alert */
    this.work = new Map();
    /** @type {Work|null} the last action of all */
    this.last = null;
    /** @type {Map<string, Batch>} the last step on many alerts at once, by the name of the lot */
    this.batches = new Map();
  }

  /** Do one step for many alerts; a lot has one step under way at a time. The promise holds until
   * the server has taken each, and is null when nothing was begun.
   * @param {string} lot @param {import("./batch.js").Job} job @returns {Promise<true>|null} */
  all(lot, job) {
    if (this.batches.get(lot)?.running || job.ids.length === 0) return null;
    const batch = new Batch(job, () => this.picture.changed("work"));
    this.batches.set(lot, batch);
    void batch.run();
    return batch.finished;
  }

  /** @param {number} alert */
  acknowledge(alert) {
    return this.#send(alert, "acknowledge", {});
  }

  /** @param {number} alert @param {number} user */
  assign(alert, user) {
    return this.#send(alert, "assign", { user });
  }

  /** @param {number} alert @param {string} words */
  comment(alert, words) {
    return this.#send(alert, "comment", { words });
  }

  /** @param {number} alert @param {string} outcome @param {string} words */
  resolve(alert, outcome, words) {
    return this.#send(alert, "resolve", words ? { outcome, words } : { outcome });
  }

  /** Resolve to true when the server has taken it.
   * @param {number} alert @param {string} verb @param {Record<string, unknown>} body
   * @returns {Promise<boolean>} */
  async #send(alert, verb, body) {
    const again = () => void this.#send(alert, verb, body);
    const work = /** @type {Work} */ ({ alert, verb, state: "sending", at: Date.now(), again });
    this.#show(work);
    try {
      this.picture.merge(await call(`/alerts/${alert}/${verb}`, { method: "POST", body }));
      this.#show({ ...work, state: "sent", at: Date.now() });
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 409 && error.problem.current) this.picture.merge(error.problem.current);
      this.#show({ ...work, state: "failed", at: Date.now(), error });
      return false;
    }
  }

  /** @param {Work} work */
  #show(work) {
    this.work.set(work.alert, work);
    this.last = work;
    this.picture.changed("work");
  }
}
