/** What is to be heard: an incident that somebody else reported, and a timer that has fallen due. */

import { serverNow } from "../ui/api.js";
import { name, t } from "../ui/i18n.js";
import { byDue, stageOf } from "./model.js";

/** @typedef {import("../desk.js").Desk} Desk */

export class Watch {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    /** @type {Set<number>} */
    this.heard = new Set();
    /** @type {Set<number>} */
    this.due = new Set();
    this.primed = false;
  }

  /** Look each second; what was there before this page was opened makes no sound. */
  look() {
    const { desk } = this;
    if (desk.picture.past || !desk.picture.loaded) return;
    const now = serverNow();
    const fresh = this.#fresh(
      [...desk.picture.of("incident").values()].filter((one) => one.state === "open"),
      this.heard,
    );
    const due = this.#fresh(
      byDue(desk.picture.of("task").values()).filter((task) => stageOf(task, now) === 2),
      this.due,
    );
    if (this.primed && due.length) {
      desk.sound.play("due");
      desk.say(t("incidents.said.due", { what: name("title", due[0]) }), true);
    } else if (this.primed && fresh.length) {
      desk.sound.play("other");
      desk.say(t("incidents.said.new", { n: fresh[0].number, type: name("type", fresh[0]) }));
    }
    this.primed = true;
  }

  /** Those not met before; all of them are met now.
   * @param {any[]} all @param {Set<number>} met @returns {any[]} */
  #fresh(all, met) {
    const fresh = all.filter(({ id }) => !met.has(id));
    for (const { id } of fresh) met.add(id);
    return fresh;
  }
}
