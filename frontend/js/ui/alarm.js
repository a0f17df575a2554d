/** Which sound is due: pure decisions over the picture; `sound.js` makes the noise. */

import { foldKind } from "./folds.js";
import { isClosed } from "./order.js";

/** @typedef {import("../types.js").Alert} Alert */
/** @typedef {"red"|"other"|"lost"|"back"} Sound */

export const REPEAT_MS = 30_000;
export const LOST_AFTER_MS = 10_000;
export const FLOOD_MS = 60_000; // silences of a kind that has sounded this recently are heard of

export class Alarm {
  constructor() {
    /** @type {Map<number, {severity: number, last: number}>} what this console has sounded for */
    this.heard = new Map();
    /** @type {Map<string, number>} kind of silence → when a sound was made for it, ms */
    this.floods = new Map();
    this.lostTold = false;
    this.primed = false;
  }

  /**
   * The one sound that is due now, the worst first; null for silence. A rise in severity of an
   * alert sounds like a new one. Red repeats until somebody, anywhere, acknowledges. Devices that
   * fall silent one after another make one sound in a minute; nothing else is ever left out.
   * @param {Iterable<Alert>} alerts @param {number} now ms
   * @returns {"red"|"other"|null}
   */
  due(alerts, now) {
    let red = false;
    /** @type {Alert[]} */ const others = [];
    const open = new Set();
    for (const alert of alerts) {
      if (alert.state !== "open" || isClosed(alert)) continue;
      open.add(alert.id);
      const known = this.heard.get(alert.id);
      const fresh = !known || alert.severity < known.severity;
      if (alert.severity === 1) {
        if (fresh || now - known.last >= REPEAT_MS) red = true;
      } else if (fresh && this.primed && (known || !this.#flooding(alert, now))) others.push(alert);
      if (fresh) this.heard.set(alert.id, { severity: alert.severity, last: now });
    }
    for (const id of this.heard.keys()) if (!open.has(id)) this.heard.delete(id);
    this.primed = true;
    if (red) this.#restart(alerts, now);
    if (red || others.length === 0) return red ? "red" : null;
    for (const kind of others.map(foldKind)) if (kind) this.floods.set(kind, now);
    return "other";
  }

  /** Whether an alert joins silences of which there was a sound just now.
   * @param {Alert} alert @param {number} now */
  #flooding(alert, now) {
    const sounded = this.floods.get(foldKind(alert) ?? "");
    return sounded !== undefined && now - sounded <= FLOOD_MS;
  }

  /** One repetition is for all reds at once: a storm must not become a machine gun.
   * @param {Iterable<Alert>} alerts @param {number} now */
  #restart(alerts, now) {
    for (const alert of alerts) {
      const known = this.heard.get(alert.id);
      if (known && alert.severity === 1) known.last = now;
    }
  }

  /** Whether losing the feed, or having it back, is to be heard now.
   * @param {boolean} live @param {number} gapMs @returns {"lost"|"back"|null} */
  link(live, gapMs) {
    if (!live && gapMs > LOST_AFTER_MS && !this.lostTold) {
      this.lostTold = true;
      return "lost";
    }
    if (live && this.lostTold) {
      this.lostTold = false;
      return "back";
    }
    return null;
  }
}
