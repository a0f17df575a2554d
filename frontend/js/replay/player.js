/** Plays the past into the picture: loads a moment, then what changed after it, window by window. */

import { ApiError } from "../ui/api.js";
import { PlayClock } from "./clock.js";
import { Reel } from "./reel.js";

/** @typedef {import("./reel.js").Change} Change */
/** @typedef {"live"|"loading"|"paused"|"playing"|"waiting"|"failed"} Mode */
/**
 * @typedef {object} Source where the past comes from
 * @property {() => number} now ms, the server's clock
 * @property {(at: number, clock: string, signal: AbortSignal) => Promise<any[]>} state
 * @property {(window: import("./reel.js").Window, clock: string, signal: AbortSignal) =>
 *   Promise<{items: Change[], through: number}>} changes
 */

const EDGE_MS = 2000; // so near to now is now

export class Player {
  /** @param {import("../live/picture.js").Picture} picture @param {Source} source
   * @param {() => void} changed told after each change of mode or moment */
  constructor(picture, source, changed) {
    this.picture = picture;
    this.source = source;
    this.changed = changed;
    this.clock = new PlayClock();
    this.reel = new Reel();
    /** @type {Mode} */
    this.mode = "live";
    this.by = "known"; // or was
    this.wish = 0; // the moment that is being loaded, ms
    this.ended = false;
    /** @type {ApiError|null} */
    this.error = null;
    this.abort = new AbortController();
    this.asking = false;
  }

  /** The moment shown, or asked for. */
  get at() {
    return this.mode === "live" ? this.source.now() : this.wish || this.clock.at;
  }

  /** Whether it plays, or will once what it waits for is there. */
  get running() {
    return this.clock.playing;
  }

  /** Go to a moment; playing goes on from there.
   * @param {number} at ms */
  async go(at) {
    if (at >= this.source.now() - EDGE_MS) {
      this.live();
      return;
    }
    this.#stopAsking();
    this.wish = at;
    this.#become("loading");
    const { signal } = this.abort;
    try {
      const items = await this.source.state(at, this.by, signal);
      if (signal.aborted) return;
      this.wish = 0;
      this.clock.at = at;
      this.reel.reset(at);
      this.picture.replay(at, items, this.by === "known");
      this.#become(this.clock.playing ? "playing" : "paused");
    } catch (error) {
      this.#failed(error, signal);
    }
  }

  /** Go on by a step: within what is loaded at once, else by loading that moment.
   * @param {number} by ms */
  step(by) {
    const at = this.at + by;
    const loaded = this.mode === "paused" && by > 0 && at <= this.reel.through;
    if (!loaded) return void this.go(at);
    this.clock.at = at;
    this.#show();
    this.changed();
  }

  /** @param {number} wall ms of the page's clock */
  play(wall) {
    this.clock.play(wall);
    if (this.mode === "paused") this.#become("playing");
    else if (this.mode === "failed") this.again();
  }

  pause() {
    this.clock.pause();
    if (this.mode === "playing" || this.mode === "waiting") this.#become("paused");
    else this.changed();
  }

  /** @param {number} speed */
  setSpeed(speed) {
    this.clock.speed = speed;
    this.changed();
  }

  /** @param {"known"|"was"} by */
  setClock(by) {
    this.by = by;
    if (this.mode !== "live") void this.go(this.at);
    else this.changed();
  }

  /** Return to now. */
  live() {
    this.ended = this.clock.playing;
    this.clock.pause();
    this.#stopAsking();
    this.wish = 0;
    this.reel.reset(0);
    this.picture.backToLive();
    this.#become("live");
  }

  /** Ask once more for what could not be had. */
  again() {
    if (this.wish || !this.picture.past) void this.go(this.at);
    else {
      this.#become(this.clock.playing ? "playing" : "paused");
      this.#prefetch();
    }
  }

  /** One frame: show what has happened since the last one.
   * @param {number} wall ms */
  tick(wall) {
    if (this.mode !== "playing" && this.mode !== "waiting") return;
    const waits = this.clock.tick(wall, this.reel.through);
    this.#show();
    if (this.clock.at >= this.source.now() - EDGE_MS) this.live();
    else {
      this.#prefetch();
      this.mode = waits ? "waiting" : "playing";
      this.changed();
    }
  }

  #show() {
    this.picture.forward(this.clock.at, this.reel.take(this.clock.at));
  }

  #prefetch() {
    const end = this.source.now() - EDGE_MS / 2;
    const window = this.asking ? null : this.reel.wanted(this.clock.at, this.clock.speed, end);
    if (window) void this.#load(window);
  }

  /** @param {import("./reel.js").Window} window */
  async #load(window) {
    const { signal } = this.abort;
    this.asking = true;
    try {
      const { items, through } = await this.source.changes(window, this.by, signal);
      if (signal.aborted) return;
      this.asking = false;
      this.reel.add(window.from, through, items);
    } catch (error) {
      this.#failed(error, signal);
    }
  }

  /** @param {unknown} error @param {AbortSignal} signal */
  #failed(error, signal) {
    if (signal.aborted) return; // asked anew meanwhile
    if (!(error instanceof ApiError)) throw error;
    this.asking = false;
    this.error = error;
    this.#become("failed");
  }

  #stopAsking() {
    this.abort.abort();
    this.abort = new AbortController();
    this.asking = false;
  }

  /** @param {Mode} mode */
  #become(mode) {
    this.mode = mode;
    this.changed();
  }
}
