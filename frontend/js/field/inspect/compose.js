/** One report: photo, place, words if needed, and the button that keeps and sends it. */

import { fill, h } from "../../ui/dom.js";
import { drawingOf } from "../glyphs.js";
import { button, glyph, note, sheet, toast, tool } from "../parts.js";
import { Photos } from "../photos.js";
import { Picker } from "../picker.js";
import { corrected } from "../queue.js";
import { named, say, sentence } from "../words.js";
import { draftFrom, draftOf, dropDraft, fieldsOf, keepDraft } from "./draft.js";

/** @typedef {import("../router.js").View} View */
/** @typedef {import("./desk.js").InspectDesk} Desk */
/** @typedef {import("./draft.js").Draft} Draft */

const WORDS_MOST = 1000;

/** A new report of a kind, or the one of this kind that was begun.
 * @param {Desk} desk @param {string} kindKey @returns {View} */
export function composeView(desk, kindKey) {
  return viewOf(desk, draftOf(desk.phone, kindKey));
}

/** A refused report, to be mended.
 * @param {Desk} desk @param {string} key @returns {View} */
export function editView(desk, key) {
  const item = desk.phone.items.find((one) => one.key === key && one.state === "refused");
  return viewOf(desk, Promise.resolve(item ? draftFrom(item) : null));
}

/** @param {Desk} desk @param {Promise<Draft|null>} asked @returns {View} */
function viewOf(desk, asked) {
  const element = h("section", { class: "screen compose" });
  /** @type {Compose|null} */
  let compose = null;
  let left = false;
  void asked.then((draft) => {
    const kind = draft && desk.kindOf(draft.kind);
    if (left) return;
    if (draft && kind) compose = new Compose(desk, kind, draft, element);
    else desk.go("", true);
  });
  const leave = () => ((left = true), compose?.leave());
  return { element, update: () => compose?.label(), leave, bare: true };
}

class Compose {
  /** @param {Desk} desk @param {import("../kinds.js").CaseKind} kind @param {Draft} draft
   * @param {HTMLElement} element */
  constructor(desk, kind, draft, element) {
    this.desk = desk;
    this.kind = kind;
    this.draft = draft;
    this.photos = new Photos(draft.photos, () => this.#keep(), { camera: true });
    this.picker = new Picker(desk.ground, draft.place, (place) => {
      this.draft.place = place;
      this.#keep();
    });
    this.words = h("textarea", {
      rows: 2,
      maxlength: WORDS_MOST,
      placeholder: say("compose.words_hint"),
      value: draft.words,
      oninput: () => this.#keep(),
    });
    this.foot = h("footer", { class: "foot" });
    this.#draw(element);
    this.picker.start();
    this.label();
  }

  /** @param {HTMLElement} element */
  #draw(element) {
    const { desk, kind, photos, picker, words } = this;
    const refused = desk.phone.items.find((item) => item.key === this.draft.key)?.refusal;
    const title = h("h1", {}, glyph(drawingOf(kind)), named("name", kind));
    fill(
      element,
      h("header", { class: "screen-bar" }, tool("back", say("back"), () => this.#back()), title),
      refused && note("bad", sentence(refused)),
      photos.element,
      h("h2", { class: "visually-hidden" }, say("compose.place")),
      picker.element,
      h("label", { class: "field" }, h("span", {}, say("compose.words")), words),
      this.foot,
    );
  }

  /** What the button says: send, keep for later, or what is still missing. */
  label() {
    const { place } = this.draft;
    const key = !place ? "need_place" : this.desk.phone.online ? "send" : "send_later";
    if (this.foot.dataset.says === key) return;
    this.foot.dataset.says = key;
    const send = button(say(`compose.${key}`), () => void this.#send(), {
      kind: "primary",
      glyph: key === "send" ? "up" : key === "send_later" ? "outbox" : "pin",
      disabled: !place,
    });
    fill(this.foot, send);
  }

  leave() {
    this.picker.leave();
  }

  #keep() {
    this.draft.photos = this.photos.photos;
    this.draft.words = this.words.value;
    this.label();
    return keepDraft(this.desk.phone, this.draft);
  }

  #isEmpty() {
    return !this.draft.photos.length && !this.draft.words.trim();
  }

  #back() {
    if (this.#isEmpty() || this.draft.edits) {
      void dropDraft(this.desk.phone, this.draft);
      this.desk.go(this.draft.edits ? "outbox" : "", true);
      return;
    }
    const drop = () => {
      dialog.close();
      void dropDraft(this.desk.phone, this.draft).then(() => this.desk.go("", true));
    };
    const stay = button(say("compose.drop_no"), () => dialog.close(), { kind: "primary" });
    const foot = h("footer", { class: "sheet-foot" }, button(say("compose.drop_yes"), drop), stay);
    const dialog = sheet(say("compose.drop"), foot);
  }

  async #send() {
    const { phone } = this.desk;
    const { place, photos, key } = this.draft;
    if (!place || !phone.me || this.sent) return;
    this.sent = true; // a second touch of the same button sends nothing more
    const fields = fieldsOf(this.draft, place);
    const { name_zh, name_en } = this.kind;
    const title = { title_zh: name_zh, title_en: name_en, kind: this.draft.kind };
    try {
      if (this.draft.edits) await phone.change(key, (item) => corrected(item, { fields, photos }));
      else
        await phone.add({
          key,
          kind: "report",
          lane: "",
          owner: phone.me.id,
          path: "/cases/reports",
          fields,
          photos,
          title,
        });
    } catch {
      this.sent = false;
      toast(say("compose.full"), "bad");
      return;
    }
    await dropDraft(phone, this.draft);
    this.desk.announce(key);
    this.desk.go("", true);
  }
}
