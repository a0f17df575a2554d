/** The review's figures: how many, how many late, and how long each step took. */

import { h } from "../ui/dom.js";
import { name, t } from "../ui/i18n.js";
import { TOPICS } from "./model.js";
import { lengthText, topicName } from "./parts.js";

/** @typedef {import("./model.js").Figure} Figure */
/** @typedef {import("./model.js").Spread} Spread */

/** @param {Figure[]} figures @returns {HTMLElement} */
export function figuresPart(figures) {
  const ordered = [...figures].sort((a, b) => rank(a.topic) - rank(b.topic));
  return h(
    "section",
    { class: "file-part" },
    h("h2", {}, t("review.figures")),
    h("div", { class: "review-cards" }, ...ordered.map(card)),
    ...(figures.some((figure) => figure.steps.length) ? intervals(ordered) : []),
  );
}

/** @param {string} topic */
function rank(topic) {
  return (TOPICS.indexOf(topic) + 99) % 99;
}

/** @param {Figure} figure */
function card({ topic, count, ended, late, delay }) {
  return h(
    "div",
    { class: "review-card" },
    h("h3", {}, topicName(topic)),
    h("b", { class: "tabular" }, count),
    h(
      "dl",
      { class: "tabular" },
      ...pair("review.ended", String(ended)),
      ...pair("review.late", String(late), late > 0),
      ...pair("review.delay", lengthText(delay.median_s)),
    ),
  );
}

/** @param {string} key @param {string} value @param {boolean} [bad] */
function pair(key, value, bad = false) {
  return [h("dt", {}, t(key)), h("dd", { class: bad ? "bad" : "" }, value)];
}

/** @param {Figure[]} figures */
function intervals(figures) {
  const heads = ["review.step", "review.n", "review.median", "review.p90", "review.worst"];
  const columns = heads.map((key, at) => h("th", { class: at ? "num" : "", scope: "col" }, t(key)));
  const table = h("table", { class: "review-table" }, h("thead", {}, h("tr", {}, ...columns)));
  for (const { topic, steps } of figures) {
    if (steps.length === 0) continue;
    const rows = [...steps].sort((a, b) => a.median_s - b.median_s).map(row);
    const head = h("th", { colspan: heads.length, scope: "rowgroup" }, topicName(topic));
    table.append(h("tbody", {}, h("tr", { class: "group" }, head), ...rows));
  }
  const frame = h("div", { class: "review-wide review-figures" }, table);
  return [h("h3", {}, t("review.intervals")), frame];
}

/** @param {Figure["steps"][number]} spread */
function row(spread) {
  const { n, median_s, p90_s, worst_s } = spread;
  const cells = [String(n), ...[median_s, p90_s, worst_s].map(lengthText)];
  const figures = cells.map((text) => h("td", { class: "num tabular" }, text));
  return h("tr", {}, h("th", { scope: "row" }, name("step", spread)), ...figures);
}
