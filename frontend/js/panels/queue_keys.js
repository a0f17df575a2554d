/** The queue's arrow keys: up and down between rows, right into a fold, left out of it. */

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("./open_folds.js").OpenFolds} OpenFolds */

/** @param {HTMLElement} table @returns {HTMLElement|null} */
function chosenRow(table) {
  return table.querySelector('tr[aria-selected="true"]');
}

/** Bring the chosen row into view; the focus goes along if it was in the queue.
 * @param {HTMLElement} table */
export function showSelected(table) {
  const row = chosenRow(table);
  row?.scrollIntoView({ block: "nearest" });
  if (row && table.contains(document.activeElement)) row.focus({ preventScroll: true });
}

/** @param {Desk} desk @param {HTMLElement} table @param {OpenFolds} folds
 * @returns {(by: number) => void} what up and down do while the alerts are in front */
export function bindKeys(desk, table, folds) {
  const step = (/** @type {number} */ by) => {
    const rows = /** @type {HTMLElement[]} */ ([...table.querySelectorAll("tr.row")]);
    if (rows.length === 0) return;
    const at = rows.findIndex((row) => row.getAttribute("aria-selected") === "true");
    const next =
      at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by));
    choose(desk, rows[next]);
    chosenRow(table)?.focus({ preventScroll: true });
    chosenRow(table)?.scrollIntoView({ block: "nearest" });
  };
  desk.keys.bind(
    "ArrowRight",
    () => (isOpen(chosenRow(table)) ? step(1) : folds.set(foldOf(chosenRow(table)), true)),
    () => Boolean(chosenRow(table)?.matches(".fold")),
  );
  desk.keys.bind(
    "ArrowLeft",
    () => outOf(desk, folds, chosenRow(table)),
    () => Boolean(chosenRow(table)?.matches(".fold, .inside")),
  );
  return step;
}

/** From a member to its fold, which stays open; from a fold: close it.
 * @param {Desk} desk @param {OpenFolds} folds @param {HTMLElement|null} row */
function outOf(desk, folds, row) {
  const member = row?.matches(".inside");
  folds.set(foldOf(row), Boolean(member));
  if (member) desk.selection.choose({ kind: "fold", id: foldOf(row) });
}

/** @param {Desk} desk @param {HTMLElement} row */
function choose(desk, row) {
  if (row.matches(".fold")) desk.selection.choose({ kind: "fold", id: foldOf(row) });
  else desk.selection.choose({ kind: "alert", id: Number(row.dataset.key) });
}

/** The fold that a row is, or is inside.
 * @param {HTMLElement|null} row */
function foldOf(row) {
  return row?.dataset.inside || (row?.dataset.key ?? "");
}

/** @param {HTMLElement|null} row */
function isOpen(row) {
  return row?.querySelector(".turn")?.getAttribute("aria-expanded") === "true";
}
