/** One step for many alerts: a few at a time, counted, and what failed can be asked for again. */

export const AT_ONCE = 4;

/** @typedef {object} Job
 * @property {string} verb
 * @property {number[]} ids
 * @property {(id: number) => Promise<boolean>} step true when the server has taken it
 * @property {(id: number) => boolean} needs whether it is still to be done: others work here too */

export class Batch {
  /** @param {Job} job @param {() => void} changed told after each answer */
  constructor(job, changed) {
    this.job = job;
    this.verb = job.verb;
    this.total = job.ids.length;
    /** @type {Set<number>} asked for, not yet done */
    this.left = new Set(job.ids);
    /** @type {Set<number>} refused in this round */
    this.failed = new Set();
    this.running = false;
    this.endedAt = 0; // ms
    this.changed = changed;
    /** @type {(taken: true) => void} */
    this.settle = () => {};
    /** @type {Promise<true>} settles once nothing is left, after as many rounds as that takes */
    this.finished = new Promise((settle) => (this.settle = settle));
  }

  get done() {
    return this.total - this.left.size;
  }

  /** Ask for all that is left, once each. */
  async run() {
    if (this.running) return;
    this.running = true;
    this.failed.clear();
    this.changed();
    const waiting = [...this.left];
    try {
      await Promise.all(Array.from({ length: AT_ONCE }, () => this.#lane(waiting)));
    } finally {
      this.running = false;
      this.endedAt = Date.now();
      this.changed();
    }
    if (this.left.size === 0) this.settle(true);
  }

  /** @param {number[]} waiting shared by all lanes */
  async #lane(waiting) {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      if (!this.job.needs(id) || (await this.job.step(id)) || !this.job.needs(id))
        this.left.delete(id);
      else this.failed.add(id);
      this.changed();
    }
  }
}
