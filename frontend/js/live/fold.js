/** What is so now, folded from the feed's messages; hands out what changed since it was last asked. */

import { isClosed, closedAt, CLOSED_KEPT_MS } from "../ui/order.js";

/** @typedef {import("../types.js").FeedItem} FeedItem */
/** @typedef {import("../types.js").Diff} Diff */

export class Fold {
  constructor() {
    /** @type {Map<string, Map<string, FeedItem>>} topic → id → newest item */
    this.topics = new Map();
    /** @type {Map<string, FeedItem>} changed since the last diff */
    this.changed = new Map();
    /** @type {Map<string, {topic: string, id: string}>} */
    this.left = new Map();
    this.whole = false;
  }

  /** Whether a diff would say anything. */
  get dirty() {
    return this.whole || this.changed.size > 0 || this.left.size > 0;
  }

  /** Take one server message; others than snapshot, event and gone change nothing.
   * @param {any} message */
  take(message) {
    if (message.type === "snapshot") this.#snapshot(message);
    else if (message.type === "event") this.#put(message);
    else if (message.type === "gone") this.#drop(message.topic, String(message.id));
  }

  /** What changed since the last call.
   * @returns {Diff} */
  diff() {
    const found = {
      whole: this.whole,
      items: [...this.changed.values()],
      gone: [...this.left.values()],
    };
    this.whole = false;
    this.changed.clear();
    this.left.clear();
    return found;
  }

  /** Let go of alerts that were closed more than half an hour ago.
   * @param {number} now ms */
  prune(now) {
    for (const [id, item] of this.topics.get("alert") ?? []) {
      const alert = /** @type {import("../types.js").Alert} */ (item.data);
      if (isClosed(alert) && now - closedAt(alert) > CLOSED_KEPT_MS) this.#drop("alert", id);
    }
  }

  /** @param {{items: FeedItem[], topics?: string[]}} message */
  #snapshot(message) {
    if (message.topics) {
      for (const topic of message.topics) {
        for (const id of [...(this.topics.get(topic)?.keys() ?? [])]) this.#drop(topic, id);
      }
    } else {
      this.topics.clear();
      this.changed.clear();
      this.left.clear();
      this.whole = true;
    }
    for (const item of message.items) this.#put(item);
  }

  /** @param {FeedItem} item */
  #put(item) {
    const id = String(item.id);
    let topic = this.topics.get(item.topic);
    if (!topic) this.topics.set(item.topic, (topic = new Map()));
    topic.set(id, item);
    this.changed.set(`${item.topic}/${id}`, item);
    this.left.delete(`${item.topic}/${id}`);
  }

  /** @param {string} topic @param {string} id */
  #drop(topic, id) {
    if (!this.topics.get(topic)?.delete(id)) return;
    this.changed.delete(`${topic}/${id}`);
    this.left.set(`${topic}/${id}`, { topic, id });
  }
}
