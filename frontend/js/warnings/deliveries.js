/** What went out to whom, how it stands, and sending again what failed. */

import { ApiError, call, serverNow } from "../ui/api.js";
import { h } from "../ui/dom.js";
import { dayAndClock } from "../ui/format.js";
import { currentLanguage, name, t } from "../ui/i18n.js";

/** @typedef {import("../desk.js").Desk} Desk */

/** @param {Desk} desk @param {any[]} deliveries @param {() => void} again read them anew
 * @param {string} [none] the key of what to say where there are none */
export function deliveryRows(desk, deliveries, again, none = "warnings.deliveries.none") {
  if (deliveries.length === 0) return [h("p", { class: "dim" }, t(none))];
  return deliveries.map((one) => row(desk, one, again));
}

/** @param {Desk} desk @param {any} one @param {() => void} again */
function row(desk, one, again) {
  const who = `${one.recipient.name} · ${t(`warnings.channel.${one.channel}`)}`;
  const state = h(
    "span",
    { class: `delivery-state ${one.state}` },
    t(`warnings.delivery.${one.state}`),
  );
  const said = h("small", { role: "status" }, detail(one));
  const resend = one.state === "failed" && desk.may("channel.edit") && button(one, said, again);
  return h(
    "div",
    { class: "delivery" },
    h("span", {}, who),
    h("span", {}, resend, " ", state),
    said,
  );
}

/** @param {any} one */
function detail(one) {
  const parts = [
    one.state !== "delivered" && name("error", one),
    one.attempts > 1 && t("warnings.attempts", { n: one.attempts }),
    one.ended_at && dayAndClock(one.ended_at, serverNow()),
    one.state === "waiting" &&
      one.attempts > 0 &&
      t("warnings.next_try", { at: dayAndClock(one.next_try, serverNow()) }),
  ];
  return parts.filter(Boolean).join(" · ");
}

/** @param {any} one @param {HTMLElement} said @param {() => void} again */
function button(one, said, again) {
  const made = h("button", { class: "button", type: "button" }, t("warnings.resend"));
  made.onclick = async () => {
    made.disabled = true;
    said.textContent = t("sending.now");
    try {
      await call(`/deliveries/${one.id}/resend`, { method: "POST" });
      again();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      made.disabled = false;
      said.textContent = error.sentence(currentLanguage());
    }
  };
  return made;
}
