/** The small parts of the review: who, which step, when, which item. */

import { serverNow } from "../ui/api.js";
import { h } from "../ui/dom.js";
import { dayAndClock } from "../ui/format.js";
import { currentLanguage, has, name, t } from "../ui/i18n.js";
import { chip, severityMark } from "../ui/parts.js";
import { lengthIn } from "./model.js";

/** @typedef {import("./model.js").Item} Item */
/** @typedef {import("./model.js").Step} Step */

/** @param {string} topic */
export function topicName(topic) {
  return t(`review.topic.${topic}`);
}

/** Who did it: a person by name, a rule or a device by its code.
 * @param {Step} step */
export function actorName(step) {
  const person = name("actor", step);
  if (person) return person;
  const [kind, id] = step.actor.split(":", 2);
  const known = has(`review.actor.${kind}`) ? t(`review.actor.${kind}`) : kind;
  return id ? `${known} ${id}` : known;
}

/** @param {string} moment */
export function when(moment) {
  return h("span", { class: "tabular" }, dayAndClock(moment, serverNow()));
}

/** @param {number} seconds */
export function lengthText(seconds) {
  return lengthIn(seconds, currentLanguage());
}

/** How much later it was known, when that is worth saying.
 * @param {Step} step */
export function delay(step) {
  if (step.delay_s < 5) return null;
  return h("small", { class: "dim tabular" }, `${t("review.known")} +${lengthText(step.delay_s)}`);
}

/** @param {Item} item */
export function titleOf(item) {
  return name("title", item) || topicName(item.topic);
}

/** @param {Item} item */
export function placeOf(item) {
  return [name("thing", item), name("place", item) || item.address].filter(Boolean).join(" · ");
}

/** The item's mark, number and name; the number leads to its own page.
 * @param {Item} item */
export function itemLine(item) {
  const { severity } = item;
  const mark = typeof severity === "number" && severity >= 1 && severity <= 4;
  return [
    mark && severityMark(severity, true),
    h("a", { href: pageOf(item), class: "tabular", title: t("review.open") }, `#${item.number}`),
    h("span", {}, titleOf(item)),
    item.simulated && chip("simulated", t("review.simulated")),
  ];
}

/** @param {Item} item */
function pageOf(item) {
  if (item.topic === "alert") return `/alerts/${item.id}/`;
  return `/review/?entity=${item.topic}:${encodeURIComponent(item.id)}`;
}
