/** One fence's card on the map: what it is, which rules use it, what alerts, how to change it. */

import { ApiError, call } from "../ui/api.js";
import { fill, h } from "../ui/dom.js";
import { currentLanguage, name, t } from "../ui/i18n.js";
import { isClosed } from "../ui/order.js";
import { chip, closeButton, factRows, severityMark } from "../ui/parts.js";
import { mayEdit, prefixOf } from "./fence_facts.js";
import { areaOf, areaText } from "./geometry.js";

/** @typedef {import("../types.js").Fence} Fence */
/** @typedef {{redraw: (fence: Fence) => void, rename: (fence: Fence) => void}} Change */

export class FenceCard {
  /** @param {import("../desk.js").Desk} desk @param {HTMLElement} place @param {Change|null} change
   * what those may do who draw fences */
  constructor(desk, place, change) {
    this.desk = desk;
    this.place = place;
    this.change = change;
    this.code = "";
    this.asking = false; // whether to remove it
    this.rules = h("span", { class: "dim" }, "…");
    this.failed = h("p", { class: "notice bad", role: "alert", hidden: true });
    for (const part of /** @type {const} */ (["fences", "alerts", "mode"]))
      desk.picture.on(part, () => this.#draw());
  }

  /** Whether a card is shown. */
  get isOpen() {
    return this.code !== "";
  }

  /** @param {string} code */
  open(code) {
    this.code = code;
    this.asking = false;
    this.failed.hidden = true;
    fill(this.rules, "…");
    this.#draw();
    void this.#loadRules(code);
  }

  /** Put the card away. */
  close() {
    if (this.isOpen) this.place.hidden = true;
    this.code = "";
  }

  #draw() {
    const fence = this.desk.picture.fences.get(this.code);
    if (!fence) return this.close();
    const close = closeButton(() => this.close());
    const simulated = fence.simulated && chip("simulated", t("simulated"));
    const title = h("h3", {}, name("name", fence));
    const head = h("div", { class: "work-line" }, title, simulated, close);
    const facts = h("dl", { class: "facts" }, ...factRows(this.#rows(fence)));
    const focused = this.place.contains(document.activeElement);
    fill(this.place, h("div", { class: "stack" }, head, facts, this.failed, this.#buttons(fence)));
    this.place.hidden = false;
    if (focused) this.place.querySelector("button")?.focus();
  }

  /** @param {Fence} fence @returns {[string, import("../ui/dom.js").Child[]][]} */
  #rows(fence) {
    const size = fence.geometry.coordinates.reduce(
      (/** @type {number} */ sum, /** @type {any} */ area) => sum + areaOf(area[0].slice(0, -1)),
      0,
    );
    return [
      [t("fence.code_short"), [h("code", {}, fence.code)]],
      [t("fence.area"), [areaText(size)]],
      [t("fence.scope"), [this.#place(fence.scope)]],
      [t("fence.rules"), [this.rules]],
      [t("fence.alerts"), this.#alerts(fence)],
    ];
  }

  /** A division's name, if the city or any thing in it tells it.
   * @param {string} scope */
  #place(scope) {
    if (!scope) return t("fence.everywhere");
    const { city, picture } = this.desk;
    if (city.code && prefixOf(city.code) === scope) return `${name("name", city)} · ${scope}`;
    const there = [...picture.things.values()].find((thing) => thing.scope === scope);
    return [name("place", there), scope].filter(Boolean).join(" · ");
  }

  /** @param {Fence} fence */
  #alerts(fence) {
    const { picture, selection } = this.desk;
    return [...picture.alerts.values()]
      .filter((alert) => alert.fence_id === fence.id && !isClosed(alert))
      .map((alert) => {
        const choose = () => selection.choose({ kind: "alert", id: alert.id });
        const props = { class: "link fence-alert", type: "button", onclick: choose };
        const words = ` #${alert.number} ${name("thing", alert)}`;
        return h("button", props, severityMark(alert.severity, true), words);
      });
  }

  /** @param {Fence} fence */
  #buttons(fence) {
    const { change } = this;
    if (!change || !mayEdit(this.desk.me, fence.scope)) return null;
    if (this.desk.picture.past) return h("p", { class: "dim" }, t("fence.not_past"));
    if (this.asking) return this.#question(fence);
    const ask = () => ((this.asking = true), this.#draw());
    return h(
      "div",
      { class: "work-row" },
      button("fence.redraw", () => (this.close(), change.redraw(fence))),
      button("fence.rename", () => (this.close(), change.rename(fence))),
      button("fence.remove", ask),
    );
  }

  /** @param {Fence} fence */
  #question(fence) {
    const keep = () => ((this.asking = false), this.#draw());
    return h(
      "div",
      { class: "stack", role: "group" },
      h("p", { class: "notice warn" }, t("fence.ask", { name: name("name", fence) })),
      h(
        "div",
        { class: "work-row" },
        button("fence.keep", keep),
        button("fence.remove_yes", () => void this.#remove(fence), "primary"),
      ),
    );
  }

  /** @param {Fence} fence */
  async #remove(fence) {
    try {
      await call(`/fences/${encodeURIComponent(fence.code)}`, { method: "DELETE" });
      this.desk.picture.mergeFence({ ...fence, active: false });
      this.desk.say(t("fence.removed", { name: name("name", fence) }));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.asking = false;
      this.failed.hidden = false;
      fill(this.failed, error.sentence(currentLanguage()));
      this.#draw();
    }
  }

  /** @param {string} code */
  async #loadRules(code) {
    const answer = await call("/rules").catch((error) => {
      if (error instanceof ApiError) return null;
      throw error;
    });
    if (code !== this.code) return;
    if (!answer) return fill(this.rules, t("fence.rules_failed"));
    const using = answer.items.filter(
      (/** @type {any} */ rule) =>
        rule.enabled &&
        rule.kind === "fence" &&
        (!rule.when.fences?.length || rule.when.fences.includes(code)),
    );
    const titles = using.map((/** @type {any} */ rule) => name("title", rule));
    fill(this.rules, titles.join(" · ") || t("fence.no_rules"));
  }
}

/** @param {string} key @param {() => void} run @param {string} [kind] */
function button(key, run, kind = "button") {
  return h("button", { class: kind, type: "button", onclick: run }, t(key));
}
