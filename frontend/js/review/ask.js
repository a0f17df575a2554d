/** What is to be reviewed: a span and kinds; the address keeps it, so that it can be sent on. */

import { fill, h, write } from "../ui/dom.js";
import { fieldTime, fromField } from "../ui/format.js";
import { currentLanguage, t } from "../ui/i18n.js";
import { field } from "../ui/sending.js";
import { TOPICS } from "./model.js";
import { topicName } from "./parts.js";

const HOUR_MS = 3600_000;
const HOURS = [2, 12, 24];
const LONGEST_MS = 31 * 24 * HOUR_MS;

/** The question that an address asks; without any it is the last twelve hours.
 * @param {string} search @param {number} now ms @returns {URLSearchParams} */
export function questionOf(search, now) {
  const given = new URLSearchParams(search);
  if (given.get("entity")) return new URLSearchParams({ entity: given.get("entity") ?? "" });
  const to = Date.parse(given.get("to") ?? "") || now;
  const from = Date.parse(given.get("from") ?? "") || to - 12 * HOUR_MS;
  const topics = given.get("topics") || TOPICS.join();
  return new URLSearchParams({ from: iso(from), to: iso(to), topics });
}

/** @param {number} at ms */
function iso(at) {
  return new Date(at).toISOString();
}

/** Fill the form with a question; `asked` is told the next one.
 * @param {HTMLFormElement} form @param {URLSearchParams} question @param {string[]} topics that the
 *   reader may see @param {() => number} now ms @param {(question: URLSearchParams) => void} asked */
export function drawForm(form, question, topics, now, asked) {
  const { from, to } = ends(question, now());
  const begin = h("input", { type: "datetime-local", required: true, value: fieldTime(from) });
  const end = h("input", { type: "datetime-local", required: true, value: fieldTime(to) });
  const chosen = (question.get("topics") ?? TOPICS.join()).split(",");
  const boxes = topics.map((topic) => box(topic, chosen.includes(topic)));
  const said = h("p", { class: "work-said failed", role: "alert" });
  const names = () => boxes.filter(([input]) => input.checked).map(([input]) => input.value);
  const ask = (/** @type {number} */ start, /** @type {number} */ stop) => {
    const sound = start < stop && stop - start <= LONGEST_MS;
    write(said, sound ? "" : t("review.wrong"));
    const kinds = names().join() || TOPICS.join();
    if (sound) asked(new URLSearchParams({ from: iso(start), to: iso(stop), topics: kinds }));
  };
  const quick = HOURS.map((n) =>
    h(
      "button",
      { class: "button", type: "button", onclick: () => ask(now() - n * HOUR_MS, now()) },
      t("review.hours", { n }),
    ),
  );
  form.onsubmit = (event) => {
    event.preventDefault();
    ask(fromField(begin.value), fromField(end.value));
  };
  const sheet = new URLSearchParams(question);
  sheet.set("language", currentLanguage());
  fill(
    form,
    field(t("review.from"), begin),
    field(t("review.to"), end),
    h("fieldset", {}, h("legend", {}, t("review.topics")), ...boxes.map(([, label]) => label)),
    h("fieldset", { class: "review-quick" }, h("legend", {}, t("review.last")), ...quick),
    h("button", { class: "primary", type: "submit" }, t("review.show")),
    h("a", { class: "button", href: `/api/v1/review.csv?${sheet}`, download: true }, t("review.csv")),
    said,
  );
}

/** @param {URLSearchParams} question @param {number} now ms */
function ends(question, now) {
  const to = Date.parse(question.get("to") ?? "") || now;
  return { from: Date.parse(question.get("from") ?? "") || to - 12 * HOUR_MS, to };
}

/** @param {string} topic @param {boolean} checked @returns {[HTMLInputElement, HTMLElement]} */
function box(topic, checked) {
  const input = h("input", { type: "checkbox", value: topic, checked });
  return [input, h("label", { class: "choice" }, input, topicName(topic))];
}
