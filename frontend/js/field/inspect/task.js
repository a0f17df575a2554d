/** One case that waits: what was said, where, and the two answers. */

import { fill, h } from "../../ui/dom.js";
import { drawingOf } from "../glyphs.js";
import { button, glyph, nothing, toast, tool } from "../parts.js";
import { Photos } from "../photos.js";
import { openMap } from "../place_map.js";
import { awayText, follow } from "../place.js";
import { when } from "../times.js";
import { named, say } from "../words.js";
import { dropAnswer, keepPhotos, keepWords, photosBegun, wordsBegun } from "./answer.js";
import { questionOf, wordsAt } from "./cases.js";
import { limit } from "./tasks.js";
import { freshKey } from "../../ui/fresh_key.js";

/** @typedef {import("../router.js").View} View */
/** @typedef {import("./desk.js").InspectDesk} Desk */
/** @typedef {import("./cases.js").Case} Case */
/** @typedef {import("./cases.js").CaseFile} CaseFile */
/** @typedef {import("./cases.js").Question} Question */

const STREET_ZOOM = 16;
/** The field of each question's answer, and the two words of it. */
const ANSWERS = /** @type {const} */ ({
  verify: ["found", "not_found"],
  check: ["passed", "not_passed"],
});

/** @param {Desk} desk @param {string} id @returns {View} */
export function taskView(desk, id) {
  const task = desk.tasks.items.find((one) => String(one.id) === id);
  const question = task ? questionOf(task) : null;
  const back = tool("back", say("back"), () => desk.go("tasks", true));
  if (!task || !question) {
    const gone = nothing(say("task.gone"), say("task.gone_why"));
    const bar = h("header", { class: "screen-bar" }, back);
    return { element: h("section", { class: "screen" }, bar, gone), bare: true };
  }
  const one = new One(desk, task, question, back);
  return { element: one.element, leave: () => one.leave(), bare: true };
}

class One {
  /** @param {Desk} desk @param {Case} task @param {Question} question @param {HTMLElement} back */
  constructor(desk, task, question, back) {
    this.desk = desk;
    this.task = task;
    this.question = question;
    const { phone } = desk;
    this.photos = new Photos([], () => this.#keepPhotos(), { camera: true });
    this.words = h("textarea", {
      rows: 2,
      maxlength: 1000,
      value: wordsBegun(phone, task.id),
      oninput: () => keepWords(phone, task.id, this.words.value),
    });
    this.facts = h("dl", { class: "facts" });
    this.seen = h("div", { class: "seen" });
    this.map = h("div", { class: "place-view" });
    this.element = this.#drawn(back);
    this.stop = follow((fix) => fix && this.#say(fix));
    void this.#showMap();
    void this.#read();
    void this.#resume();
  }

  /** @returns {Promise<void>} */
  #keepPhotos() {
    return keepPhotos(this.desk.phone, this.task.id, this.photos.photos);
  }

  /** Photos of this answer that were taken before the page was closed. */
  async #resume() {
    const begun = await photosBegun(this.desk.phone, this.task.id);
    if (begun.length && !this.photos.photos.length) this.photos.show(begun);
  }

  /** @param {HTMLElement} back */
  #drawn(back) {
    const { task, question } = this;
    const title = h("h1", {}, glyph(drawingOf(task)), named("name", task));
    const mark = h("i", { class: "cross-mark" });
    const facts = h("section", { class: "card" }, this.facts, this.seen);
    const [yes, no] = ANSWERS[question];
    const buttons = [
      button(say(`task.${no}`), () => void this.#answer(false), { kind: "no", glyph: "cross" }),
      button(say(`task.${yes}`), () => void this.#answer(true), { kind: "primary", glyph: "check" }),
    ];
    this.#say(null);
    return h(
      "section",
      { class: "screen compose" },
      h("header", { class: "screen-bar" }, back, title),
      facts,
      h("div", { class: "place-box" }, this.map, mark),
      h("label", { class: "field" }, h("span", {}, say("task.words")), this.words),
      h("div", { class: "slight" }, this.photos.element),
      h(
        "footer",
        { class: "foot asks" },
        h("b", {}, say(`task.${question}_title`)),
        h("div", { class: "pair" }, ...buttons),
      ),
    );
  }

  /** @param {{lon: number, lat: number}|null} here */
  #say(here) {
    const { task } = this;
    const away = here ? awayText(here, task) : "";
    const rows = /** @type {[string, (string|Node|null)[]][]} */ ([
      ["task.due", [limit(task)]],
      ["task.said", [this.file?.words ?? ""]],
      ["task.answer_said", [this.file ? wordsAt(this.file, "answer") : ""]],
      ["task.address", [[task.address, named("place", task)].filter(Boolean).join(" · ")]],
      ["task.away", [away]],
      ["task.reported", [`${when(task.reported_at)} · ${task.number}`]],
    ]);
    fill(
      this.facts,
      ...rows
        .filter(([, values]) => values.some(Boolean))
        .flatMap(([key, values]) => [h("dt", {}, say(key)), h("dd", {}, ...values)]),
    );
    this.here = here;
  }

  /** The words and photos: the server's if it can be asked, else as they were read last. */
  async #read() {
    const { id } = this.task;
    const kept = await this.desk.fileOf(id);
    if (!kept) {
      fill(this.seen, h("small", { class: "dim" }, say("task.photo_offline")));
      return;
    }
    this.file = kept.file;
    this.#say(this.here ?? null);
    fill(this.seen, ...kept.thumbs.map((blob, at) => this.#photo(blob, at)));
  }

  /** @param {Blob} blob @param {number} at */
  #photo(blob, at) {
    const src = URL.createObjectURL(blob);
    this.sources = [...(this.sources ?? []), src];
    return h("img", { src, alt: say("photo.nth", { n: at + 1 }) });
  }

  async #showMap() {
    const { ground } = this.desk;
    this.opened = openMap(this.map, { place: this.task, zoom: STREET_ZOOM, moving: false, ground });
    await this.opened;
  }

  /** @param {boolean} yes */
  async #answer(yes) {
    const { task, question, desk } = this;
    if (this.sent || !desk.phone.me) return;
    this.sent = true;
    const field = ANSWERS[question][0];
    await desk.phone.add({
      key: freshKey(),
      kind: "answer",
      lane: `case:${task.id}`,
      owner: desk.phone.me.id,
      path: `/cases/${task.id}/${question}`,
      fields: { version: task.version, [field]: yes, words: this.words.value.trim() },
      photos: this.photos.photos,
      title: {
        title_zh: task.name_zh,
        title_en: task.name_en,
        case: String(task.id),
        number: task.number,
        question,
      },
    });
    await dropAnswer(desk.phone, task.id);
    toast(say(desk.phone.online ? "task.thanks" : "said.kept"));
    desk.go("tasks", true);
  }

  leave() {
    this.stop();
    for (const src of this.sources ?? []) URL.revokeObjectURL(src);
    void this.opened?.then((map) => map.remove());
  }
}

