/** Timers and tasks with their countdown; ticked off where they are read. */

import { call, serverNow } from "../ui/api.js";
import { fill, h, write } from "../ui/dom.js";
import { name, t } from "../ui/i18n.js";
import { reconcile } from "../ui/keyed.js";
import { saidLine, sending } from "../ui/sending.js";
import { byDue, countdown, stageOf } from "./model.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../types.js").Entity} Entity */

/** @type {Map<number, string>} words of manual timers: they are beside the log, so read apart */
const words = new Map();
/** @type {Set<number>} */
const asked = new Set();

/** Draw the running tasks into a section; call it each second.
 * @param {Desk} desk @param {HTMLElement} place @param {(task: Entity) => boolean} of */
export function taskRows(desk, place, of) {
  const now = desk.picture.past?.at ?? serverNow();
  const tasks = byDue(desk.picture.of("task").values(), of);
  place.hidden = tasks.length === 0;
  if (!place.childElementCount) {
    const said = saidLine();
    fill(place, h("h3", {}, t("incidents.tasks"), h("b", { class: "tabular" })), h("ul", { class: "tasks" }), said);
  }
  const [head, list, said] = /** @type {HTMLElement[]} */ ([...place.children]);
  write(/** @type {HTMLElement} */ (head.lastElementChild), String(tasks.length));
  reconcile(list, tasks, (task) => String(task.id), (task) => makeRow(desk, task, said),
    (row, task) => drawRow(row, task, now));
  readWords(desk, tasks);
}

/** @param {Desk} desk @param {Entity} task @param {HTMLElement} said */
function makeRow(desk, task, said) {
  const done = h("button", { class: "button", type: "button" }, t("incidents.task.done"));
  const row = h(
    "li",
    { class: "task" },
    h("span", { class: "task-left tabular" }),
    h("span", { class: "task-what" }, h("b"), h("small", { class: "dim" })),
    desk.may("task.do") && !desk.picture.past ? done : null,
  );
  done.onclick = () =>
    void sending(row, said, async () => {
      const answer = await call(`/tasks/${task.id}/done`, { method: "POST" });
      desk.picture.mergeEntity("task", answer);
    });
  return row;
}

/** @param {HTMLElement} row @param {Entity} task @param {number} now */
function drawRow(row, task, now) {
  const stage = stageOf(task, now);
  row.className = `task ${["", "soon", "due"][stage]}`.trim();
  const [left, what] = /** @type {HTMLElement[]} */ ([...row.children]);
  write(left, countdown(task, now));
  left.title = t(`incidents.stage.${stage}`);
  write(what.children[0], words.get(task.id) || name("title", task));
  const about = [task.unit_code, name("department", task)];
  write(what.children[1], about.filter(Boolean).join(" · "));
}

/** Manual timers carry an operator's own words; the log has only that there are some.
 * @param {Desk} desk @param {Entity[]} tasks */
function readWords(desk, tasks) {
  const missing = tasks.filter((task) => task.worded && !asked.has(task.id));
  if (missing.length === 0) return;
  for (const task of missing) asked.add(task.id);
  void call("/tasks")
    .then(({ items }) => {
      for (const one of items) if (one.words) words.set(one.id, one.words);
      desk.picture.changed("task");
    })
    .catch(() => missing.forEach((task) => asked.delete(task.id))); // asked again at the next look
}
