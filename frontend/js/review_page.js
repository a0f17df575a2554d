/** The after-action review: what happened in a span or to one incident, step by step, and what was late. */

import { drawForm, questionOf } from "./review/ask.js";
import { figuresPart } from "./review/figures.js";
import { byTopic, OFFERED } from "./review/model.js";
import { placeOf, titleOf, topicName } from "./review/parts.js";
import { latePart, listPart, timelinePart, unitsPart } from "./review/tables.js";
import { ApiError, call, serverNow } from "./ui/api.js";
import { byId, fill, h } from "./ui/dom.js";
import { dayAndClock, useTimeZone } from "./ui/format.js";
import { currentLanguage, t, useLanguage } from "./ui/i18n.js";
import { mountPageBar } from "./ui/page_bar.js";

/** @typedef {import("./review/model.js").Review} Review */

const settings = JSON.parse(byId("settings").textContent ?? "{}");
const place = byId("review");
const form = /** @type {HTMLFormElement} */ (byId("review-ask"));
useLanguage(settings.language);
mountPageBar();

/** @type {string[]} kinds that the reader may see */
let topics = OFFERED;
let asked = 0;

async function start() {
  try {
    const [city, me] = await Promise.all(["/city", "/me"].map((path) => call(path)));
    useTimeZone(city.time_zone);
    topics = OFFERED.filter((topic) => me.may.includes(`${topic}.see`));
    await show(questionOf(location.search, serverNow()));
  } catch (error) {
    failed(error, start);
  }
}

/** Ask and show; an answer to an older question is of no use.
 * @param {URLSearchParams} question */
async function show(question) {
  const mine = ++asked;
  drawForm(form, question, topics, serverNow, go);
  fill(place, h("div", { class: "empty", role: "status" }, t("review.loading")));
  try {
    const review = await call(`/review?${question}`);
    if (mine === asked) draw(review);
  } catch (error) {
    if (mine === asked) failed(error, () => void show(question));
  }
}

/** @param {URLSearchParams} question */
function go(question) {
  history.pushState(null, "", `?${question}`);
  const next = /** @type {HTMLInputElement|null} */ (document.querySelector("[name=next]"));
  if (next) next.value = location.pathname + location.search; // the other language asks the same
  void show(question);
}

/** @param {unknown} error @param {() => void} again */
function failed(error, again) {
  if (!(error instanceof ApiError)) throw error;
  const words = h("b", {}, error.sentence(currentLanguage()));
  const retry = h("button", { class: "button", type: "button", onclick: again }, t("replay.again"));
  fill(place, h("div", { class: "empty", role: "alert" }, words, retry));
}

/** @param {Review} review */
function draw(review) {
  const [first] = review.items;
  if (!first) {
    const help = t("review.empty.help");
    fill(place, head(review), h("div", { class: "empty" }, h("b", {}, t("review.empty")), help));
    return;
  }
  fill(
    place,
    head(review),
    !review.whole &&
      h("p", { class: "notice warn" }, t("review.part", { n: review.items.length })),
    figuresPart(review.figures),
    latePart(review.items),
    review.entity && unitsPart(first),
    review.entity && timelinePart(review.items),
    ...byTopic(review.items).map(([topic, items]) => listPart(topic, items)),
  );
}

/** @param {Review} review */
function head(review) {
  const now = serverNow();
  const [first] = review.items;
  const span = { from: dayAndClock(review.from ?? now, 0), to: dayAndClock(review.to ?? now, 0) };
  const title = review.entity
    ? `${topicName(first.topic)} #${first.number} ${titleOf(first)}`
    : t("review.title");
  const lead = review.entity ? placeOf(first) : t("review.span", span);
  document.title = title;
  return h(
    "header",
    { class: "file-head" },
    h("h1", {}, title),
    h("p", { class: "quiet-lead" }, lead),
    h("p", { class: "dim" }, t("review.made", { at: dayAndClock(review.made_at, now) })),
  );
}

window.onpopstate = () => void show(questionOf(location.search, serverNow()));
void start();
