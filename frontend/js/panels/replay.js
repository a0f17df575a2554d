/** The time slider under the map: the city as it was known at a moment, and back to now. */

import { ApiError, call, serverNow } from "../ui/api.js";
import { byId, fill, h } from "../ui/dom.js";
import { dayAndClock } from "../ui/format.js";
import { currentLanguage, t } from "../ui/i18n.js";
import { capButton, keyButton } from "../ui/parts.js";
import { prefs } from "../ui/store.js";

/** @typedef {import("../desk.js").Desk} Desk */

const RANGE_MIN = 24 * 60;
const STEPS_MIN = [1, 5, 15, 60];
const SETTLE_MS = 120; // a slider that is being dragged asks once it rests

const STATES = ["observation", "position", "index"]; // asked for by `observations`

/** @param {Desk} desk */
export function mountReplay(desk) {
  new Replay(desk);
}

class Replay {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.step = prefs.get("replay.step", 15);
    this.timer = 0;
    /** @type {AbortController|null} */
    this.asking = null;
    this.slider = h("input", {
      type: "range",
      min: -RANGE_MIN,
      max: 0,
      step: 1,
      value: 0,
      "aria-label": t("replay.slider"),
      oninput: () => this.go(),
    });
    this.label = h("output", { class: "tabular replay-label" });
    this.live = keyButton("\\", t("replay.live"), () => this.back(), "replay-live");
    fill(byId("replay"), ...this.#parts());
    desk.keys.bind("[", () => this.move(-this.step));
    desk.keys.bind("]", () => this.move(this.step));
    desk.keys.bind("\\", () => this.back());
    this.draw();
  }

  #parts() {
    return [
      capButton("[", t("keys.earlier"), () => this.move(-this.step)),
      this.slider,
      capButton("]", t("keys.later"), () => this.move(this.step)),
      this.#steps(),
      this.label,
      this.live,
    ];
  }

  #steps() {
    const options = STEPS_MIN.map((minutes) =>
      h(
        "option",
        { value: minutes, selected: minutes === this.step },
        t("replay.minutes", { n: minutes }),
      ),
    );
    const title = t("replay.step");
    const select = h("select", { "aria-label": title, title }, ...options);
    select.onchange = () => prefs.set("replay.step", (this.step = Number(select.value)));
    return select;
  }

  /** @param {number} minutes */
  move(minutes) {
    this.slider.value = String(Number(this.slider.value) + minutes);
    this.go();
  }

  /** Go to where the slider stands. */
  go() {
    if (Number(this.slider.value) >= 0) {
      this.back();
      return;
    }
    this.#write();
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.#load(), SETTLE_MS);
  }

  /** Return to now. */
  back() {
    this.asking?.abort();
    clearTimeout(this.timer);
    this.slider.value = "0";
    this.desk.picture.backToLive();
    this.draw();
  }

  async #load() {
    this.asking?.abort();
    this.asking = new AbortController();
    const at = serverNow() + Number(this.slider.value) * 60_000;
    const moment = new Date(at).toISOString();
    const query = new URLSearchParams({
      at: moment,
      clock: "known",
      topics: this.desk.topics.filter((topic) => !STATES.includes(topic)).join(),
      observations: "1",
    });
    try {
      const answer = await call(`/state?${query}`, { signal: this.asking.signal });
      this.desk.picture.replay(at, answer.items);
      this.draw();
    } catch (error) {
      this.#failed(error);
    }
  }

  /** @param {unknown} error */
  #failed(error) {
    if (error instanceof DOMException) return; // asked again meanwhile
    if (!(error instanceof ApiError)) throw error;
    this.back();
    const sentence = error.sentence(currentLanguage());
    this.desk.say(sentence, true);
    fill(this.label, sentence);
  }

  #write() {
    const minutes = Number(this.slider.value);
    const at = serverNow() + minutes * 60_000;
    fill(this.label, minutes === 0 ? "" : dayAndClock(at, serverNow()));
  }

  /** Show which time the desk lives in. */
  draw() {
    const { past } = this.desk.picture;
    document.body.classList.toggle("replaying", Boolean(past));
    this.live.classList.toggle("on", !past);
    this.live.setAttribute("aria-pressed", String(!past));
    byId("replay-banner").hidden = !past;
    if (past) fill(byId("replay-banner"), ...this.#banner(past.at));
    this.#write();
    this.desk.map?.resized();
  }

  /** @param {number} at */
  #banner(at) {
    return [
      h("strong", {}, t("replay.banner")),
      h("span", { class: "tabular" }, dayAndClock(at, serverNow())),
      h("span", {}, t("replay.not_now")),
      keyButton("\\", t("replay.return"), () => this.back()),
    ];
  }
}
