/** One row of the queue: severity, number, what and where, value, who has it, age. */

import { ageText, secondsSince } from "../ui/age.js";
import { fill, h, write } from "../ui/dom.js";
import { measuredText } from "../ui/format.js";
import { name, personName, t } from "../ui/i18n.js";
import { closedAt, isClosed, isOverdue } from "../ui/order.js";
import { LETTERS, severityShape } from "../ui/severity.js";

/** @typedef {import("../types.js").Alert} Alert */
/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../ui/folds.js").Entry} Entry */
/** @typedef {"pending"|"active"|"closed"} Section */

export const COLUMNS = ["level", "number", "what", "value", "who", "age"];

/** A row with a cell for each column and nothing in them. */
export function emptyRow() {
  const cells = COLUMNS.map((column) =>
    h("td", { class: `c-${column}${column === "value" || column === "age" ? " num" : ""}` }),
  );
  return h("tr", { class: "row", tabindex: "-1" }, ...cells);
}

/** @param {Desk} desk @param {Alert} alert */
export function makeRow(desk, alert) {
  const row = emptyRow();
  row.onclick = () => desk.selection.choose({ kind: "alert", id: alert.id });
  row.ondblclick = () => desk.map?.fitSelected();
  row.onpointerenter = () => desk.selection.hover({ kind: "alert", id: alert.id });
  row.onpointerleave = () => desk.selection.hover(null);
  return row;
}

/** @param {Desk} desk @param {HTMLElement} row @param {Entry} entry @param {Section} section
 * @param {number} now ms */
export function updateRow(desk, row, { alert, inside }, section, now) {
  const cells = /** @type {HTMLElement[]} */ ([...row.children]);
  const classes = [section, alert.condition === "cleared" && "cleared", inside && "inside"];
  row.dataset.inside = inside;
  paintFrame(desk, row, [...classes, ...urgency(alert, now)], desk.selection.is("alert", alert.id));
  paintLevel(cells[0], alert);
  write(cells[1], String(alert.number));
  paintWhat(cells[2], alert, inside !== "");
  write(cells[3], valueText(alert));
  cells[3].title = alert.unit;
  paintWho(desk, cells[4], alert, section);
  write(
    cells[5],
    ageText(secondsSince(section === "closed" ? closedAt(alert) : alert.opened_at, now)),
  );
}

/** What makes a row call for attention, as classes.
 * @param {Alert} alert @param {number} now ms */
export function urgency(alert, now) {
  const flash = alert.state === "open" && !isClosed(alert) && alert.severity === 1;
  return [isOverdue(alert, now) && "overdue", flash && "flash"];
}

/** Classes, choice and place in the tab order: one row of the queue is a tab stop.
 * @param {Desk} desk @param {HTMLElement} row @param {(string|false)[]} classes
 * @param {boolean} chosen */
export function paintFrame(desk, row, classes, chosen) {
  const lit = row.classList.contains("lit") && "lit";
  row.className = ["row", ...classes, lit].filter(Boolean).join(" ");
  row.setAttribute("aria-selected", String(chosen));
  const elsewhere = !["alert", "fold"].includes(desk.selection.current?.kind ?? "");
  row.tabIndex = chosen || (elsewhere && !row.previousElementSibling) ? 0 : -1;
}

/** @param {Alert} alert */
function valueText(alert) {
  if (alert.value === null) return alert.condition === "cleared" ? "✓" : "–";
  return `${alert.condition === "cleared" ? "✓ " : ""}${measuredText(alert).value}`;
}

/** @param {HTMLElement} cell @param {Alert} alert */
export function paintLevel(cell, alert) {
  if (cell.dataset.severity === String(alert.severity)) return;
  cell.dataset.severity = String(alert.severity);
  const bars = h(
    "span",
    { class: "bars", "aria-hidden": "true" },
    ...Array.from({ length: 5 - alert.severity }, () => h("i")),
  );
  const spoken = h("span", { class: "visually-hidden" }, t(`severity.${alert.severity}`));
  fill(
    cell,
    h(
      "span",
      { class: `level sev${alert.severity}` },
      bars,
      severityShape(alert.severity),
      LETTERS[alert.severity],
      spoken,
    ),
  );
}

/** Beneath a fold, whose row has the title, a member begins with its thing.
 * @param {HTMLElement} cell @param {Alert} alert @param {boolean} inside */
function paintWhat(cell, alert, inside) {
  const where = [name("thing", alert), name("place", alert)];
  const [head, more] = inside ? where : [name("title", alert), where[0] || where[1]];
  const key = `${head}|${more}`;
  cell.classList.add("what");
  if (cell.dataset.shown === key) return;
  cell.dataset.shown = key;
  cell.title = `${name("title", alert)} · ${name("thing", alert)} · ${name("place", alert)}`;
  fill(cell, h("div", {}, h("b", {}, head), h("span", {}, more)));
}

/** @param {Desk} desk @param {HTMLElement} cell @param {Alert} alert @param {Section} section */
function paintWho(desk, cell, alert, section) {
  const work = desk.actions.work.get(alert.id);
  const running =
    work && (work.state === "sending" || (work.state === "failed" && Date.now() - work.at < 30_000))
      ? work.state
      : "";
  cell.classList.toggle("sending", running === "sending");
  cell.classList.toggle("failed", running === "failed");
  const owner = personName(desk.people.get(alert.assigned_to ?? alert.acknowledged_by ?? 0));
  if (running) write(cell, t(`work.${running}`));
  else if (section === "closed") write(cell, t(`outcome.short.${alert.outcome ?? "handled"}`));
  else
    write(
      cell,
      section === "pending" ? "–" : alert.state === "resolved" ? t("queue.above") : owner,
    );
  cell.title = running ? "" : owner;
}
