/** What an app on a phone knows and owes: the person, the queue, what it read last. */

import { read } from "./door.js";
import { askForTurn } from "./install.js";
import { counts, inOrder, isOwed, made, pause } from "./queue.js";
import { onElsewhere, sendAll } from "./sender.js";
import { allItems, changeItem, forgetUnder, keep, kept, putItem, removeItem } from "./store.js";
import { now, useZone } from "./times.js";

/** @typedef {import("./queue.js").Item} Item */
/** @typedef {import("./sender.js").Standing} Standing */
/** @typedef {{id: number, username: string, name_zh: string, name_en: string, may: string[]}} Person */
/** @typedef {{bounds: number[], center: number[], time_zone: string, version: string}} City */

/** The names under which the files of cases are kept, one by one. */
export const FILES = "file:";

export class Phone {
  constructor() {
    /** @type {Person|null} */
    this.me = null;
    /** @type {City|null} */
    this.city = null;
    /** @type {import("../types.js").MapLayer[]} */
    this.layers = [];
    /** @type {Item[]} in the order they were made */
    this.items = [];
    /** @type {Standing} */
    this.standing = "idle";
    /** @type {Set<() => void>} */
    this.listeners = new Set();
    this.timer = 0;
  }

  /** @param {() => void} fn @returns {() => void} stop */
  on(fn) {
    this.listeners.add(fn);
    return () => this.listeners.delete(fn);
  }

  changed() {
    for (const fn of [...this.listeners]) fn();
  }

  get online() {
    return navigator.onLine && this.standing !== "unreachable";
  }

  get counts() {
    return this.me ? counts(this.items, this.me.id) : { owed: 0, refused: 0 };
  }

  /** @returns {Item[]} own ones, newest first */
  get own() {
    return this.items.filter((item) => item.owner === this.me?.id).reverse();
  }

  /** What others left on this phone and only they can send. */
  get others() {
    return this.items.filter((item) => item.owner !== this.me?.id && isOwed(item)).length;
  }

  /** Show what is kept; the network decides nothing about opening. */
  async show() {
    this.me = await kept("me", null);
    this.#useCity(await kept("city", null));
    this.layers = await kept("layers", []);
    this.items = inOrder(await allItems());
    this.changed();
    onElsewhere(() => void this.reload());
    addEventListener("online", () => void this.wake());
    addEventListener("offline", () => this.changed());
    document.addEventListener("visibilitychange", () => !document.hidden && void this.wake());
  }

  /** Ask who is signed in and send what is owed. */
  async wake() {
    await this.#who();
    this.changed();
    if (this.standing === "idle") await Promise.all([this.#surroundings(), this.send(true)]);
  }

  async reload() {
    this.items = inOrder(await allItems());
    this.changed();
  }

  /** Put something into the queue; it is on the disk when this resolves.
   * @param {import("./queue.js").Given} given */
  async add(given) {
    await putItem(made(given, now()));
    await this.reload();
    void askForTurn();
    void this.send();
  }

  /** @param {string} key @param {(item: Item) => Item} change */
  async change(key, change) {
    await changeItem(key, change);
    await this.reload();
    void askForTurn();
    void this.send();
  }

  /** @param {string} key */
  async drop(key) {
    await removeItem(key);
    await this.reload();
  }

  /** @param {boolean} [hurry] */
  async send(hurry = false) {
    window.clearTimeout(this.timer);
    this.standing = await sendAll({ hurry }, () => void this.reload());
    await this.reload();
    const due = this.me && this.standing !== "sign_in" && pause(this.items, this.me.id, Date.now());
    if (typeof due === "number")
      this.timer = window.setTimeout(() => void this.send(), Math.max(1000, due));
  }

  /** Read something of the server's and keep it for when there is no network.
   * @template T @param {string} path @param {string} name @param {T} fallback
   * @returns {Promise<{value: T, at: number, fresh: boolean, problem?: Record<string, any>}>} */
  async readKept(path, name, fallback) {
    const answer = await read(path);
    if (answer.kind === "received") {
      const value = /** @type {any} */ (answer.answer);
      await keep(name, { value, at: now(), owner: this.me?.id });
      return { value, at: now(), fresh: true };
    }
    this.#stand(answer.kind);
    const old = await this.recall(name, fallback);
    return { ...old, problem: answer.kind === "refused" ? answer.problem : undefined };
  }

  /** What was kept for this person, and when.
   * @template T @param {string} name @param {T} fallback
   * @returns {Promise<{value: T, at: number, fresh: boolean}>} */
  async recall(name, fallback) {
    const old = await kept(name, /** @type {any} */ (null));
    const own = old && old.owner === this.me?.id;
    return { value: own ? old.value : fallback, at: own ? old.at : 0, fresh: false };
  }

  async #who() {
    const answer = await read("/me");
    this.#stand(answer.kind);
    if (answer.kind !== "received") return;
    const other = this.me?.id !== answer.answer.id;
    this.me = /** @type {Person} */ (answer.answer);
    if (other) await this.#forgetOther();
    await keep("me", this.me);
  }

  /** Another person took the phone: what the last one read is not theirs to see. */
  async #forgetOther() {
    for (const name of ["cases", "unit"]) await keep(name, undefined);
    await forgetUnder(FILES);
    await globalThis.caches?.delete("zhihui-tiles");
  }

  /** @param {import("./outcome.js").Outcome["kind"]} kind */
  #stand(kind) {
    if (kind === "received" || kind === "refused") this.standing = "idle";
    else this.standing = kind === "sign_in" ? "sign_in" : "unreachable";
  }

  async #surroundings() {
    const [city, layers] = await Promise.all([read("/city"), read("/layers")]);
    if (city.kind === "received") {
      this.#useCity(/** @type {any} */ (city.answer));
      await keep("city", this.city);
    }
    if (layers.kind === "received") await keep("layers", (this.layers = layers.answer.items));
    this.changed();
  }

  /** @param {City|null} city */
  #useCity(city) {
    this.city = city;
    useZone(city?.time_zone);
  }
}
