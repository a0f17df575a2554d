/** The queue: pending, active, closed just now. A real table; keys and pointer choose the same row. */

import { ageText, secondsSince } from "../ui/age.js";
import { serverNow } from "../ui/api.js";
import { byId, fill, h, write } from "../ui/dom.js";
import { figure } from "../ui/format.js";
import { name, personName, t } from "../ui/i18n.js";
import { reconcile } from "../ui/keyed.js";
import { closedAt, isOverdue, sections } from "../ui/order.js";
import { LETTERS, severityShape } from "../ui/severity.js";
import { prefs } from "../ui/store.js";

/** @typedef {import("../types.js").Alert} Alert */
/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {"pending"|"active"|"closed"} Section */

const COLUMNS = ["level", "number", "what", "value", "who", "age"];
const SECTIONS = /** @type {Section[]} */ (["pending", "active", "closed"]);

/** @param {Desk} desk */
export function mountQueue(desk) {
  const heads = COLUMNS.map((column) =>
    h("th", { class: `c-${column}`, scope: "col" }, t(`queue.${column}`)),
  );
  const table = h(
    "table",
    { class: "rows", "aria-labelledby": "queue-title" },
    h("thead", {}, h("tr", {}, heads)),
  );
  const parts = new Map(
    SECTIONS.map((section) => [section, sectionPart(table, section, () => render())]),
  );
  const body = byId("queue-body");
  fill(body, h("div", { class: "wait" }));

  function render() {
    if (!desk.picture.loaded && !desk.picture.past) return;
    if (!table.isConnected) fill(body, table);
    const now = desk.picture.past?.at ?? serverNow();
    const found = sections(desk.picture.alerts.values(), now);
    for (const section of SECTIONS) {
      const part = /** @type {Part} */ (parts.get(section));
      part.head(found[section].length);
      const rows = part.open() ? found[section] : [];
      reconcile(
        part.body,
        rows,
        (alert) => String(alert.id),
        (alert) => makeRow(desk, alert),
        (row, alert) => updateRow(desk, row, alert, section, now),
      );
    }
  }

  desk.picture.on("alerts", render);
  desk.picture.on("work", render);
  desk.picture.on("mode", render);
  desk.selection.onChange(() => (render(), showSelected(table)));
  desk.selection.onHover(() => light(desk, table));
  desk.everySecond(render);
  bindKeys(desk, table);
}

/** @typedef {{body: HTMLElement, head: (count: number) => void, open: () => boolean}} Part */

/** @param {HTMLElement} table @param {Section} section @param {() => void} render @returns {Part} */
function sectionPart(table, section, render) {
  let open = prefs.get(`queue.${section}`, section !== "closed");
  const count = h("b");
  const none = h("span", { class: "none" });
  const button = h(
    "button",
    { class: "plain", type: "button" },
    h("span", { class: "turn", "aria-hidden": "true" }, "▸"),
    t(`queue.${section}`),
    count,
    none,
  );
  const body = h("tbody");
  button.onclick = () => {
    open = !open;
    prefs.set(`queue.${section}`, open);
    render();
  };
  table.append(
    h("tbody", {}, h("tr", { class: "section" }, h("td", { colspan: COLUMNS.length }, button))),
    body,
  );
  return {
    body,
    open: () => open,
    head(found) {
      write(count, String(found));
      write(none, found ? "" : t(`queue.none.${section}`));
      button.setAttribute("aria-expanded", String(open));
    },
  };
}

/** @param {Desk} desk @param {Alert} alert */
function makeRow(desk, alert) {
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
function updateRow(desk, row, alert, section, now) {
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

/** @param {Desk} desk @param {HTMLElement} table */
function light(desk, table) {
  const { hovered } = desk.selection;
  const id = hovered?.kind === "alert" ? String(hovered.id) : null;
  for (const row of table.querySelectorAll("tr.row"))
    row.classList.toggle("lit", /** @type {HTMLElement} */ (row).dataset.key === id);
}

/** @param {HTMLElement} table */
function showSelected(table) {
  const row = table.querySelector('tr[aria-selected="true"]');
  row?.scrollIntoView({ block: "nearest" });
  if (row && table.contains(document.activeElement))
    /** @type {HTMLElement} */ (row).focus({ preventScroll: true });
}

/** @param {Desk} desk @param {HTMLElement} table */
function bindKeys(desk, table) {
  const step = (/** @type {number} */ by) => {
    const rows = /** @type {HTMLElement[]} */ ([...table.querySelectorAll("tr.row")]);
    if (rows.length === 0) return;
    const at = rows.findIndex((row) => row.getAttribute("aria-selected") === "true");
    const next =
      at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by));
    desk.selection.choose({ kind: "alert", id: Number(rows[next].dataset.key) });
    const chosen = /** @type {HTMLElement|null} */ (
      table.querySelector('tr[aria-selected="true"]')
    );
    chosen?.focus({ preventScroll: true });
    chosen?.scrollIntoView({ block: "nearest" });
  };
  desk.keys.bind("ArrowDown", () => step(1));
  desk.keys.bind("ArrowUp", () => step(-1));
}
