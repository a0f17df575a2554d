/** The units on an incident: where each has come to, since when, and its next status at hand. */

import { secondsSince, ageText } from "../ui/age.js";
import { serverNow } from "../ui/api.js";
import { fill, h, write } from "../ui/dom.js";
import { clock } from "../ui/format.js";
import { name, t } from "../ui/i18n.js";
import { setStatus } from "../units/actions.js";
import { statusChip } from "../units/parts.js";
import { etaText, orderSince, running } from "./model.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../types.js").Entity} Entity */

const NEXT = /** @type {Record<string, string[]>} */ ({
  dispatched: ["en_route", "on_scene", "available"],
  en_route: ["on_scene", "available"],
  on_scene: ["committed", "available"],
  committed: ["available"],
});

/** Draw the orders into a section; call it each second.
 * @param {Desk} desk @param {HTMLElement} place @param {Entity} incident */
export function drawOrders(desk, place, incident) {
  const orders = incident.assignments ?? [];
  place.hidden = orders.length === 0;
  const stamp = `${incident.version}/${desk.picture.past !== null}`;
  if (place.dataset.shown !== stamp) {
    place.dataset.shown = stamp;
    const said = h("p", { class: "work-said", role: "status" });
    const rows = [...orders].reverse().map((order) => row(desk, order, said));
    const title = t("incidents.orders", { n: running(incident).length, all: orders.length });
    fill(place, h("h3", {}, title), h("ul", { class: "orders" }, ...rows), said);
  }
  const now = desk.picture.past?.at ?? serverNow();
  for (const age of place.querySelectorAll("[data-since]"))
    write(age, ageText(secondsSince(/** @type {HTMLElement} */ (age).dataset.since ?? "", now)));
}

/** @param {Desk} desk @param {any} order @param {HTMLElement} said */
function row(desk, order, said) {
  const unit = desk.picture.of("unit").get(String(order.unit));
  const over = order.available_at !== null;
  const choose = () => desk.selection.choose({ kind: "unit", id: order.unit });
  const code = h("button", { class: "link tabular", type: "button", onclick: choose }, order.code);
  const since = h("span", { class: "tabular dim", "data-since": orderSince(order) });
  const status = over ? "available" : order.status;
  const eta = order.eta_s !== null && !order.on_scene_at && !over;
  return h(
    "li",
    { class: over ? "order over" : "order" },
    h(
      "div",
      { class: "work-row" },
      statusChip(status, t(`units.status.${status}`)),
      code,
      h("span", { class: "order-name" }, unit ? name("name", unit) : ""),
      over ? h("span", { class: "dim" }, t(order.diverted ? "incidents.diverted" : "incidents.left")) : since,
    ),
    h("small", { class: "dim tabular" }, ...times(order), eta && h("span", {}, t("incidents.eta", { eta: etaText(order.eta_s) }))),
    !over && desk.may("unit.status") && !desk.picture.past ? steps(desk, unit, status, said) : null,
  );
}

/** @param {any} order */
function times(order) {
  return ["dispatched_at", "en_route_at", "on_scene_at", "left_at", "available_at"]
    .filter((field) => order[field])
    .map((field) => h("span", {}, `${t(`incidents.stamp.${field}`)} ${clock(order[field]).slice(0, 5)}`));
}

/** @param {Desk} desk @param {Entity|undefined} unit @param {string} status @param {HTMLElement} said */
function steps(desk, unit, status, said) {
  if (!unit) return null;
  const buttons = (NEXT[status] ?? []).map((next) => {
    const props = { class: "unit-step", type: "button", title: t(`units.status.${next}`) };
    const button = h("button", props, statusChip(next), t(`units.status.${next}`));
    button.onclick = async () => {
      for (const one of buttons) one.disabled = true;
      try {
        fill(said, await setStatus(desk, [unit], next));
        said.className = "work-said sent";
      } catch (error) {
        fill(said, error instanceof Error ? error.message : String(error));
        said.className = "work-said failed";
      }
      for (const one of buttons) one.disabled = false;
    };
    return button;
  });
  return h("div", { class: "order-steps" }, ...buttons);
}
