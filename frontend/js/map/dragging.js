/** Rows of the tree taken by their grip, by mouse or finger, and put where another of their kind stands. */

/** @param {HTMLElement} list
 * @param {(group: string, code: string, there: string) => void} put code empty: the group itself */
export function dragging(list, put) {
  /** @type {HTMLElement|null} what is held */
  let held = null;
  /** @type {HTMLElement|null} what it is held over */
  let over = null;
  const light = (/** @type {HTMLElement|null} */ row) => {
    over?.classList.remove("drop-above", "drop-below");
    over = row;
    if (row && held) row.classList.add(isAfter(held, row) ? "drop-below" : "drop-above");
  };
  list.addEventListener("pointerdown", (event) => {
    const grip = event.target instanceof Element ? event.target.closest(".tree-grip") : null;
    if (!grip || event.button !== 0) return;
    event.preventDefault();
    held = /** @type {HTMLElement} */ (grip.parentElement);
    held.classList.add("held");
    list.setPointerCapture(event.pointerId);
  });
  list.addEventListener("pointermove", (event) => {
    if (!held) return;
    const under = document.elementFromPoint(event.clientX, event.clientY);
    light(targetOf(held, /** @type {HTMLElement|null} */ (under?.closest("[data-group]") ?? null)));
  });
  const end = (/** @type {boolean} */ done) => {
    const [from, to] = [held, over];
    from?.classList.remove("held");
    light(null);
    held = null;
    if (!done || !from || !to) return;
    const { group = "", code = "" } = from.dataset;
    put(group, code, (code ? to.dataset.code : to.dataset.group) ?? "");
  };
  list.addEventListener("pointerup", () => end(true));
  list.addEventListener("pointercancel", () => end(false));
}

/** What may be dropped upon: a layer upon a layer of its group, a group upon a group.
 * @param {HTMLElement} held @param {HTMLElement|null} row */
function targetOf(held, row) {
  if (!row || row === held || Boolean(row.dataset.code) !== Boolean(held.dataset.code)) return null;
  if (row.dataset.group === "live") return null;
  return held.dataset.code && row.dataset.group !== held.dataset.group ? null : row;
}

/** @param {HTMLElement} held @param {HTMLElement} row */
function isAfter(held, row) {
  return Boolean(held.compareDocumentPosition(row) & Node.DOCUMENT_POSITION_FOLLOWING);
}
