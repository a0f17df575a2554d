/** A station's file from the API: its items, hours, days and talk; read again when it changes. */

import { ApiError, call, serverNow } from "../ui/api.js";

/** @typedef {import("../desk.js").Desk} Desk */
/**
 * @typedef {{day: string, value: number|null, class: number|null, class_zh: string|null,
 *   class_en: string|null, colour: string|null}} Day
 * @typedef {object} StationFile
 * @property {"air"|"water"} kind
 * @property {string} status
 * @property {number} [target_class]
 * @property {"river"|"lake"} [water_body]
 * @property {string} edition_zh
 * @property {string} edition_en
 * @property {import("./model.js").Item[]} items
 * @property {import("./model.js").Hour[]} hours
 * @property {Day[]} days
 * @property {import("./link.js").Link[]} links
 * @property {import("./link.js").Refused[]} refusals
 */

const AGAIN_MS = 20_000; // the talk with the device changes while the index stands

export class StationReader {
  /** @param {Desk} desk @param {number} id @param {() => void} changed */
  constructor(desk, id, changed) {
    this.desk = desk;
    this.id = id;
    this.changed = changed;
    /** @type {StationFile|null} */
    this.file = null;
    /** @type {ApiError|null} */
    this.error = null;
    this.end = 0; // ms, of what was read
    this.state = "";
    this.readAt = 0;
  }

  /** Read if anything is new: the index, the span, the moment, or simply time.
   * @param {string} index what the feed knows of it @param {number} hours */
  look(index, hours) {
    const past = this.desk.picture.past?.at;
    const state = `${index}|${hours}|${past ?? "now"}`;
    const due = past === undefined && Date.now() - this.readAt > AGAIN_MS;
    if (state === this.state && !due) return;
    this.state = state;
    void this.read(hours);
  }

  /** @param {number} hours */
  async read(hours) {
    const { state } = this;
    const past = this.desk.picture.past?.at;
    const end = past ?? serverNow();
    this.readAt = Date.now();
    const until = past === undefined ? "" : `&until=${new Date(past).toISOString()}`;
    try {
      const file = await call(`/environment/stations/${this.id}?hours=${hours}${until}`);
      if (state !== this.state) return;
      [this.file, this.error, this.end] = [file, null, end];
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (state !== this.state) return;
      this.error = error;
    }
    this.changed();
  }
}
