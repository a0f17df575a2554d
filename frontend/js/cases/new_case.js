/** A new case by keyboard: kind, place on the map, words; what is alike nearby is shown first. */

import { freshKey } from "../ui/fresh_key.js";
import { call } from "../ui/api.js";
import { fill, h, write } from "../ui/dom.js";
import { keepDraft } from "../ui/drafts.js";
import { name, t } from "../ui/i18n.js";
import { closeButton, keyButton } from "../ui/parts.js";
import { field, saidLine, sending } from "../ui/sending.js";
import { tab } from "../ui/store.js";
import { onSendKey } from "../panels/resolve_form.js";
import { loadKinds } from "./catalogue.js";
import { alike, shortNumber } from "./model.js";
import { photoField } from "./photo_field.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("./model.js").Case} Case */
/** @typedef {import("./catalogue.js").Kind} Kind */

const SOURCES = ["hotline", "desk", "video", "drone", "leader"];
const DRAFTS = ["words", "address", "name", "phone"];

export class NewCasePanel {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    /** @type {{lon: number, lat: number}|null} */
    this.spot = tab.get("case.spot", null);
    this.key = freshKey(); // one report, however often it is sent
    this.kinds = h("select", { name: "code", required: true, onchange: () => this.#near() });
    this.place = h("output", { class: "tabular", name: "lon", tabindex: -1 });
    this.near = h("div", {});
    this.photos = photoField();
    this.said = saidLine();
    this.form = this.#form();
    const close = closeButton(() => desk.selection.choose(null));
    const line = h("div", { class: "work-line" }, h("h2", {}, t("cases.new.title")), close);
    const scroll = h("div", { class: "work-scroll" }, this.form);
    this.element = h("div", { class: "work-frame" }, h("div", { class: "work-title" }, line), scroll);
    void this.#offerKinds();
    this.#placed();
    requestAnimationFrame(() => this.kinds.isConnected && this.kinds.focus());
  }

  update() {}

  #form() {
    const pick = keyButton("p", t("cases.pick"), () => void this.#pick(), "button case-pick");
    const props = { class: "work-part stack case-new", "aria-label": t("cases.new.title") };
    const text = (/** @type {string} */ what, /** @type {number} */ most) => {
      const input = h("input", { name: what, maxlength: most, autocomplete: "off" });
      keepDraft(input, `case/new/${what}`);
      return field(t(`cases.${what}`), input);
    };
    const words = h("textarea", { name: "words", rows: 3, maxlength: 2000 });
    keepDraft(words, "case/new/words");
    const caller = h("div", { class: "case-pair" }, text("name", 80), text("phone", 40));
    const send = h("button", { class: "primary", type: "submit" }, t("cases.send"));
    const form = h(
      "form",
      props,
      field(t("cases.kind"), this.kinds),
      h("div", { class: "field" }, h("span", {}, t("cases.place")), h("div", { class: "work-row" }, pick, this.place)),
      this.near,
      text("address", 255),
      field(t("cases.said"), words),
      this.#sources(),
      this.desk.may("case.accept") && caller,
      this.photos.element,
      h("div", { class: "work-row" }, send, h("small", { class: "dim" }, "Ctrl+Enter")),
      this.said,
    );
    form.onsubmit = (event) => (event.preventDefault(), void this.#send());
    onSendKey(form);
    return form;
  }

  #sources() {
    if (!this.desk.may("case.accept")) return null;
    const options = SOURCES.map((one) => h("option", { value: one }, t(`cases.source.${one}`)));
    return field(t("cases.source"), h("select", { name: "source" }, ...options));
  }

  async #offerKinds() {
    const kinds = await loadKinds();
    const groups = new Map(kinds.map((one) => [name("major", one), /** @type {Kind[]} */ ([])]));
    for (const one of kinds) groups.get(name("major", one))?.push(one);
    const before = tab.get("case.kind", "");
    fill(
      this.kinds,
      h("option", { value: "" }, t("cases.kind.choose")),
      ...[...groups].map(([label, rows]) =>
        h(
          "optgroup",
          { label },
          ...rows.map((one) => {
            const value = `${one.kind}/${one.code}`;
            const text = `${name("name", one)} · ${one.code}`;
            return h("option", { value, selected: value === before }, text);
          }),
        ),
      ),
    );
    this.#near();
  }

  async #pick() {
    const shape = await this.desk.map?.ask("point", t("cases.pick.title"));
    this.desk.show("work");
    if (!shape) return;
    const [lon, lat] = /** @type {[number, number]} */ (shape.coordinates);
    this.spot = { lon, lat };
    tab.set("case.spot", this.spot);
    this.#placed();
    /** @type {HTMLElement|null} */ (this.form.querySelector("[name=address]"))?.focus();
  }

  #placed() {
    const { spot } = this;
    write(this.place, spot ? `${spot.lat.toFixed(5)}, ${spot.lon.toFixed(5)}` : t("cases.no_place"));
    this.#near();
  }

  /** Cases that may be the same, before anything is sent. */
  #near() {
    tab.set("case.kind", this.kinds.value || undefined);
    const [kind, code] = this.kinds.value.split("/");
    const held = /** @type {Iterable<Case>} */ (
      /** @type {unknown} */ (this.desk.picture.of("case").values())
    );
    const found = this.spot && code ? alike(held, { kind, code, ...this.spot }) : [];
    this.near.hidden = found.length === 0;
    fill(
      this.near,
      h("p", { class: "notice warn" }, t("cases.near", { n: found.length })),
      ...found.slice(0, 4).map(({ case: one, metres }) => {
        const choose = () => this.desk.selection.choose({ kind: "case", id: one.id });
        const props = { class: "related", type: "button", onclick: choose };
        const away = h("span", { class: "dim" }, t("cases.metres", { n: Math.round(metres) }));
        return h("button", props, `#${shortNumber(one)} ${name("name", one)}`, h("span", {}, name("state", one)), away);
      }),
    );
  }

  async #send() {
    const { spot } = this;
    if (!spot) {
      fill(this.said, t("cases.no_place"));
      this.said.className = "work-said failed";
      return;
    }
    const given = new FormData(this.form);
    const [kind, code] = this.kinds.value.split("/");
    given.delete("photo");
    for (const photo of this.photos.files()) given.append("photo", photo);
    const more = { kind, code, lon: spot.lon, lat: spot.lat, key: this.key };
    for (const [field, value] of Object.entries(more)) given.set(field, String(value));
    const send = () => call("/cases/reports", { method: "POST", body: given });
    const answer = await sending(this.form, this.said, send);
    if (!answer) return;
    for (const what of DRAFTS) tab.set(`draft.case/new/${what}`, undefined);
    for (const what of ["case.spot", "case.kind"]) tab.set(what, undefined);
    this.desk.picture.mergeEntity("case", answer.case);
    this.desk.lists.show("cases");
    this.desk.say(t("cases.made", { number: answer.receipt.number }));
    this.desk.selection.choose({ kind: "case", id: answer.case.id });
  }
}
