/** The words of a fence: names, code, scope; a refusal stands beside its field. */

import { fill, h } from "../ui/dom.js";
import { currentLanguage, name, t } from "../ui/i18n.js";
import { proposeCode } from "./fence_facts.js";

/** @typedef {import("./fence_facts.js").Place} Place */
/** @typedef {{name_zh: string, name_en: string, code: string, scope: string, chosen?: boolean}} Words
 * `chosen`: the scope was chosen by hand */

const LONGEST = /** @type {Record<string, number>} */ ({ name_zh: 80, name_en: 80, code: 60 });

export class FenceForm {
  /** @param {Words} words changed as they are typed
   * @param {{fresh: boolean, taken: () => Iterable<string>, keep: () => void}} how `fresh`: the code
   *   may still be chosen */
  constructor(words, { fresh, taken, keep }) {
    this.words = words;
    this.taken = taken;
    this.keep = keep;
    this.proposing = fresh && (!words.code || words.code === proposeCode(words.name_en, taken()));
    this.code = this.#text("code", { disabled: !fresh, spellcheck: false });
    this.scope = h("select", { "data-field": "scope", required: true });
    this.scope.onchange = () => {
      this.words.chosen = true;
      this.#took("scope", this.scope.value);
    };
    this.element = h(
      "div",
      { class: "fence-fields" },
      labelled("name_zh", this.#text("name_zh", { required: true, lang: "zh" })),
      labelled("name_en", this.#text("name_en", { lang: "en" })),
      labelled("code", this.code),
      labelled("scope", this.scope),
    );
    this.#propose();
  }

  /** Offer divisions.
   * @param {Place[]} places @param {boolean} propose take the first, unless a hand chose meanwhile */
  offer(places, propose) {
    const known = places.some(({ scope }) => scope === this.words.scope);
    if (!known || (propose && !this.words.chosen)) this.#took("scope", places[0]?.scope ?? "");
    const options = places.map((place) => {
      const selected = place.scope === this.words.scope;
      return h("option", { value: place.scope, selected }, placeText(place));
    });
    fill(this.scope, ...options);
  }

  /** Say what was refused, beside the field that it is about.
   * @param {import("../ui/api.js").ApiError} error @returns {boolean} whether it is one of these */
  refuse(error) {
    this.clear();
    const { field = "", remedy = "" } = error.problem;
    const input = /** @type {HTMLElement|null} */ (
      this.element.querySelector(`[data-field="${CSS.escape(field)}"]`)
    );
    if (!input) return false;
    input.setAttribute("aria-invalid", "true");
    const words = [error.sentence(currentLanguage()), remedy].filter(Boolean).join(" ");
    input.after(h("small", { class: "field-refused", role: "alert" }, words));
    input.focus();
    return true;
  }

  /** Take earlier refusals away. */
  clear() {
    for (const input of this.element.querySelectorAll("[aria-invalid]"))
      input.removeAttribute("aria-invalid");
    for (const words of this.element.querySelectorAll(".field-refused")) words.remove();
  }

  /** @param {"name_zh"|"name_en"|"code"} field @param {Record<string, any>} props */
  #text(field, props) {
    const all = { value: this.words[field], maxlength: LONGEST[field], autocomplete: "off" };
    const input = h("input", { ...all, "data-field": field, ...props });
    input.oninput = () => {
      if (field === "code") this.proposing = false;
      this.#took(field, input.value);
      this.#propose();
    };
    return input;
  }

  #propose() {
    if (!this.proposing) return;
    this.code.value = proposeCode(this.words.name_en, this.taken());
    this.#took("code", this.code.value);
  }

  /** @param {"name_zh"|"name_en"|"code"|"scope"} field @param {string} value */
  #took(field, value) {
    this.words[field] = value;
    this.keep();
  }
}

/** @param {string} field @param {HTMLElement} input */
function labelled(field, input) {
  return h("label", { class: "field" }, h("span", {}, t(`fence.${field}`)), input);
}

/** @param {Place} place */
function placeText(place) {
  return [name("name", place), place.scope || t("fence.everywhere")].filter(Boolean).join(" · ");
}
