/** Where it is: a place typed by name and picked from what is known, or shown on the map. */

import { call } from "../ui/api.js";
import { fill, h } from "../ui/dom.js";
import { keepDraft } from "../ui/drafts.js";
import { name, t, word } from "../ui/i18n.js";
import { tab } from "../ui/store.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {{name_zh: string, name_en: string, kind: string, lon: number, lat: number}} Found */

const PAUSE_MS = 120;

export class PlaceField {
  /** @param {Desk} desk @param {string} subject what its draft is kept under */
  constructor(desk, subject) {
    this.desk = desk;
    this.subject = subject;
    /** @type {{lon: number, lat: number}|null} */
    this.point = tab.get(`draft.${subject}/point`, null);
    this.input = h("input", {
      name: "address",
      maxlength: 200,
      autocomplete: "off",
      role: "combobox",
      "aria-expanded": "false",
      "aria-controls": "place-offers",
      placeholder: t("incidents.place.type"),
      "aria-label": t("incidents.place"),
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.#key(event),
      onblur: () => this.#hide(),
    });
    keepDraft(this.input, `${subject}/address`);
    this.input.addEventListener("input", () => this.#typed());
    this.offers = h("ul", { class: "place-offers", id: "place-offers", role: "listbox", hidden: true });
    const map = h("button", { class: "button", type: "button" }, t("incidents.place.map"));
    map.onclick = () => void this.#ask();
    this.state = h("small", { class: "dim place-state" });
    const line = h("div", { class: "place-line" }, this.input, map, this.offers);
    const label = h("span", {}, t("incidents.place"));
    this.element = h("div", { class: "field" }, label, line, this.state);
    /** @type {Found[]} */
    this.found = [];
    this.at = 0;
    this.timer = 0;
    this.#say();
  }

  /** @param {{lon: number, lat: number}|null} point */
  set(point) {
    this.point = point;
    tab.set(`draft.${this.subject}/point`, point ?? undefined);
    this.#say();
  }

  clear() {
    this.input.value = "";
    tab.set(`draft.${this.subject}/address`, undefined);
    this.set(null);
  }

  #say() {
    const { point } = this;
    const words = point ? `${point.lat.toFixed(5)}, ${point.lon.toFixed(5)}` : t("incidents.place.none");
    fill(this.state, words);
    this.state.classList.toggle("known", point !== null);
  }

  #typed() {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.#look(), PAUSE_MS);
  }

  async #look() {
    const typed = this.input.value.trim();
    const answer = typed && (await call(`/places?q=${encodeURIComponent(typed)}`).catch(() => null));
    if (this.input.value.trim() !== typed) return; // an older answer
    this.found = answer ? answer.items : [];
    this.at = 0;
    this.#draw();
  }

  #draw() {
    const open = this.found.length > 0 && document.activeElement === this.input;
    this.offers.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
    fill(this.offers, ...this.found.map((one, at) => this.#offer(one, at)));
    if (open) this.input.setAttribute("aria-activedescendant", `place-offer-${this.at}`);
    else this.input.removeAttribute("aria-activedescendant");
  }

  /** @param {Found} one @param {number} at */
  #offer(one, at) {
    const props = { role: "option", id: `place-offer-${at}`, "aria-selected": String(at === this.at) };
    const kind = h("small", { class: "dim" }, word("incidents.place.kind", one.kind));
    const item = h("li", props, h("span", {}, name("name", one)), kind);
    item.onpointerdown = (event) => {
      event.preventDefault();
      this.#take(one);
    };
    return item;
  }

  #hide() {
    this.offers.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (this.offers.hidden || event.ctrlKey) return;
    if (step) this.at = (this.at + step + this.found.length) % this.found.length;
    else if (event.key === "Enter") this.#take(this.found[this.at]);
    else if (event.key === "Escape") this.#hide();
    else return;
    event.preventDefault();
    event.stopPropagation();
    if (step) this.#draw();
  }

  /** A house number that was typed behind the name stays behind it.
   * @param {Found} one */
  #take(one) {
    this.input.value = name("name", one);
    tab.set(`draft.${this.subject}/address`, this.input.value);
    this.set({ lon: one.lon, lat: one.lat });
    this.#hide();
    this.desk.map?.fit("new-incident", [{ lon: one.lon, lat: one.lat }]);
  }

  async #ask() {
    const shown = await this.desk.map?.ask("point", t("incidents.place.ask"));
    this.desk.show("work");
    if (shown) this.set({ lon: shown.coordinates[0], lat: shown.coordinates[1] });
    this.input.focus();
  }
}
