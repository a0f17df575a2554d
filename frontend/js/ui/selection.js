/** The one selection that queue, board, map and panel share; it survives a reload. */

import { tab } from "./store.js";

/** @typedef {{kind: "alert"|"thing", id: number}|{kind: "fold", id: string}} Own the console's own */
/** @typedef {Own|{kind: string, id: number|string}|null} Selected a module adds its kinds */

export class Selection {
  constructor() {
    /** @type {Selected} */
    this.current = tab.get("selected", null);
    /** @type {Selected} what the pointer rests on, lit in the other panes */
    this.hovered = null;
    /** @type {Set<() => void>} */
    this.listeners = new Set();
    /** @type {Set<() => void>} */
    this.hoverListeners = new Set();
  }

  /** @param {string} kind @param {number|string} id */
  is(kind, id) {
    return this.current?.kind === kind && this.current.id === id;
  }

  /** @param {Selected} wanted */
  choose(wanted) {
    if (this.current?.kind === wanted?.kind && this.current?.id === wanted?.id) return;
    this.current = wanted;
    tab.set("selected", wanted ?? undefined);
    for (const fn of this.listeners) fn();
  }

  /** @param {Selected} wanted */
  hover(wanted) {
    if (this.hovered?.kind === wanted?.kind && this.hovered?.id === wanted?.id) return;
    this.hovered = wanted;
    for (const fn of this.hoverListeners) fn();
  }

  /** @param {() => void} fn */
  onChange(fn) {
    this.listeners.add(fn);
  }

  /** @param {() => void} fn */
  onHover(fn) {
    this.hoverListeners.add(fn);
  }
}
