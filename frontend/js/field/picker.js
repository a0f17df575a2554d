/** Choosing a place: a line that says where and how sure, a small map, and a large one to correct it. */

import { fill, h } from "../ui/dom.js";
import { glyph, sheet, tool, button } from "./parts.js";
import { follow } from "./place.js";
import { openMap } from "./place_map.js";
import { say } from "./words.js";

/** @typedef {import("./place.js").Fix} Fix */
/** @typedef {import("./place.js").Seeking} Seeking */
/** @typedef {{lon: number, lat: number, accuracy: number|null}} Chosen accuracy null: by hand */
/** @typedef {import("./place_map.js").Ground} Ground */
/** @typedef {import("./place_map.js").PlaceMap} PlaceMap */

const SETTLING_MS = 60_000; // after that a better fix may be one of somewhere else
const POOR_M = 50; // a place less sure than this is worth a look
const [NEAR, FAR] = [17, 12];
const ZHENGZHOU = { lon: 113.65, lat: 34.76 }; // where a map opens that knows nothing else

/** @param {Ground} ground */
function middleOf({ bounds }) {
  if (!bounds) return ZHENGZHOU;
  return { lon: (bounds[0] + bounds[2]) / 2, lat: (bounds[1] + bounds[3]) / 2 };
}

export class Picker {
  /** @param {Ground} ground @param {Chosen|null} chosen @param {(chosen: Chosen|null) => void} changed */
  constructor(ground, chosen, changed) {
    this.ground = ground;
    this.chosen = chosen;
    this.changed = changed;
    /** @type {Fix|null} */
    this.fix = null;
    /** @type {Seeking} */
    this.seeking = "asking";
    /** A place that was there before, of a draft or a refused report, is not the phone's to move. */
    this.settlesAt = chosen ? 0 : Date.now() + SETTLING_MS;
    /** @type {Promise<PlaceMap>|null} */
    this.opening = null;
    this.line = h("span", { class: "place-line" });
    this.view = h("div", { class: "place-view" });
    this.open = button(say("place.adjust"), () => this.#correct(), { kind: "slim" });
    this.element = h(
      "div",
      { class: "place" },
      h("div", { class: "place-box" }, this.view, h("i", { class: "cross-mark" })),
      h("div", { class: "place-row" }, glyph("pin"), this.line, this.open),
    );
    this.view.onclick = () => this.#correct();
    this.#say();
  }

  /** Start looking for the phone's position; call when the element stands on the page. */
  start() {
    this.stop = follow((fix, seeking) => this.#heard(fix, seeking));
    void this.#show();
  }

  leave() {
    this.stop?.();
    void this.opening?.then((map) => map.remove());
    this.opening = null;
  }

  /** @param {Fix|null} fix @param {Seeking} seeking */
  #heard(fix, seeking) {
    if (!fix && this.fix) return; // one silent moment does not lose a position
    this.seeking = seeking;
    this.fix = fix;
    if (fix && this.#improves(fix))
      this.#choose({ lon: fix.lon, lat: fix.lat, accuracy: fix.accuracy });
    this.#say();
  }

  /** Whether the phone knows better now; who walks on while writing must not take the place along.
   * @param {Fix} fix */
  #improves(fix) {
    if (!this.chosen) return true;
    const { accuracy } = this.chosen;
    return accuracy !== null && fix.accuracy < accuracy && Date.now() < this.settlesAt;
  }

  /** @param {Chosen} chosen */
  #choose(chosen) {
    this.chosen = chosen;
    this.changed(chosen);
    this.#say();
    void this.#show();
  }

  #say() {
    const { chosen } = this;
    const metres = Math.round(chosen?.accuracy ?? 0);
    const key = !chosen
      ? this.seeking
      : chosen.accuracy === null
        ? "hand"
        : metres > POOR_M
          ? "poor"
          : "gps";
    this.line.textContent = say(`place.${key}`, { m: metres });
    this.line.className = `place-line ${key}`;
    fill(this.open, h("span", {}, say(chosen ? "place.adjust" : "place.pick")));
    this.element.classList.toggle("unknown", !chosen);
  }

  async #show() {
    const { chosen } = this;
    if (!chosen) return;
    const zoom = chosen.accuracy !== null && chosen.accuracy > 200 ? 15 : NEAR;
    const { ground, view } = this;
    this.opening ??= openMap(view, { place: chosen, zoom, moving: false, ground });
    const map = await this.opening;
    const now = this.chosen ?? chosen;
    map.look(now, zoom);
    if (now.accuracy !== null) map.sure(now, now.accuracy);
  }

  #correct() {
    const from = this.chosen ?? this.fix ?? middleOf(this.ground);
    const zoom = this.chosen || this.fix ? NEAR : FAR;
    void chooseOnMap(from, zoom, this.ground, () => this.fix).then(
      (place) => place && this.#choose({ ...place, accuracy: null }),
    );
  }
}

/** A large map with a cross; resolves with the place, or with null when it was closed.
 * @param {{lon: number, lat: number}} from @param {number} zoom @param {Ground} ground
 * @param {() => Fix|null} fix @returns {Promise<{lon: number, lat: number}|null>} */
function chooseOnMap(from, zoom, ground, fix) {
  const view = h("div", { class: "pick-view" });
  const tools = h("div", { class: "pick-tools" });
  const box = h("div", { class: "pick-box" }, view, h("i", { class: "cross-mark" }), tools);
  const hint = h("p", { class: "pick-hint" }, say("place.hint"));
  const foot = h("footer", { class: "sheet-foot" });
  const dialog = sheet(say("place.title"), box, hint, foot);
  dialog.classList.add("tall-sheet");
  const opening = openMap(view, { place: from, zoom, moving: true, ground });
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      resolve(null); // too late to matter when a place was taken
      void opening.then((map) => map.remove());
    });
    void opening.then((map) => {
      const take = () => (resolve(map.centre), dialog.close());
      fill(foot, button(say("place.use"), take, { kind: "primary" }));
      fill(tools, ...toolsOf(map, fix));
    });
  });
}

/** @param {PlaceMap} map @param {() => Fix|null} fix */
function toolsOf(map, fix) {
  const here = () => {
    const now = fix();
    if (!now) return;
    map.look(now, NEAR);
    map.sure(now, now.accuracy);
  };
  return [
    tool("plus", say("place.in"), () => map.zoom(1)),
    tool("minus", say("place.out"), () => map.zoom(-1)),
    tool("here", say("place.here"), here),
  ];
}
