/** Which folds of the queue show their members: those opened by hand, and that of the selection. */

import { tab } from "../ui/store.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../ui/folds.js").Fold} Fold */

export class OpenFolds {
  /** @param {Desk} desk @param {() => void} render */
  constructor(desk, render) {
    this.desk = desk;
    this.render = render;
    /** @type {Set<string>} opened by hand; survives a reload */
    this.byHand = new Set(tab.get("folds", []));
  }

  /** @param {Fold} fold */
  isOpen({ id, members }) {
    const { current } = this.desk.selection;
    const inside = current?.kind === "alert" && members.some((one) => one.id === current.id);
    return inside || this.byHand.has(id);
  }

  /** Forget folds that are no more, lest a later one of the same name begins open.
   * @param {string} section @param {(string|undefined)[]} ids of the folds that it has */
  keep(section, ids) {
    const gone = [...this.byHand].filter((id) => id.startsWith(section) && !ids.includes(id));
    if (gone.length === 0 || this.desk.picture.past) return;
    for (const id of gone) this.byHand.delete(id);
    tab.set("folds", [...this.byHand]);
  }

  /** @param {string} id @param {boolean} open */
  set(id, open) {
    if (open) this.byHand.add(id);
    else this.byHand.delete(id);
    tab.set("folds", [...this.byHand]);
    this.render();
  }

  /** Open or close; a chosen member leaves the choice to its fold, which else would stay open.
   * @param {string} id @param {boolean} open whether it is open now */
  toggle = (id, open) => {
    if (open) this.desk.selection.choose({ kind: "fold", id });
    this.set(id, !open);
  };
}
