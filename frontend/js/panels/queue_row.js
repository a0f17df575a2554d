/** One row of the queue: severity, number, what and where, value, who has it, age. */

import { ageText, secondsSince } from "../ui/age.js";
import { fill, h, write } from "../ui/dom.js";
import { figure } from "../ui/format.js";
import { name, personName, t } from "../ui/i18n.js";
import { closedAt, isOverdue } from "../ui/order.js";
import { LETTERS, severityShape } from "../ui/severity.js";

/** @typedef {import("../types.js").Alert} Alert */
/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {"pending"|"active"|"closed"} Section */

export const COLUMNS = ["level", "number", "what", "value", "who", "age"];

/** @param {Desk} desk @param {Alert} alert */
export function makeRow(desk, alert) {
  const row = h(
    "tr",
    { class: "row", tabindex: "-1" },
    ...COLUMNS.map((column) =>
      h("td", { class: `c-${column}${column === "value" || column === "age" ? " num" : ""}` }),
    ),
  );
  row.onclick = () => desk.selection.choose({ kind: "alert", id: alert.id });
  row.ondblclick = () => desk.map?.fitSelected();
  row.onpointerenter = () => desk.selection.hover({ kind: "alert", id: alert.id });
  row.onpointerleave = () => desk.selection.hover(null);
  return row;
}

/** @param {Desk} desk @param {HTMLElement} row @param {Alert} alert @param {Section} section @param {number} now */
export function updateRow(desk, row, alert, section, now) {
  const cells = /** @type {HTMLElement[]} */ ([...row.children]);
  const classes = ["row", section, alert.condition];
  if (isOverdue(alert, now)) classes.push("overdue");
  if (section === "pending" && alert.severity === 1) classes.push("flash");
  if (row.classList.contains("lit")) classes.push("lit");
  row.className = classes.join(" ");
  const chosen = desk.selection.is("alert", alert.id);
  row.setAttribute("aria-selected", String(chosen));
  row.tabIndex =
    chosen || (desk.selection.current?.kind !== "alert" && !row.previousElementSibling) ? 0 : -1;
  paintLevel(cells[0], alert);
  write(cells[1], String(alert.number));
  paintWhat(cells[2], alert);
  write(cells[3], valueText(alert));
  cells[3].title = alert.unit;
  paintWho(desk, cells[4], alert, section);
  write(
    cells[5],
    ageText(secondsSince(section === "closed" ? closedAt(alert) : alert.opened_at, now)),
  );
}

/** @param {Alert} alert */
function valueText(alert) {
  if (alert.value === null) return alert.condition === "cleared" ? "✓" : "–";
  return `${alert.condition === "cleared" ? "✓ " : ""}${figure(alert.value)}`;
}

/** @param {HTMLElement} cell @param {Alert} alert */
function paintLevel(cell, alert) {
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

/** @param {HTMLElement} cell @param {Alert} alert */
function paintWhat(cell, alert) {
  const key = `${name("title", alert)}|${name("thing", alert)}`;
  cell.classList.add("what");
  if (cell.dataset.shown === key) return;
  cell.dataset.shown = key;
  cell.title = `${name("title", alert)} · ${name("thing", alert)} · ${name("place", alert)}`;
  fill(
    cell,
    h(
      "div",
      {},
      h("b", {}, name("title", alert)),
      h("span", {}, name("thing", alert) || name("place", alert)),
    ),
  );
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
