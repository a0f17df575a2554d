/** Incidents to show: what the feed has, and those closed in the last half hour. */

import { call, serverNow } from "../ui/api.js";
import { CLOSED_KEPT_MS } from "./model.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../types.js").Entity} Entity */

const AGAIN_MS = 5000; // one that closed must not be missing because an answer was

export class Shelf {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    /** @type {Map<number, Entity>} */
    this.closed = new Map();
    this.failure = "";
    this.known = new Set();
    desk.picture.on("incident", () => this.#watch());
    void this.read();
  }

  /** @returns {Entity[]} */
  get all() {
    const live = this.desk.picture.of("incident");
    const found = [...live.values()];
    if (this.desk.picture.past) return found;
    return [...found, ...[...this.closed.values()].filter((one) => !live.has(String(one.id)))];
  }

  /** @param {number} id @returns {Entity|undefined} */
  get(id) {
    const { picture } = this.desk;
    return picture.of("incident").get(String(id)) ?? (picture.past ? undefined : this.closed.get(id));
  }

  /** Keep one that was read by itself: closed long ago, but looked at now.
   * @param {any} incident */
  keep(incident) {
    if (incident.state === "closed") this.closed.set(incident.id, incident);
    else this.closed.delete(incident.id);
  }

  /** One that the feed ended was closed, here or elsewhere: read what closed. */
  #watch() {
    if (this.desk.picture.past) return;
    const now = new Set(this.desk.picture.of("incident").keys());
    const gone = [...this.known].some((id) => !now.has(id));
    this.known = now;
    if (gone) void this.read();
  }

  async read() {
    const since = new Date(serverNow() - CLOSED_KEPT_MS).toISOString();
    const path = `/incidents?state=closed&closed_since=${encodeURIComponent(since)}&limit=200`;
    const found = await call(path).catch(() => null);
    if (!found) {
      setTimeout(() => void this.read(), AGAIN_MS);
      return;
    }
    for (const one of found.items) this.closed.set(one.id, one);
    this.desk.picture.changed("incident");
  }
}
