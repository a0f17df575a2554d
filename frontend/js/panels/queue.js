/** The queue: pending, active, closed just now. A real table; keys and pointer choose the same row. */

import { serverNow } from "../ui/api.js";
import { byId, fill, h, write } from "../ui/dom.js";
import { t } from "../ui/i18n.js";
import { reconcile } from "../ui/keyed.js";
import { sections } from "../ui/order.js";
import { prefs } from "../ui/store.js";
import { COLUMNS, makeRow, updateRow } from "./queue_row.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("./queue_row.js").Section} Section */

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
