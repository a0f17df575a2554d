/** The review's lists: who was late, every item with the times of its steps, the timeline. */

import { fill, h } from "../ui/dom.js";
import { name, t } from "../ui/i18n.js";
import { columnsOf, lateness, sinceBegun, timeline } from "./model.js";
import { actorName, delay, itemLine, lengthText, placeOf, topicName, when } from "./parts.js";

/** @typedef {import("./model.js").Item} Item */
/** @typedef {import("./model.js").Step} Step */

const SHOWN = 100; // rows of a list before one asks for all

/** @param {string} title @param {...(Node|null|false)} content */
function part(title, ...content) {
  return h("section", { class: "file-part" }, h("h2", {}, title), ...content);
}

/** A table whose later rows come when they are asked for; paper gets what the screen shows.
 * @template T @param {string[]} heads @param {T[]} rows @param {(one: T) => HTMLElement} made */
function table(heads, rows, made) {
  const head = h("tr", {}, ...heads.map((text) => h("th", { scope: "col" }, text)));
  const body = h("tbody", {}, ...rows.slice(0, SHOWN).map(made));
  const whole = h("table", { class: "review-table" }, h("thead", {}, head), body);
  const frame = h("div", { class: "review-wide" }, whole);
  if (rows.length <= SHOWN) return frame;
  const all = h("button", { class: "button", type: "button" }, t("review.all", { n: rows.length }));
  all.onclick = () => (fill(body, ...rows.map(made)), all.remove());
  frame.append(all);
  return frame;
}

/** @param {Item[]} items */
export function latePart(items) {
  const late = lateness(items);
  const title = t("review.lateness");
  if (late.length === 0) return part(title, h("p", { class: "dim" }, t("review.lateness.none")));
  const heads = ["item", "step", "due", "at", "over", "who", "why"].map((key) => t(`review.${key}`));
  return part(
    title,
    table(heads, late, ({ item, late: one }) => {
      const step = item.steps.find((taken) => taken.at === one.at);
      return h(
        "tr",
        {},
        h("td", { class: "review-item" }, ...itemLine(item)),
        h("td", {}, name("step", one)),
        h("td", {}, when(one.due)),
        h("td", {}, one.at ? when(one.at) : t("review.awaited")),
        h("td", {}, h("b", { class: "over tabular" }, `+${lengthText(one.by_s)}`)),
        h("td", {}, step ? actorName(step) : "–"),
        h("td", { class: "dim" }, name("why", one)),
      );
    }),
  );
}

/** @param {string} topic @param {Item[]} items */
export function listPart(topic, items) {
  const columns = columnsOf(items);
  const heads = [t("review.item"), t("review.begun"), ...columns.map((step) => headOf(items, step))];
  return part(
    `${topicName(topic)} · ${items.length}`,
    table(heads, items, (item) => {
      const place = h("small", { class: "dim" }, placeOf(item));
      const begun = h("td", {}, when(item.steps[0].at), delay(item.steps[0]));
      const first = h("td", { class: "review-item" }, ...itemLine(item), place);
      return h("tr", {}, first, begun, ...columns.map((step) => stepCell(item, step)));
    }),
  );
}

/** What a column's step is called, as the first item that has it says.
 * @param {Item[]} items @param {string} code */
function headOf(items, code) {
  const known = items.flatMap((item) => item.steps).find((step) => step.step === code);
  return known ? name("step", known) : code;
}

/** @param {Item} item @param {string} name */
function stepCell(item, name) {
  const step = item.steps.find((taken) => taken.step === name);
  const late = item.late.find((one) => one.step === name);
  if (!step) return h("td", { class: "dim" }, late ? overdue(late.by_s) : "–");
  const took = h("b", { class: "tabular" }, `+${lengthText(sinceBegun(item, step))}`);
  const many = step.count > 1 ? ` ×${step.count}` : "";
  const who = h("small", { class: "dim" }, `${actorName(step)}${many}`);
  return h("td", {}, took, late ? overdue(late.by_s) : null, when(step.at), delay(step), who);
}

/** @param {number} seconds */
function overdue(seconds) {
  return h("b", { class: "over tabular" }, `${t("review.over")} ${lengthText(seconds)}`);
}

/** Everything that belongs together, in one line of time.
 * @param {Item[]} items */
export function timelinePart(items) {
  const heads = ["at", "known", "item", "step", "who"].map((key) => t(`review.${key}`));
  return part(
    t("review.timeline"),
    table(heads, timeline(items), ({ item, step }) =>
      h(
        "tr",
        {},
        h("td", {}, when(step.at)),
        h("td", { class: "tabular dim" }, `+${lengthText(step.delay_s)}`),
        h("td", { class: "review-item" }, topicName(item.topic), ...itemLine(item)),
        h("td", {}, h("b", {}, name("step", step)), manyTimes(step)),
        h("td", {}, actorName(step)),
      ),
    ),
  );
}

/** @param {Step} step */
function manyTimes({ count }) {
  return count > 1 && h("small", { class: "dim" }, ` ${t("review.times", { n: count })}`);
}

const STAMPS = ["dispatched_at", "en_route_at", "on_scene_at", "left_at", "available_at"];
const STAMPED = ["dispatched", "en_route", "on_scene", "committed", "available"];

/** The units that an incident had, with the times of their orders.
 * @param {Item} item @returns {HTMLElement|null} */
export function unitsPart(item) {
  const orders = item.assignments ?? [];
  if (orders.length === 0) return null;
  return part(
    t("review.units"),
    table([t("review.unit"), ...STAMPED.map((step) => t(`review.stamp.${step}`))], orders, (order) => {
      const sent = Date.parse(order.dispatched_at);
      const cells = STAMPS.map((stamp) => {
        if (!order[stamp]) return h("td", { class: "dim" }, "–");
        const took = `+${lengthText((Date.parse(order[stamp]) - sent) / 1000)}`;
        return h("td", {}, h("b", { class: "tabular" }, took), when(order[stamp]));
      });
      return h("tr", {}, h("th", { scope: "row" }, String(order.code)), ...cells);
    }),
  );
}
