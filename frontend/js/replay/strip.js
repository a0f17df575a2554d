/** The strip under the map: slider with marks, play, step, speed, which clock, which moment, live. */

import { byId, fill, h, icon, write } from "../ui/dom.js";
import { dayAndClock } from "../ui/format.js";
import { t } from "../ui/i18n.js";
import { capButton, keyButton } from "../ui/parts.js";
import { Ticks } from "./ticks.js";

/**
 * @typedef {object} Means what the strip's controls do
 * @property {(at: number) => void} go ms
 * @property {(by: number) => void} step 1 or -1
 * @property {() => void} toggle
 * @property {(by: number) => void} speed 1 faster, -1 slower
 * @property {(clock: "known"|"was") => void} clock
 * @property {() => void} live
 * @property {() => void} again
 *
 * @typedef {object} View what the strip shows
 * @property {import("./player.js").Mode} mode
 * @property {boolean} running
 * @property {number} at ms
 * @property {number} speed
 * @property {string} clock
 * @property {number} step ms
 * @property {import("./span.js").Ends} ends
 * @property {number} now ms
 * @property {string} refusal why it failed
 */

const PLAY = "M4.5 2.5v11l9-5.5z";
const PAUSE = "M5 3v10M11 3v10";

export class Strip {
  /** @param {Means} means @param {HTMLElement} spans */
  constructor(means, spans) {
    this.ticks = new Ticks();
    this.slider = h("input", {
      type: "range",
      step: 1000,
      "aria-label": t("replay.slider"),
      oninput: () => means.go(Number(this.slider.value)),
    });
    this.play = h("button", { class: "replay-play", type: "button", onclick: means.toggle });
    this.back = capButton("[", "", () => means.step(-1));
    this.forth = capButton("]", "", () => means.step(1));
    this.speed = h("output", { class: "tabular replay-speed", "aria-label": t("replay.speed") });
    const slower = capButton("{", t("replay.slower"), () => means.speed(-1));
    const faster = capButton("}", t("replay.faster"), () => means.speed(1));
    this.clocks = ["known", "was"].map((clock) => this.#clock(clock, means));
    this.moment = h("output", { class: "tabular replay-moment", "aria-live": "off" });
    this.said = h("span", { class: "replay-said", role: "status" });
    this.again = h("button", { class: "button", type: "button", onclick: means.again });
    this.live = keyButton("\\", t("replay.live"), means.live, "replay-live");
    const which = { class: "replay-clocks", role: "group", "aria-label": t("replay.clock") };
    fill(this.again, t("replay.again"));
    fill(
      byId("replay"),
      h("div", { class: "replay-line" }, this.ticks.canvas, this.slider),
      h("div", { class: "replay-keys" }, this.back, this.play, this.forth),
      h("div", { class: "replay-keys" }, slower, this.speed, faster),
      h("div", which, h("kbd", {}, ";"), ...this.clocks),
      spans,
      h("div", { class: "replay-where" }, this.moment, this.said, this.again),
      this.live,
    );
  }

  /** @param {string} clock @param {Means} means */
  #clock(clock, means) {
    const props = { type: "button", title: t(`replay.${clock}.means`), "data-clock": clock };
    const run = () => means.clock(/** @type {"known"|"was"} */ (clock));
    return h("button", { ...props, onclick: run }, t(`replay.${clock}`));
  }

  /** @param {View} view */
  draw(view) {
    const live = view.mode === "live";
    this.#place(view);
    this.#toggle(view.running);
    const n = stepText(view.step);
    for (const [button, key] of /** @type {const} */ ([
      [this.back, "replay.back"],
      [this.forth, "replay.forward"],
    ]))
      name(button, t(key, { n }));
    write(this.speed, `${view.speed}×`);
    for (const button of this.clocks)
      button.setAttribute("aria-pressed", String(button.dataset.clock === view.clock));
    write(this.moment, live ? "" : dayAndClock(view.at, view.now));
    const said = view.mode === "failed" ? view.refusal : waiting(view.mode);
    write(this.said, said);
    this.said.title = said;
    this.said.classList.toggle("failed", view.mode === "failed");
    this.again.hidden = view.mode !== "failed";
    this.live.classList.toggle("on", live);
    this.live.setAttribute("aria-pressed", String(live));
  }

  /** @param {View} view */
  #place({ ends, at, mode, now }) {
    const whole = (/** @type {number} */ ms) => String(Math.floor(ms / 1000) * 1000);
    this.slider.min = whole(Math.min(ends.start, at));
    this.slider.max = whole(Math.max(ends.end, mode === "live" ? 0 : at));
    this.slider.value = whole(mode === "live" ? ends.end : at);
    const text = mode === "live" ? t("replay.live") : dayAndClock(at, now);
    if (this.slider.getAttribute("aria-valuetext") !== text)
      this.slider.setAttribute("aria-valuetext", text);
  }

  /** @param {boolean} running */
  #toggle(running) {
    const state = running ? "pause" : "play";
    if (this.play.dataset.does === state) return;
    this.play.dataset.does = state;
    name(this.play, t(`replay.${state}`));
    fill(this.play, icon(running ? PAUSE : PLAY, "filled"), h("kbd", {}, "."));
  }
}

/** @param {HTMLElement} button @param {string} text */
function name(button, text) {
  if (button.title === text) return;
  button.title = text;
  button.setAttribute("aria-label", text);
}

/** @param {import("./player.js").Mode} mode */
function waiting(mode) {
  return mode === "loading" || mode === "waiting" ? t(`replay.${mode}`) : "";
}

/** @param {number} step ms */
export function stepText(step) {
  return step < 60_000
    ? t("replay.n.s", { n: step / 1000 })
    : t("replay.n.min", { n: step / 60_000 });
}
