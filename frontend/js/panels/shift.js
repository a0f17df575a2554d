/** The shift: who is at this desk, whether its sound is armed, and the sounding itself. */

import { Alarm } from "../ui/alarm.js";
import { serverNow } from "../ui/api.js";
import { byId, fill, h, icon } from "../ui/dom.js";
import { name, personName, t } from "../ui/i18n.js";
import { counts } from "../ui/order.js";
import { LETTERS } from "../ui/severity.js";
import { prefs } from "../ui/store.js";

/** @typedef {import("../desk.js").Desk} Desk */

const BELL =
  "M8 1.8a4 4 0 0 1 4 4c0 3.4 1.4 4.6 1.4 4.6H2.6S4 9.2 4 5.8a4 4 0 0 1 4-4ZM6.6 12.8a1.5 1.5 0 0 0 2.8 0";
const MUTE = `${BELL}M2 2l12 12`;

/** @param {Desk} desk */
export function mountShift(desk) {
  const { sound } = desk;
  const alarm = new Alarm();
  const arm = h("button", { class: "arm", type: "button" });
  const volume = h("input", {
    class: "volume",
    type: "range",
    min: 0.1,
    max: 1,
    step: 0.1,
    value: sound.volume,
    "aria-label": t("sound.volume"),
    title: t("sound.volume"),
  });
  volume.oninput = () => {
    sound.volume = Number(volume.value);
    prefs.set("volume", sound.volume);
  };
  volume.onchange = () => sound.play("test");
  arm.onclick = () => void sound.arm().then(draw);
  fill(byId("shift"), h("span", { class: "dim who" }, personName(desk.me)), arm, volume);

  function draw() {
    arm.classList.toggle("silent", !sound.armed);
    const text = sound.armed ? t("sound.armed") : t("sound.silent");
    arm.title = sound.armed ? t("sound.armed.help") : t("sound.silent.help");
    arm.setAttribute("aria-label", `${text}. ${arm.title}`);
    fill(arm, icon(sound.armed ? BELL : MUTE), h("span", {}, text));
    volume.hidden = !sound.armed;
  }

  function listen() {
    const now = serverNow();
    const gap = desk.picture.link.heard ? Date.now() - desk.picture.link.heard : 0;
    const lost = alarm.link(
      desk.picture.link.state === "live",
      desk.picture.link.state === "live" ? 0 : gap,
    );
    const due = desk.picture.loaded ? alarm.due(desk.picture.live.values(), now) : null;
    if (due) sound.play(due);
    else if (lost) sound.play(lost);
    if (lost) desk.say(t(`link.said.${lost}`), lost === "lost");
    if (arm.classList.contains("silent") === sound.armed) draw();
    pulseTitle(desk, now);
  }

  desk.picture.on("alerts", () => (listen(), announce(desk)));
  desk.picture.on("link", listen);
  desk.everySecond(listen);
  draw();
}

const plainTitle = document.title;

/** The tab's title pulses while something red waits: dispatchers have other windows.
 * @param {Desk} desk @param {number} now */
function pulseTitle(desk, now) {
  const { pending, worst } = counts(desk.picture.live.values(), now);
  const odd = Math.floor(Date.now() / 1000) % 2 === 1;
  const title =
    pending === 0
      ? plainTitle
      : worst === 1 && odd
        ? `● ${t("title.red")} (${pending})`
        : `(${pending}) ${plainTitle}`;
  if (document.title !== title) document.title = title;
}

/** @type {Map<number, number>|null} alert → severity, as it was last told */
let told = null;

/** Read new alerts out: red at once, the others when the reader pauses.
 * @param {Desk} desk */
function announce(desk) {
  const first = told === null;
  told ??= new Map();
  for (const alert of desk.picture.live.values()) {
    const before = told.get(alert.id);
    told.set(alert.id, alert.severity);
    if (first || alert.state !== "open" || (before !== undefined && before <= alert.severity))
      continue;
    const text = `${LETTERS[alert.severity]} ${t(`severity.${alert.severity}`)} #${alert.number} ${name("title", alert)}, ${name("thing", alert)}`;
    desk.say(text, alert.severity === 1);
  }
}
