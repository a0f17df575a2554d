/** The queue: pending, active, closed just now. A real table; keys and pointer choose the same row. */

import { serverNow } from "../ui/api.js";
import { byId, fill, h, write } from "../ui/dom.js";
import { foldedRows, foldId, foldKind, singleRow } from "../ui/folds.js";
import { t } from "../ui/i18n.js";
import { reconcile } from "../ui/keyed.js";
import { counts, sections } from "../ui/order.js";
import { prefs } from "../ui/store.js";
import { makeFoldRow, updateFoldRow } from "./fold_row.js";
import { OpenFolds } from "./open_folds.js";
import { bindKeys, showSelected } from "./queue_keys.js";
import { COLUMNS, makeRow, updateRow } from "./queue_row.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../types.js").Alert} Alert */
/** @typedef {import("../ui/folds.js").Entry} Entry */
/** @typedef {import("./queue_row.js").Section} Section */

const SECTIONS = /** @type {Section[]} */ (["pending", "active", "closed"]);

/** @param {Desk} desk */
export function mountQueue(desk) {
  const heads = COLUMNS.map((column) =>
    h("th", { class: `c-${column}`, scope: "col" }, t(`queue.${column}`)),
  );
  const table = h(
    "table",
    { class: "rows", "aria-label": t("queue.title") },
    h("thead", {}, h("tr", {}, heads)),
  );
  const parts = new Map(
    SECTIONS.map((section) => [section, sectionPart(table, section, () => render())]),
  );
  const folds = new OpenFolds(desk, () => render());
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
      const rows = part.open() ? rowsOf(desk, folds, section, found[section]) : [];
      reconcile(
        part.body,
        rows,
        (entry) => entry.key,
        ({ fold, alert }) => (fold ? makeFoldRow(desk, fold, folds.toggle) : makeRow(desk, alert)),
        (row, entry) =>
          entry.fold
            ? updateFoldRow(desk, row, entry.fold, folds.isOpen(entry.fold), now)
            : updateRow(desk, row, entry, section, now),
      );
    }
  }

  desk.picture.on("alerts", render);
  desk.picture.on("work", render);
  desk.picture.on("mode", render);
  desk.selection.onChange(() => (render(), showSelected(table)));
  desk.selection.onHover(() => light(desk, table));
  desk.everySecond(render);
  const step = bindKeys(desk, table, folds);
  desk.lists.add({
    place: "queue",
    name: "alerts",
    title: t("queue.title"),
    body,
    count: () => counts(desk.picture.alerts.values(), desk.picture.past?.at ?? serverNow()).pending,
    urgent: () => true,
    step,
    numbered: (digits) => {
      const found = [...desk.picture.alerts.values()].find((one) => one.number === digits);
      return found ? { kind: "alert", id: found.id } : null;
    },
  });
}

/** @param {Desk} desk @param {OpenFolds} folds @param {Section} section @param {Alert[]} alerts
 * @returns {Entry[]} */
function rowsOf(desk, folds, section, alerts) {
  if (section === "closed") return alerts.map((alert) => singleRow(alert));
  const working = (/** @type {string} */ kind) => desk.actions.batches.get(kind)?.running ?? false;
  const rows = foldedRows(section, alerts, (fold) => folds.isOpen(fold), working);
  folds.keep(
    section,
    rows.map(({ fold }) => fold?.id),
  );
  return rows;
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

/** Light the row of what the pointer rests on elsewhere, or of the closed fold that it is in.
 * @param {Desk} desk @param {HTMLElement} table */
function light(desk, table) {
  const { hovered } = desk.selection;
  const alert = hovered?.kind === "alert" ? desk.picture.alerts.get(Number(hovered.id)) : undefined;
  const rows = /** @type {HTMLElement[]} */ ([...table.querySelectorAll("tr.row")]);
  const own = alert && rows.find((row) => row.dataset.key === String(alert.id));
  const kind = alert && foldKind(alert);
  const section = alert?.state === "open" ? "pending" : "active";
  const key = own ? own.dataset.key : kind && foldId(section, kind);
  for (const row of rows) row.classList.toggle("lit", Boolean(key) && row.dataset.key === key);
}
