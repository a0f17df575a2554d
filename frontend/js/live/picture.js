/** The page's one picture of the city: alerts, things, latest values; live, or as it was at a moment. */

import { isClosed } from "../ui/order.js";
import { keepEntity, mergeEntity } from "./entities.js";
import { fenceOf, isNews, keepAlert, keepFence, latestOf, positionOf } from "./items.js";
import { moveOn, pastOf } from "./past.js";

/** @typedef {import("../types.js").Alert} Alert */
/** @typedef {import("../types.js").Thing} Thing */
/** @typedef {import("../types.js").Stream} Stream */
/** @typedef {import("../types.js").FeedItem} FeedItem */
/** @typedef {import("../types.js").Diff} Diff */
/** @typedef {import("../types.js").Fence} Fence */
/** @typedef {string} Part alerts, things, values, link, mode, work, roster, fences, a module's topic; any */
/** @typedef {import("./past.js").Past} Past */

const NOTHING = new Map();

export class Picture {
  constructor() {
    /** @type {Map<number, Alert>} */
    this.live = new Map();
    /** @type {Map<number, Thing>} */
    this.things = new Map();
    /** @type {Map<number, {thing: Thing, stream: Stream}>} */
    this.streams = new Map();
    /** @type {Map<string, Fence>} those in use now, by code */
    this.drawn = new Map();
    /** @type {import("./entities.js").Shelves} what the modules' topics hold now */
    this.shelves = new Map();
    /** @type {Past|null} */
    this.past = null;
    /** @type {import("../types.js").LinkState} */
    this.link = { state: "connecting", heard: 0 };
    this.loaded = false;
    /** @type {Map<string, Set<() => void>>} */
    this.listeners = new Map();
  }

  /** The alerts to show: of now, or of the moment that is replayed. */
  get alerts() {
    return this.past ? this.past.alerts : this.live;
  }

  /** The fences in use: now, or at the moment that is replayed. */
  get fences() {
    return this.past ? this.past.fences : this.drawn;
  }

  /** What a module's topic holds: now, or at the moment that is replayed.
   * @param {string} topic @returns {Map<string, import("../types.js").Entity>} */
  of(topic) {
    return (this.past ?? this).shelves.get(topic) ?? NOTHING;
  }

  /** Call `fn` after each change of a part of the picture, or of "any".
   * @param {Part} part @param {() => void} fn */
  on(part, fn) {
    const known = this.listeners.get(part) ?? new Set();
    this.listeners.set(part, known.add(fn));
  }

  /** @param {...Part} parts */
  changed(...parts) {
    const told = parts.length ? [...parts, "any"] : parts;
    for (const part of told) for (const fn of this.listeners.get(part) ?? []) fn();
  }

  /** The newest reading of a stream, or the one that was newest at the replayed moment.
   * @param {Stream} stream */
  latest(stream) {
    return this.past ? (this.past.values.get(stream.id) ?? null) : stream.latest;
  }

  /** Where a thing is: its last position if it moves, else where it stands.
   * @param {Thing} thing @returns {{lon: number, lat: number}|null} */
  where(thing) {
    const moving = this.past ? this.past.positions.get(thing.id) : thing.position;
    if (moving) return moving;
    return thing.lon === null || thing.lat === null ? null : { lon: thing.lon, lat: thing.lat };
  }

  /** @param {Thing[]} things */
  setThings(things) {
    this.things = new Map(things.map((thing) => [thing.id, thing]));
    this.streams.clear();
    for (const thing of things) {
      for (const stream of thing.datastreams) this.streams.set(stream.id, { thing, stream });
    }
    this.changed("things", "values");
  }

  /** Alerts closed before this page was opened; the feed's snapshot holds only what stands.
   * @param {Alert[]} alerts */
  setClosed(alerts) {
    for (const alert of alerts) this.live.set(alert.id, alert);
  }

  /** Take what the worker found changed, in one go.
   * @param {Diff} diff */
  apply(diff) {
    if (diff.whole) {
      for (const [id, alert] of this.live) if (!isClosed(alert)) this.live.delete(id);
      this.drawn.clear();
      this.loaded = true;
    }
    const before = diff.whole ? [...this.shelves.keys()] : [];
    if (diff.whole) this.shelves.clear();
    const parts = /** @type {Set<Part>} */ (
      new Set(diff.whole ? ["alerts", "fences", "loaded", ...before] : [])
    );
    for (const { topic, id } of diff.gone) {
      if (topic === "alert" && this.live.delete(Number(id))) parts.add("alerts");
      if (topic === "fence" && this.drawn.delete(id)) parts.add("fences");
      if (topic === "thing") parts.add("roster");
      if (this.shelves.get(topic)?.delete(id)) parts.add(topic);
    }
    for (const item of diff.items) parts.add(this.#take(item));
    this.changed(...parts);
  }

  /** Take the answer to an action at once; an older answer never replaces a newer state.
   * @param {Alert} alert */
  merge(alert) {
    const known = this.live.get(alert.id);
    if (known && known.version > alert.version) return;
    this.live.set(alert.id, {
      ...alert,
      lon: alert.lon ?? known?.lon,
      lat: alert.lat ?? known?.lat,
    });
    this.changed("alerts");
  }

  /** Take the answer to a drawing at once.
   * @param {Fence} fence */
  mergeFence(fence) {
    keepFence(this.drawn, fence);
    this.changed("fences");
  }

  /** Take the answer to a module's action at once; an older one changes nothing.
   * @param {string} topic @param {Record<string, any>} answer with its id and version */
  mergeEntity(topic, answer) {
    mergeEntity(this.shelves, topic, answer);
    this.changed(topic);
  }

  /** @param {FeedItem} item @returns {Part} */
  #take(item) {
    if (item.topic === "alert") {
      keepAlert(this.live, item);
      return "alerts";
    }
    if (item.topic === "fence") {
      keepFence(this.drawn, fenceOf(item));
      return "fences";
    }
    if (item.topic === "observation") {
      const known = this.streams.get(Number(item.id));
      if (known) known.stream.latest = latestOf(item);
      return "values";
    }
    if (item.topic === "position") {
      const thing = this.things.get(Number(item.id));
      if (thing) thing.position = positionOf(item);
      return "values";
    }
    if (item.topic === "thing") return isNews(this.things, item) ? "roster" : "work";
    keepEntity(this.shelves, item);
    return item.topic;
  }

  /** Show the state of a moment instead of now.
   * @param {number} at ms @param {FeedItem[]} items @param {boolean} [known] */
  replay(at, items, known = true) {
    const topics = [this.past, (this.past = pastOf(at, items, known)), this].flatMap((one) => [
      ...(one?.shelves.keys() ?? []),
    ]);
    this.changed(...new Set(["mode", "alerts", "fences", "values", ...topics]));
  }

  /** Move the past on to a later moment by what changed until then.
   * @param {number} at ms @param {import("./past.js").Change[]} changes in order */
  forward(at, changes) {
    if (this.past) this.changed(...moveOn(this.past, at, changes));
  }

  /** Return to now. */
  backToLive() {
    if (!this.past) return;
    const topics = new Set([...this.past.shelves.keys(), ...this.shelves.keys()]);
    this.past = null;
    this.changed("mode", "alerts", "fences", "values", ...topics);
  }
}
