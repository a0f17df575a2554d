/** The citizen's report: what, where, photos, words, how to reach them; then number and link. */

import { byId, fill, h } from "../ui/dom.js";
import { tab } from "../ui/store.js";
import { read, send } from "./door.js";
import { drawingOf } from "./glyphs.js";
import { keyOf, kindTile } from "./kinds.js";
import { button, glyph, nothing, note } from "./parts.js";
import { Photos } from "./photos.js";
import { Picker } from "./picker.js";
import { openPublicPage } from "./public_page.js";
import { thanks } from "./thanks.js";
import { named, say, sentence } from "./words.js";
import { freshKey } from "../ui/fresh_key.js";

/** @typedef {import("./kinds.js").CaseKind} CaseKind */
/** @typedef {import("./outcome.js").Outcome} Outcome */

const settings = openPublicPage();
const page = byId("public");
const title = page.querySelector("h1") ?? h("h1", {});
const FIELDS = /** @type {const} */ (["address", "words", "name", "phone"]);

class Form {
  /** @param {CaseKind[]} kinds @param {import("../types.js").MapLayer[]} layers */
  constructor(kinds, layers) {
    this.kinds = kinds;
    /** Known to the server if this very report came through before and its answer did not. */
    this.key = tab.get("report.key", "") || freshKey();
    tab.set("report.key", this.key);
    /** @type {CaseKind|null} */
    this.kind = kinds.find((kind) => keyOf(kind) === tab.get("report.kind", "")) ?? null;
    /** @type {import("./picker.js").Chosen|null} */
    this.place = null;
    this.photos = new Photos([], () => {});
    const ground = { bounds: settings.city.bounds, layers: () => layers };
    this.picker = new Picker(ground, null, (place) => (this.place = place));
    this.what = h("div", {});
    this.said = h("div", { class: "said" });
    this.button = button(say("report.send"), () => void this.submit(), { kind: "primary" });
    this.fields = {
      address: this.#field("address", { maxlength: 255 }),
      words: h("textarea", { rows: 3, maxlength: 1000, placeholder: say("report.words_hint") }),
      name: this.#field("name", { maxlength: 80, autocomplete: "name" }),
      phone: this.#field("phone", { maxlength: 40, type: "tel", autocomplete: "tel" }),
    };
    for (const name of FIELDS) this.#keepField(name);
  }

  /** @param {string} name @param {Record<string, any>} props */
  #field(name, props) {
    const placeholder = name === "address" ? say("report.address_hint") : null;
    return h("input", { name, placeholder, ...props });
  }

  /** @param {typeof FIELDS[number]} name */
  #keepField(name) {
    const field = this.fields[name];
    field.value = tab.get(`report.${name}`, "");
    field.addEventListener("input", () => tab.set(`report.${name}`, field.value || undefined));
  }

  draw() {
    const { address, words, name, phone } = this.fields;
    fill(
      page,
      title,
      h("p", { class: "lead" }, say("report.lead")),
      h("p", { class: "urgent" }, glyph("phone"), say("report.urgent")),
      part("kind", this.what),
      part("place", this.picker.element, label("address", address)),
      part("photo", this.photos.element),
      part("words", label("words", words, true)),
      part(
        "contact",
        h("p", { class: "why" }, say("report.contact_why")),
        h("div", { class: "pair" }, label("name", name), label("phone", phone)),
      ),
      this.said,
      this.button,
    );
    this.#drawWhat();
    this.picker.start();
  }

  #drawWhat() {
    const { kind } = this;
    if (!kind) {
      const choose = (/** @type {CaseKind} */ one) => () => this.#choose(one);
      fill(this.what, h("div", { class: "tiles" }, ...this.kinds.map((one) => kindTile(one, choose(one)))));
      return;
    }
    const about = named("about", kind);
    fill(
      this.what,
      h(
        "div",
        { class: "chosen" },
        glyph(drawingOf(kind)),
        h("span", {}, h("b", {}, named("name", kind)), about && h("small", {}, about)),
        button(say("report.kind_other"), () => this.#choose(null), { kind: "slim" }),
      ),
    );
  }

  /** @param {CaseKind|null} kind */
  #choose(kind) {
    this.kind = kind;
    tab.set("report.kind", kind ? keyOf(kind) : undefined);
    fill(this.said);
    this.#drawWhat();
    this.what.querySelector("button")?.focus({ preventScroll: true });
  }

  async submit() {
    const missing = !this.kind ? "kind" : !this.place ? "place" : "";
    if (missing) {
      fill(this.said, note("bad", say(`report.need_${missing}`)));
      page.querySelector(`#part-${missing}`)?.scrollIntoView({ block: "start" });
      return;
    }
    this.#busy(true);
    const outcome = await send({
      kind: "report",
      key: this.key,
      path: "/public/reports",
      fields: this.#values(),
      photos: this.photos.photos,
    });
    this.#busy(false);
    if (outcome.kind === "received") this.#sent(outcome.answer);
    else this.#failed(outcome);
  }

  /** @returns {import("./queue.js").Fields} */
  #values() {
    const { kind, place } = this;
    const text = Object.fromEntries(FIELDS.map((name) => [name, this.fields[name].value.trim()]));
    return {
      kind: kind?.kind ?? "",
      code: kind?.code ?? "",
      ...text,
      lon: place?.lon ?? null,
      lat: place?.lat ?? null,
      datum: "wgs84",
      accuracy: place?.accuracy ?? null,
    };
  }

  /** @param {boolean} busy */
  #busy(busy) {
    this.button.disabled = busy;
    fill(this.button, h("span", {}, say(busy ? "report.sending" : "report.send")));
    if (busy) fill(this.said);
  }

  /** @param {Outcome} outcome */
  #failed(outcome) {
    const why =
      outcome.kind === "refused"
        ? sentence(outcome.problem)
        : say(outcome.kind === "later" ? "report.later" : "unreachable");
    const kept = outcome.kind === "refused" ? "" : say("report.kept");
    fill(this.said, note("bad", h("span", {}, say("report.failed", { why }), " ", kept)));
  }

  /** @param {Record<string, any>} answer */
  #sent(answer) {
    this.picker.leave();
    for (const name of ["key", "kind", ...FIELDS]) tab.set(`report.${name}`, undefined);
    fill(page, ...thanks(answer));
    scrollTo(0, 0);
  }
}

/** @param {string} key @param {...HTMLElement} children */
function part(key, ...children) {
  const props = { class: "part", id: `part-${key}`, "aria-labelledby": `head-${key}` };
  return h("section", props, h("h2", { id: `head-${key}` }, say(`report.${key}`)), ...children);
}

/** @param {string} key @param {HTMLElement} field @param {boolean} [hidden] the heading says it */
function label(key, field, hidden = false) {
  const text = h("span", { class: hidden ? "visually-hidden" : "" }, say(`report.${key}`));
  return h("label", { class: "field" }, text, field);
}

async function start() {
  const [kinds, layers] = await Promise.all([read("/public/kinds"), read("/layers")]);
  if (kinds.kind !== "received") {
    const why = kinds.kind === "refused" ? sentence(kinds.problem) : say("unreachable");
    fill(page, title, nothing(say("report.no_kinds"), why, button(say("again"), () => void start())));
    return;
  }
  new Form(kinds.answer.items, layers.kind === "received" ? layers.answer.items : []).draw();
}

void start();
