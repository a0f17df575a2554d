/** What became of a report: how it stands in plain words, each step with its time, the answer. */

import { byId, fill, h } from "../ui/dom.js";
import { read } from "./door.js";
import { drawingOf } from "./glyphs.js";
import { button, glyph, nothing, note } from "./parts.js";
import { openPublicPage } from "./public_page.js";
import { now, when } from "./times.js";
import { named, say, sentence } from "./words.js";

const LOOK_AGAIN_MS = 60_000;
const STAGES = 7;

const settings = openPublicPage();
const page = byId("public");
const title = page.querySelector("h1") ?? h("h1", {});
let shown = "";

async function look() {
  const answer = await read(`/public/reports/${encodeURIComponent(settings.token)}`);
  if (answer.kind === "received") draw(answer.answer);
  else if (!shown) failed(answer);
}

/** @param {import("./outcome.js").Outcome} outcome */
function failed(outcome) {
  const unknown = outcome.kind === "refused" && outcome.problem.status === 404;
  const again = button(say("again"), () => void look(), { kind: "slim" });
  const why = outcome.kind === "refused" ? sentence(outcome.problem) : say("unreachable");
  fill(
    page,
    title,
    unknown
      ? nothing(say("follow.unknown"), say("follow.unknown_why"))
      : nothing(say("unreachable"), why, again),
    anew(),
  );
}

function anew() {
  return h("a", { class: "big", href: "/report/" }, say("follow.new"));
}

/** @param {Record<string, any>} report */
function draw(report) {
  const text = JSON.stringify(report);
  document.getElementById("as-of")?.remove();
  if (text !== shown) {
    shown = text;
    fill(page, title, head(report), facts(report), joined(report), result(report), steps(report), anew());
  }
  page.append(h("p", { class: "as-of", id: "as-of" }, say("follow.as_of", { time: when(now()) })));
}

/** @param {Record<string, any>} report */
function head(report) {
  const drawn = glyph(drawingOf({ name_zh: report.kind_zh }));
  const done = report.ended ? STAGES : report.stage;
  const bar = h("progress", { max: STAGES, value: done, "aria-label": named("state", report) });
  return h(
    "header",
    { class: `standing ${report.ended ? "ended" : ""}` },
    h("p", {}, drawn, h("span", {}, named("kind", report)), h("b", { class: "tabular" }, report.number)),
    h("p", { class: "state-words" }, named("state", report)),
    bar,
  );
}

/** @param {Record<string, any>} report */
function facts(report) {
  const rows = /** @type {[string, string][]} */ ([
    ["follow.reported", when(report.reported_at)],
    ["follow.place", named("place", report)],
    ["follow.department", named("department", report)],
    ["follow.due", report.due_at && !report.ended ? when(report.due_at) : ""],
  ]).filter(([, value]) => value);
  return h(
    "dl",
    { class: "facts" },
    ...rows.flatMap(([key, value]) => [h("dt", {}, say(key)), h("dd", {}, value)]),
  );
}

/** @param {Record<string, any>} report */
function joined(report) {
  return report.joined ? note("plain", say("follow.joined", { number: report.joined })) : null;
}

/** @param {Record<string, any>} report */
function result({ answer, photos }) {
  if (!answer && !photos.length) return null;
  const images = photos.map((/** @type {any} */ photo, /** @type {number} */ at) =>
    h(
      "a",
      { href: photo.url },
      h("img", { src: photo.thumb, alt: say("follow.photo", { n: at + 1 }), loading: "lazy" }),
    ),
  );
  return h(
    "section",
    { class: "part answer" },
    h("h2", {}, say("follow.answer")),
    answer && h("p", {}, answer),
    images.length > 0 && h("div", { class: "answer-photos" }, ...images),
  );
}

/** The newest step first: it is what one came for.
 * @param {Record<string, any>} report */
function steps(report) {
  const rows = [...report.steps].reverse().map((/** @type {any} */ step) =>
    h("li", {}, h("b", {}, named("name", step)), h("time", { class: "tabular" }, when(step.at))),
  );
  return h(
    "section",
    { class: "part" },
    h("h2", {}, say("follow.steps")),
    !report.ended && h("p", { class: "why" }, say("follow.waiting")),
    h("ol", { class: "steps", reversed: true }, ...rows),
  );
}

void look();
setInterval(() => !document.hidden && void look(), LOOK_AGAIN_MS);
document.addEventListener("visibilitychange", () => !document.hidden && void look());
