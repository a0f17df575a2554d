/** The time slider under the map: the city as it was known at a moment, and back to now. */

import { ApiError, call, serverNow } from "../ui/api.js";
import { byId, fill, h } from "../ui/dom.js";
import { clock, dayAndClock } from "../ui/format.js";
import { currentLanguage, t } from "../ui/i18n.js";
import { prefs } from "../ui/store.js";

/** @typedef {import("../desk.js").Desk} Desk */

const RANGE_MIN = 24 * 60;
const STEPS_MIN = [1, 5, 15, 60];

/** @param {Desk} desk */
export function mountReplay(desk) {
  let step = prefs.get("replay.step", 15);
  const slider = h("input", {
    type: "range",
    min: -RANGE_MIN,
    max: 0,
    step: 1,
    value: 0,
    "aria-label": t("replay.slider"),
  });
  const label = h("output", { class: "tabular replay-label" });
  const button = (
    /** @type {string} */ key,
    /** @type {string} */ text,
    /** @type {() => void} */ run,
  ) =>
    h(
      "button",
      { class: "tool", type: "button", title: t(text), "aria-label": t(text), onclick: run },
      h("kbd", {}, key),
    );
  const steps = h(
    "select",
    { "aria-label": t("replay.step"), title: t("replay.step") },
    ...STEPS_MIN.map((minutes) =>
      h(
        "option",
        { value: minutes, selected: minutes === step },
        t("replay.minutes", { n: minutes }),
      ),
    ),
  );
  steps.onchange = () => prefs.set("replay.step", (step = Number(steps.value)));
  const live = h(
    "button",
    { class: "replay-live", type: "button", onclick: back },
    h("kbd", {}, "\\"),
    t("replay.live"),
  );
  fill(
    byId("replay"),
    button("[", "keys.earlier", () => move(-step)),
    slider,
    button("]", "keys.later", () => move(step)),
    steps,
    label,
    live,
  );
  const banner = byId("replay-banner");
  /** @type {AbortController|null} */
  let asking = null;
  let timer = 0;

  function back() {
    asking?.abort();
    clearTimeout(timer);
    slider.value = "0";
    desk.picture.backToLive();
    draw();
  }

  /** @param {number} minutes */
  function move(minutes) {
    slider.value = String(Number(slider.value) + minutes);
    go();
  }

  function go() {
    if (Number(slider.value) >= 0) return back();
    write();
    clearTimeout(timer);
    timer = window.setTimeout(() => void load(), 120);
  }

  async function load() {
    asking?.abort();
    asking = new AbortController();
    const at = serverNow() + Number(slider.value) * 60_000;
    const query = new URLSearchParams({
      at: new Date(at).toISOString(),
      clock: "known",
      topics: "alert",
      observations: "1",
    });
    try {
      const answer = await call(`/state?${query}`, { signal: asking.signal });
      desk.picture.replay(at, answer.items);
      draw();
    } catch (error) {
      if (error instanceof ApiError) {
        back();
        desk.say(error.sentence(currentLanguage()), true);
        fill(label, error.sentence(currentLanguage()));
      } else if (!(error instanceof DOMException)) throw error;
    }
  }

  function write() {
    const minutes = Number(slider.value);
    const at = desk.picture.past?.at ?? serverNow() + minutes * 60_000;
    fill(label, minutes === 0 ? "" : dayAndClock(minutes === 0 ? serverNow() : at, serverNow()));
  }

  function draw() {
    const { past } = desk.picture;
    document.body.classList.toggle("replaying", Boolean(past));
    live.classList.toggle("on", !past);
    live.setAttribute("aria-pressed", String(!past));
    banner.hidden = !past;
    if (past)
      fill(
        banner,
        h("strong", {}, t("replay.banner")),
        h(
          "span",
          { class: "tabular" },
          dayAndClock(past.at, serverNow()).includes(" ")
            ? dayAndClock(past.at, serverNow())
            : clock(past.at),
        ),
        h("span", {}, t("replay.not_now")),
        h(
          "button",
          { class: "button", type: "button", onclick: back },
          h("kbd", {}, "\\"),
          t("replay.return"),
        ),
      );
    write();
    desk.map?.resized();
  }

  slider.oninput = go;
  desk.keys.bind("[", () => move(-step));
  desk.keys.bind("]", () => move(step));
  desk.keys.bind("\\", back);
  draw();
}
