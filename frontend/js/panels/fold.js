/** A fold in the work panel: many silent devices, how it came about, and one step for all of them. */

import { ageText, secondsSince } from "../ui/age.js";
import { serverNow } from "../ui/api.js";
import { fill, h, write } from "../ui/dom.js";
import { dayAndClock } from "../ui/format.js";
import { commonOwner, foldId, FOLD_FROM, membersOf, partsOf } from "../ui/folds.js";
import { name, personName, t } from "../ui/i18n.js";
import { reconcile } from "../ui/keyed.js";
import { chip, closeButton, factRows, severityMark } from "../ui/parts.js";
import { FoldActions } from "./fold_actions.js";
import { kindsText } from "./fold_row.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../types.js").Alert} Alert */

export class FoldPanel {
  /** @param {Desk} desk @param {string} id */
  constructor(desk, id) {
    this.desk = desk;
    this.id = id;
    this.shown = "";
    this.title = h("div", { class: "work-title" });
    this.facts = h("dl", { class: "facts" });
    this.age = h("span", { class: "tabular" });
    this.actions = new FoldActions(desk, id, () => this.#follow());
    this.devices = h("div", { class: "devices" });
    const heading = h("h3", {}, t("fold.devices"));
    this.list = h("section", { class: "work-part" }, heading, this.devices);
    const scroll = h("div", { class: "work-scroll" }, this.facts, this.actions.element, this.list);
    this.element = h("div", { class: "work-frame" }, this.title, scroll);
  }

  /** @returns {number} ms */
  get now() {
    return this.desk.picture.past?.at ?? serverNow();
  }

  /** Show the fold as the picture has it now, however few are left of it. */
  update() {
    const members = membersOf(this.desk.picture.alerts.values(), this.id, this.now);
    const state = members.map((one) => `${one.id}.${one.version}`).join();
    this.facts.hidden = this.list.hidden = members.length === 0;
    if (state !== this.shown || !this.title.childElementCount) {
      this.shown = state;
      this.#drawTitle(members);
      if (members.length) this.#drawFacts(members);
      this.#drawDevices(members);
    }
    if (members.length) write(this.age, ageText(secondsSince(members[0].opened_at, this.now)));
    this.actions.update(members);
  }

  /** @param {string} part */
  focus(part) {
    this.actions.focus(part);
  }

  /** @param {Alert[]} members */
  #drawTitle(members) {
    const close = closeButton(() => this.desk.selection.choose(null));
    const [first] = members;
    if (!first) {
      fill(this.title, h("div", { class: "work-line" }, h("h2", {}, t("fold.gone")), close));
      return;
    }
    const state = members.every((one) => one.state === first.state) ? first.state : "acknowledged";
    const count = h("span", { class: "number tabular" }, `×${members.length}`);
    const simulated = members.every((one) => one.simulated);
    const chips = [
      chip(state, t(`state.${state}`)),
      simulated && chip("simulated", t("simulated")),
    ];
    const line = h("div", { class: "work-line" }, severityMark(first.severity), count);
    line.append(...chips.filter((one) => one !== false), close);
    const words = t("fold.count", { n: members.length });
    fill(this.title, line, h("h2", {}, `${name("title", first)} · ${words}`));
  }

  /** How it came about: the alerts stand oldest first.
   * @param {Alert[]} members */
  #drawFacts(members) {
    const [first] = members;
    const latest = members.reduce((a, b) => (a.opened_at > b.opened_at ? a : b));
    const back = members.filter((one) => one.condition === "cleared").length;
    const at = (/** @type {Alert} */ alert) =>
      h("span", { class: "tabular" }, dayAndClock(alert.opened_at, this.now));
    const age = h("span", { class: "dim" }, ` · ${t("alert.age")} `, this.age);
    const owner = this.desk.people.get(commonOwner(members) ?? 0);
    const rows = factRows([
      [t("fold.kinds"), [kindsText(members)]],
      [t("fold.first"), [at(first), age]],
      [t("fold.latest"), [at(latest)]],
      [t("fold.heard"), [back ? t("fold.back", { n: back }) : ""]],
      [t("queue.who"), [personName(owner)]],
    ]);
    fill(this.facts, ...rows);
  }

  /** @param {Alert[]} members */
  #drawDevices(members) {
    reconcile(
      this.devices,
      members,
      (alert) => String(alert.id),
      (alert) => this.#device(alert),
      (button, alert) => button.classList.toggle("cleared", alert.condition === "cleared"),
    );
  }

  /** @param {Alert} alert */
  #device(alert) {
    const { selection } = this.desk;
    const chosen = /** @type {const} */ ({ kind: "alert", id: alert.id });
    const props = {
      class: "device",
      type: "button",
      title: `#${alert.number} ${name("thing", alert)} · ${name("place", alert)}`,
      onclick: () => selection.choose(chosen),
      onpointerenter: () => selection.hover(chosen),
      onpointerleave: () => selection.hover(null),
    };
    const [who, where] = [h("b", {}, name("thing", alert)), h("span", {}, name("place", alert))];
    const since = h("time", { class: "tabular" }, dayAndClock(alert.opened_at, this.now));
    return h("button", props, who, where, since);
  }

  /** After a step for all the choice goes along to where they are now. */
  #follow() {
    const { selection, picture } = this.desk;
    const left = (/** @type {string} */ id) => membersOf(picture.live.values(), id, serverNow());
    const next = foldId("active", partsOf(this.id)[1]);
    if (!selection.is("fold", this.id) || left(this.id).length) return;
    if (left(next).length >= FOLD_FROM) selection.choose({ kind: "fold", id: next });
  }
}
