/** The command bar: one line, completed with Tab, run with Enter; a wrong word changes nothing. */

import { byId, fill, h } from "../ui/dom.js";
import { clock } from "../ui/format.js";
import { currentLanguage, has, t } from "../ui/i18n.js";
import { tab } from "../ui/store.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("./lexicon.js").Offer} Offer */

/** @param {Desk} desk */
export function mountCommand(desk) {
  const bar = new CommandBar(desk);
  desk.picture.on("work", () => bar.drawLast());
  desk.keys.bind("/", () => bar.input.focus());
}

class CommandBar {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.at = -1; // the offer that is marked
    this.input = h("input", {
      id: "command-input",
      role: "combobox",
      "aria-expanded": "false",
      "aria-controls": "offers",
      "aria-autocomplete": "list",
      "aria-label": t("command.label"),
      placeholder: t(plans(desk) ? "command.placeholder.planner" : "command.placeholder"),
      value: tab.get("command", ""),
      autocomplete: "off",
      autocapitalize: "none",
      spellcheck: "false",
      oninput: () => this.#typed(),
      onfocus: () => this.show(),
      onblur: () => this.show(),
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.#key(event),
    });
    const label = t("command.offers");
    const list = { class: "offers", id: "offers", role: "listbox", "aria-label": label };
    this.offers = h("ul", { ...list, hidden: true });
    this.said = h("span", { class: "command-said", role: "status" });
    const line = h("form", { class: "command-line" }, h("kbd", {}, "/"), this.input);
    line.onsubmit = (event) => {
      event.preventDefault();
      this.#enter();
    };
    fill(byId("command"), line, this.said, this.offers);
  }

  /** What is typed; whoever still has the cursor here from the line before types the slash too. */
  get line() {
    return this.input.value.replace(/^\s*\/+/, "").trimStart();
  }

  /** What could be meant by the line as it stands.
   * @returns {Offer[]} */
  get list() {
    return this.desk.verbs.offers(this.line);
  }

  /** Show the offers while the line has the cursor. */
  show() {
    const found = document.activeElement === this.input ? this.list : [];
    this.at = Math.min(this.at, found.length - 1);
    this.offers.hidden = found.length === 0;
    this.input.setAttribute("aria-expanded", String(found.length > 0));
    fill(this.offers, ...found.map((offer, i) => this.#item(offer, i)));
    if (this.at >= 0) this.input.setAttribute("aria-activedescendant", `offer-${this.at}`);
    else this.input.removeAttribute("aria-activedescendant");
  }

  /** @param {Offer} offer @param {number} i */
  #item(offer, i) {
    const hint = has(offer.hint) ? t(offer.hint) : offer.hint;
    const props = { role: "option", id: `offer-${i}`, "aria-selected": String(i === this.at) };
    const item = h("li", props, h("code", {}, offer.line), h("span", {}, hint));
    item.onpointerdown = (event) => {
      event.preventDefault();
      this.#take(offer);
    };
    return item;
  }

  #typed() {
    this.at = -1;
    this.#keep();
    this.show();
  }

  #keep() {
    tab.set("command", this.input.value || undefined);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const { list } = this;
    if (event.key === "Escape") {
      event.stopPropagation();
      this.input.blur();
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (list.length === 0 || (!step && (event.key !== "Tab" || !this.input.value))) return;
    event.preventDefault();
    if (!step) this.#take(list[Math.max(0, this.at)]);
    else {
      this.at = (this.at + step + list.length + (this.at < 0 && step < 0 ? 1 : 0)) % list.length;
      this.show();
    }
  }

  /** @param {Offer|undefined} offer */
  #take(offer) {
    if (!offer) return;
    if (offer.choose) {
      this.desk.selection.choose(offer.choose);
      this.#done();
      return;
    }
    this.input.value = offer.line;
    this.#typed();
  }

  #enter() {
    const line = this.line.trim();
    if (this.at >= 0 || line.startsWith("?")) {
      const offer = this.list[Math.max(0, this.at)];
      if (offer) this.#take(offer);
      else this.#tell(t("command.no_match"), true);
      return;
    }
    if (!line) {
      this.input.blur();
      return;
    }
    void this.#run(line);
  }

  /** The bar is free for the next line at once; one that makes no sense comes back, to be mended,
   * unless another has been begun.
   * @param {string} line */
  async #run(line) {
    this.input.value = "";
    this.#typed();
    const said = await this.desk.verbs.run(line);
    const begun = this.input.value !== "";
    if (said) this.#tell(said.bad && begun ? `${line}: ${said.text}` : said.text, said.bad);
    if (begun) return;
    if (!said?.bad) this.#done();
    else {
      this.input.value = line;
      this.#typed();
    }
  }

  #done() {
    this.input.value = "";
    this.#typed();
    this.input.blur();
  }

  /** @param {string} text @param {boolean} bad */
  #tell(text, bad) {
    this.said.className = `command-said ${bad ? "failed" : ""}`;
    fill(this.said, text);
  }

  /** Say how the last action went, whoever started it here. */
  drawLast() {
    const work = this.desk.actions.last;
    if (!work) return;
    const number = this.desk.picture.live.get(work.alert)?.number ?? work.alert;
    const failed = work.state === "failed";
    const sentence = failed
      ? `${t("work.failed")}: ${work.error?.sentence(currentLanguage()) ?? ""}`
      : t(`work.${work.state}.${work.verb}`);
    this.#tell(`${clock(work.at)}  #${number}  ${sentence}`, failed);
  }
}

/** Whether the layers are this desk's work, and alerts are others'.
 * @param {Desk} desk */
function plans(desk) {
  return desk.may("layer.edit") && !desk.may("alert.acknowledge");
}
