/** The field over the map in which everything with a name or a code is sought. */

import { ApiError, call } from "../ui/api.js";
import { byId, fill, h, write } from "../ui/dom.js";
import { againButton } from "../ui/failure.js";
import { currentLanguage, t } from "../ui/i18n.js";
import { closeButton } from "../ui/parts.js";
import { tab } from "../ui/store.js";
import { aboutOf, pathOf, sayOf, titleOf } from "./model.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("./model.js").Hit} Hit */

const PAUSE_MS = 80;

export class SearchBox {
  /** @param {Desk} desk @param {(hit: Hit) => void} take a hit that was chosen */
  constructor(desk, take) {
    this.desk = desk;
    this.take = take;
    this.place = byId("map-search");
    this.input = h("input", {
      id: "search-input",
      enterkeyhint: "search",
      value: tab.get("search", ""),
      maxlength: 200,
      autocomplete: "off",
      autocapitalize: "none",
      spellcheck: "false",
      role: "combobox",
      "aria-expanded": "false",
      "aria-controls": "search-hits",
      "aria-autocomplete": "list",
      "aria-label": t("search.label"),
      placeholder: t("search.placeholder"),
      oninput: () => this.#typed(),
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.#key(event),
    });
    this.hits = h("ul", { class: "search-hits", id: "search-hits", role: "listbox", hidden: true });
    this.hits.setAttribute("aria-label", t("search.hits"));
    this.said = h("p", { class: "search-said", role: "status" }, t("search.hint"));
    const line = h("div", { class: "search-line" }, this.input, closeButton(() => this.close()));
    fill(this.place, line, this.hits, this.said);
    /** @type {Hit[]} */
    this.found = [];
    this.at = 0;
    this.timer = 0;
    /** @type {AbortController|null} */
    this.asking = null;
  }

  get isOpen() {
    return !this.place.hidden;
  }

  /** Open it, and have the names read before the first letter is typed. */
  open() {
    this.desk.show("map");
    this.place.hidden = false;
    this.input.focus();
    this.input.select();
    void this.#look();
  }

  close() {
    this.#stop();
    clearTimeout(this.timer);
    this.place.hidden = true;
    byId("map").focus({ preventScroll: true });
  }

  /** Want the answer under way no more: its failing is nobody's fault. */
  #stop() {
    const { asking } = this;
    this.asking = null;
    asking?.abort();
  }

  #typed() {
    tab.set("search", this.input.value || undefined);
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.#look(), PAUSE_MS);
  }

  async #look() {
    this.#stop();
    const asking = (this.asking = new AbortController());
    const typed = this.input.value.trim();
    if (typed) write(this.said, t("search.wait"));
    this.place.setAttribute("aria-busy", "true");
    try {
      const path = pathOf(typed, this.desk.map?.look());
      const answer = await call(path, { signal: asking.signal });
      if (this.asking === asking) this.#draw(typed, answer.items);
    } catch (error) {
      if (this.asking === asking) this.#failed(error);
    } finally {
      if (this.asking === asking) this.place.removeAttribute("aria-busy");
    }
  }

  /** @param {unknown} error */
  #failed(error) {
    if (!(error instanceof ApiError)) throw error;
    this.#show([]);
    const again = () => void this.#look();
    const why = t("search.failed", { why: error.sentence(currentLanguage()) });
    fill(this.said, why, " ", againButton(again));
  }

  /** @param {string} typed @param {Hit[]} hits */
  #draw(typed, hits) {
    this.at = 0;
    this.#show(hits);
    write(this.said, typed ? sayOf(typed, hits) : t("search.hint"));
  }

  /** @param {Hit[]} hits */
  #show(hits) {
    this.found = hits;
    this.hits.hidden = hits.length === 0;
    this.input.setAttribute("aria-expanded", String(hits.length > 0));
    fill(this.hits, ...hits.map((hit, at) => this.#item(hit, at)));
    this.#mark();
  }

  /** @param {Hit} hit @param {number} at */
  #item(hit, at) {
    const about = [aboutOf(hit), hit.simulated && t("simulated")].filter(Boolean).join(" · ");
    const words = [h("span", {}, titleOf(hit)), h("small", {}, about)];
    const item = h("li", { role: "option", id: `search-hit-${at}` }, ...words);
    item.onpointerdown = (event) => event.preventDefault(); // the field keeps the cursor
    item.onclick = () => this.take(hit);
    return item;
  }

  #mark() {
    [...this.hits.children].forEach((item, at) =>
      item.setAttribute("aria-selected", String(at === this.at)),
    );
    const marked = this.hits.children[this.at];
    if (!marked) this.input.removeAttribute("aria-activedescendant");
    else {
      this.input.setAttribute("aria-activedescendant", marked.id);
      marked.scrollIntoView({ block: "nearest" });
    }
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.isComposing) return; // Enter and arrows are the input method's
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const count = this.found.length;
    if (step && count) this.at = (this.at + step + count) % count;
    else if (event.key === "Enter" && count) this.take(this.found[this.at]);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
    if (step) this.#mark();
  }
}
