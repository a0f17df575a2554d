/** The queue of incidents: waiting, being worked on, closed just now. */

import { RowList } from "../panels/row_list.js";
import { ageText, secondsSince } from "../ui/age.js";
import { serverNow } from "../ui/api.js";
import { h } from "../ui/dom.js";
import { name, t } from "../ui/i18n.js";
import { LETTERS, severityShape } from "../ui/severity.js";
import { statusChip } from "../units/parts.js";
import { byDue, byStatus, countdown, isLate, ordered, orderSince, running, stageOf } from "./model.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../types.js").Entity} Entity */

/** @param {Desk} desk @param {import("./shelf.js").Shelf} shelf */
export function incidentList(desk, shelf) {
  const now = () => desk.picture.past?.at ?? serverNow();
  const next = (/** @type {Entity} */ incident) =>
    byDue(desk.picture.of("task").values(), (task) => task.incident === incident.id)[0];
  return new RowList(desk, {
    label: t("incidents.title"),
    kind: "incident",
    columns: [
      { name: "level", title: t("queue.level") },
      { name: "number", title: "#" },
      { name: "what", title: t("incidents.what") },
      { name: "next", title: t("incidents.next") },
      { name: "age", title: t("incidents.age") },
    ],
    rows: () => (desk.picture.loaded ? ordered(shelf.all, now()) : null),
    id: (incident) => incident.id,
    section: (incident) => t(`incidents.section.${incident.state}`),
    tone: (incident) => toneOf(incident, next(incident), now()),
    stamp: (incident) => {
      const task = next(incident);
      const clocks = [ageOf(incident, now()), task ? countdown(task, now()) : ""];
      return [incident.version, incident.state, ...clocks, unitsText(incident, now())].join("/");
    },
    cells: (incident) => {
      const task = next(incident);
      return [
        level(incident.severity),
        h("span", { class: "tabular" }, incident.number),
        what(desk, incident),
        task ? countdown(task, now()) : "",
        ageOf(incident, now()),
      ];
    },
    none: () => [h("b", {}, t("incidents.none")), t("incidents.none.help")],
  });
}

/** @param {number} severity */
function level(severity) {
  const bars = h("span", { class: "bars", "aria-hidden": "true" });
  for (let bar = 4; bar >= severity; bar -= 1) bars.append(h("i"));
  const props = { class: `level sev${severity}`, title: t(`severity.${severity}`) };
  return h("div", props, bars, severityShape(severity), LETTERS[severity]);
}

/** @param {Desk} desk @param {Entity} incident */
function what(desk, incident) {
  const place = incident.address || name("place", incident);
  const holder = desk.people.get(incident.taken_by);
  const marks = [
    incident.similar?.length > 0 && incident.state === "open" && t("incidents.similar.mark"),
    holder && name("name", holder),
    incident.outcome && t(`incidents.outcome.${incident.outcome}`),
  ].filter(Boolean);
  return h(
    "div",
    { class: "incident-what" },
    h("b", {}, name("type", incident)),
    h("span", { class: place ? "" : "placeless" }, [place || t("incidents.placeless"), ...marks].filter(Boolean).join(" · ")),
    chips(incident),
  );
}

/** How many units are how far: a chip for each status, the farthest first.
 * @param {Entity} incident */
function chips(incident) {
  const shown = byStatus(incident).map(([status, codes]) => {
    const title = `${t(`units.status.${status}`)} ${codes.join(" ")}`;
    const count = codes.length > 1 ? h("small", { class: "tabular" }, codes.length) : null;
    return h("span", { title }, statusChip(status, title), count);
  });
  return h("span", { class: "order-chips" }, ...shown);
}

/** @param {Entity} incident @param {number} now */
function unitsText(incident, now) {
  return running(incident)
    .map((order) => `${order.code}${order.status}${Math.floor(secondsSince(orderSince(order), now))}`)
    .join();
}

/** @param {Entity} incident @param {number} now */
function ageOf(incident, now) {
  return ageText(secondsSince(incident.closed_at ?? incident.reported_at, now));
}

/** @param {Entity} incident @param {Entity|undefined} task @param {number} now */
function toneOf(incident, task, now) {
  const stage = task ? stageOf(task, now) : 0;
  const due = stage === 2 ? "task-due" : stage === 1 ? "task-soon" : "";
  return `incident ${incident.state} ${isLate(incident, now) ? "overdue" : ""} ${due}`;
}
