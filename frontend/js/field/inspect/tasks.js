/** The cases that wait for this inspector: what is due first stands first. */

import { fill, h } from "../../ui/dom.js";
import { drawingOf } from "../glyphs.js";
import { button, glyph, nothing } from "../parts.js";
import { distanceText, follow } from "../place.js";
import { now, span, when } from "../times.js";
import { named, say } from "../words.js";
import { awayFrom, byLimit, questionOf } from "./cases.js";

/** @typedef {import("../router.js").View} View */
/** @typedef {import("./desk.js").InspectDesk} Desk */
/** @typedef {import("./cases.js").Case} Case */

const QUESTIONS = /** @type {const} */ (["verify", "check"]);

/** @param {Desk} desk @returns {View} */
export function tasksView(desk) {
  const list = h("div", {});
  const asOf = h("p", { class: "as-of" });
  const element = h("section", { class: "screen" }, h("h1", {}, say("tab.tasks")), asOf, list);
  /** @type {{lon: number, lat: number}|null} */
  let here = null;

  function update() {
    const { items, at, fresh } = desk.tasks;
    const old = at && !fresh;
    const read = at ? [say(old ? "tasks.old" : "tasks.as_of", { time: when(at) })] : [];
    asOf.textContent = [...read, ...ready(desk)].join(" · ");
    asOf.classList.toggle("old", Boolean(old));
    asOf.classList.toggle("kept", Boolean(at) && !desk.unkept);
    if (!at) fill(list, unread(desk));
    else if (!items.some(questionOf)) fill(list, nothing(say("tasks.none"), say("tasks.none_why")));
    else fill(list, ...QUESTIONS.map((question) => group(desk, question, here)));
  }

  const stop = follow((fix) => {
    if (!fix) return;
    here = fix;
    update();
  });
  update();
  if (desk.phone.online) void desk.refreshTasks();
  return { element, update, leave: stop, tab: "tasks" };
}

/** Whether the tasks can be done where there is no network.
 * @param {Desk} desk */
function ready(desk) {
  const { tasks, unkept } = desk;
  if (!tasks.items.some(questionOf)) return [];
  return [unkept ? say("tasks.unkept", { n: unkept }) : say("tasks.kept")];
}

/** @param {Desk} desk */
function unread(desk) {
  if (desk.phone.online && !desk.asked) return h("div", { class: "wait" });
  const again = button(say("again"), () => void desk.refresh(), { kind: "slim" });
  return nothing(say("tasks.never"), say("tasks.never_why"), again);
}

/** @param {Desk} desk @param {"verify"|"check"} question @param {{lon: number, lat: number}|null} here */
function group(desk, question, here) {
  const tasks = byLimit(desk.tasks.items.filter((task) => questionOf(task) === question));
  if (!tasks.length) return null;
  const head = h("h2", { class: "group" }, say(`tasks.${question}`), h("b", {}, String(tasks.length)));
  return h("section", {}, head, ...tasks.map((task) => row(desk, task, here)));
}

/** @param {Desk} desk @param {Case} task @param {{lon: number, lat: number}|null} here */
function row(desk, task, here) {
  const away = awayFrom(task, here);
  const place = [task.address || named("place", task), away === null ? "" : distanceText(away)];
  const answered = desk.answerOf(task);
  return h(
    "a",
    { class: "row", href: `#tasks/${task.id}`, "data-case": task.id },
    glyph(drawingOf(task)),
    h(
      "span",
      { class: "row-main" },
      h("b", {}, named("name", task)),
      h("small", {}, place.filter(Boolean).join(" · ")),
      h("small", { class: "tabular" }, task.number),
    ),
    answered ? h("span", { class: "row-end good" }, say("tasks.answered")) : limit(task),
  );
}

/** @param {Case} task */
export function limit(task) {
  if (!task.clock) return null;
  const left = Date.parse(task.clock.due_at) - now();
  const text = say(left < 0 ? "tasks.over" : "tasks.left", { span: span(left) });
  return h("span", { class: left < 0 ? "row-end over" : "row-end" }, text);
}

