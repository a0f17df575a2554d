/** Incidents in the console: the queue, reporting one, working on one, timers that fall due. */

import { serverNow } from "../ui/api.js";
import { fill } from "../ui/dom.js";
import { name, t } from "../ui/i18n.js";
import { keyButton } from "../ui/parts.js";
import { ComposePanel } from "./compose.js";
import { incidentList } from "./list.js";
import { byDue, dueCount, isLate, stageOf } from "./model.js";
import { IncidentPanel } from "./panel.js";
import { Shelf } from "./shelf.js";
import { incidentVerbs } from "./verbs.js";
import { Watch } from "./watch.js";

/** @typedef {import("../desk.js").Desk} Desk */

const KEYS = { a: "take", r: "recommend", p: "plan", h: "plume", e: "correct", u: "report", x: "close", o: "reopen", c: "note" };

/** @type {IncidentPanel|null} the panel that the keys speak to */
let panel = null;

export const incidents = {
  topics: ["incident", "task"],
  /** @param {Desk} desk */
  mount(desk) {
    if (!desk.may("incident.see")) return;
    const shelf = new Shelf(desk);
    mountList(desk, shelf);
    desk.panels.add("incident", (_, id) => (panel = new IncidentPanel(desk, Number(id), shelf)));
    if (desk.may("incident.report")) mountCompose(desk);
    mountKeys(desk);
    if (desk.may("incident.command")) desk.verbs.add(...incidentVerbs(desk, shelf));
    desk.verbs.addSearch((word) => search(desk, shelf, word));
    mountCounters(desk);
    const watch = new Watch(desk);
    desk.everySecond(() => watch.look());
  },
};

/** @param {Desk} desk @param {Shelf} shelf */
function mountList(desk, shelf) {
  const list = incidentList(desk, shelf);
  if (desk.may("incident.report")) {
    fill(list.head, keyButton("n", t("incidents.new"), () => begin(desk)));
    list.head.hidden = false;
  }
  const live = () => [...desk.picture.of("incident").values()];
  desk.lists.add({
    place: "queue",
    name: "incidents",
    title: t("incidents.title"),
    body: list.body,
    count: () => live().length,
    urgent: () => live().some((one) => isLate(one, serverNow())),
    step: (by) => list.step(by),
    numbered: (digits) => (shelf.get(digits) ? { kind: "incident", id: digits } : null),
  });
  const draw = () => desk.lists.isShown("incidents") && list.draw();
  for (const part of ["incident", "task", "unit", "loaded", "mode"]) desk.picture.on(part, draw);
  desk.everySecond(draw);
}

/** A new incident; of the alert that is chosen, if one is.
 * @param {Desk} desk */
function begin(desk) {
  const { current } = desk.selection;
  const id = current?.kind === "alert" ? `alert:${current.id}` : "new";
  desk.lists.show("incidents");
  desk.selection.choose({ kind: "new-incident", id });
  desk.show("work");
}

/** @param {Desk} desk */
function mountCompose(desk) {
  desk.panels.add("new-incident", (_, id) => {
    return new ComposePanel(desk, String(id), (made) => {
      desk.picture.mergeEntity("incident", made);
      desk.selection.choose({ kind: "incident", id: made.id });
      desk.map?.fitSelected();
      if (desk.may("unit.dispatch")) void panel?.advice.open();
    });
  });
  desk.keys.bind("n", () => begin(desk), () => desk.picture.past === null);
}

/** @param {Desk} desk */
function mountKeys(desk) {
  const chosen = () => desk.selection.current?.kind === "incident" && desk.picture.past === null;
  // after all modules: what is chosen is meant before a key that is always there
  queueMicrotask(() => {
    for (const [key, part] of Object.entries(KEYS))
      desk.keys.bind(key, () => panel?.focus(part), chosen);
  });
  desk.sheet.push([
    "incidents.keys",
    [
      ["n", "incidents.keys.new"],
      ["a", "incidents.keys.take"],
      ["r", "incidents.keys.recommend"],
      ["Space", "incidents.keys.toggle"],
      ["p", "incidents.keys.plan"],
      ["h", "incidents.keys.plume"],
      ["c", "incidents.keys.note"],
      ["e", "incidents.keys.correct"],
      ["u", "incidents.keys.report"],
      ["x", "incidents.keys.close"],
      ["o", "incidents.keys.reopen"],
    ],
  ]);
}

/** @param {Desk} desk */
function mountCounters(desk) {
  const waiting = () => [...desk.picture.of("incident").values()].filter((one) => one.state === "open");
  desk.counters.push({
    name: "incidents",
    topic: "incident",
    title: t("incidents.counter"),
    help: t("incidents.counter.help"),
    count: () => waiting().length,
    tone: "alarm",
    jump: () => {
      desk.lists.show("incidents");
      desk.show("queue");
      const [first] = waiting().sort((a, b) => a.severity - b.severity || a.id - b.id);
      if (first) desk.selection.choose({ kind: "incident", id: first.id });
    },
  });
  const tasks = () => desk.picture.of("task").values();
  desk.counters.push({
    name: "due",
    topic: "task",
    title: t("incidents.due"),
    help: t("incidents.due.help"),
    count: () => dueCount(tasks(), serverNow()),
    tone: "alarm",
    jump: () => {
      const first = byDue(tasks()).find((task) => stageOf(task, serverNow()) === 2);
      if (!first) return;
      desk.lists.show(first.incident ? "incidents" : "units");
      desk.selection.choose(first.incident ? { kind: "incident", id: first.incident } : { kind: "unit", id: Number(first.unit) });
    },
  });
}

/** @param {Desk} desk @param {Shelf} shelf @param {string} word */
function search(desk, shelf, word) {
  const wanted = word.toLowerCase();
  const incidentsFound = shelf.all.map((one) => ({
    line: `#${one.number}`,
    hint: `${name("type", one)} ${one.address}`,
    choose: /** @type {any} */ ({ kind: "incident", id: one.id }),
  }));
  const unitsFound = [...desk.picture.of("unit").values()].map((one) => ({
    line: String(one.code),
    hint: name("name", one),
    choose: /** @type {any} */ ({ kind: "unit", id: one.id }),
  }));
  return [...incidentsFound, ...unitsFound].filter(({ line, hint }) =>
    `${line} ${hint}`.toLowerCase().includes(wanted),
  );
}
