/** Up to five photos of one thing: taken, looked at, taken away again. */

import { fill, h } from "../ui/dom.js";
import { glyph, picture } from "./parts.js";
import { photoOf } from "./photo.js";
import { say } from "./words.js";

/** @typedef {import("./queue.js").Photo} Photo */

export const MOST = 5;

export class Photos {
  /** @param {Photo[]} photos @param {() => unknown} changed keeps them, and ends when they are kept
   * @param {{camera?: boolean}} [how] camera: open it at once instead of asking where from */
  constructor(photos, changed, { camera = false } = {}) {
    this.photos = photos;
    this.changed = changed;
    this.camera = camera;
    this.said = h("p", { class: "photo-said", role: "status" });
    this.row = h("div", { class: "photo-row" });
    this.element = h("div", { class: "photos" }, this.row, this.said);
    this.#draw();
  }

  #draw() {
    const { photos } = this;
    const more = photos.length < MOST && this.#taker(photos.length === 0);
    this.row.classList.toggle("none", photos.length === 0);
    fill(this.row, ...photos.map((photo, at) => this.#shown(photo, at)), more);
  }

  /** @param {Photo} photo @param {number} at */
  #shown(photo, at) {
    const label = say("photo.remove", { n: at + 1 });
    const remove = () => {
      this.show(this.photos.filter((other) => other !== photo));
      void this.#keep();
    };
    const props = { class: "photo-remove", type: "button", "aria-label": label, onclick: remove };
    const image = picture(photo.thumb, say("photo.nth", { n: at + 1 }));
    return h("figure", { class: "photo" }, image, h("button", props, glyph("cross")));
  }

  /** A file field that looks like a button: the camera opens within the same touch.
   * @param {boolean} first */
  #taker(first) {
    const input = h("input", {
      class: "visually-hidden",
      type: "file",
      accept: "image/*",
      capture: this.camera ? "environment" : null,
      multiple: !this.camera,
    });
    input.onchange = () => void this.#take([...(input.files ?? [])]);
    const text = say(first ? "photo.take" : "photo.more");
    const kind = first ? "photo-take first" : "photo-take";
    return h("label", { class: kind }, glyph("camera"), h("span", {}, text), input);
  }

  /** @param {File[]} files */
  async #take(files) {
    this.said.textContent = "";
    this.row.setAttribute("aria-busy", "true");
    for (const file of files) {
      const photo = await photoOf(file);
      if (!photo) this.said.textContent = say("photo.bad");
      else if (this.photos.length >= MOST) this.said.textContent = say("photo.full", { n: MOST });
      else this.photos = [...this.photos, photo];
    }
    await this.#keep(); // first kept, then shown: what is seen survives the page
    this.row.removeAttribute("aria-busy");
    this.#draw();
  }

  async #keep() {
    try {
      await this.changed();
    } catch {
      this.said.textContent = say("photo.unkept");
    }
  }

  /** Photos that were taken before the page was closed.
   * @param {Photo[]} photos */
  show(photos) {
    this.photos = photos;
    this.#draw();
  }
}
