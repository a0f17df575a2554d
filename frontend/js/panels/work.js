/** The work panel: shows what is selected, and an overview of the shift when nothing is. */

import { byId, fill } from "../ui/dom.js";
import { AlertPanel } from "./alert.js";
import { FoldPanel } from "./fold.js";
import { OverviewPanel } from "./overview.js";
import { StationPanel } from "./station.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {{element: HTMLElement, update: () => void, focus?: (part: string) => void, leave?: () => void}} Panel */

/** @param {Desk} desk @returns {{focus: (part: string) => void}} */
export function mountWork(desk) {
  const place = byId("work");
  /** @type {Panel|null} */
  let panel = null;
  let shown = "";

  function choose() {
    const { current } = desk.selection;
    const key = current ? `${current.kind}/${current.id}` : "";
    if (key !== shown || !panel) {
      panel?.leave?.();
      panel = make(desk);
      shown = key;
      fill(place, panel.element);
    }
    panel.update();
  }

  desk.selection.onChange(choose);
  for (const part of /** @type {const} */ (["alerts", "values", "work", "mode", "things"])) {
    desk.picture.on(part, () => panel?.update());
  }
  desk.everySecond(() => panel?.update());
  choose();
  return { focus: (part) => panel?.focus?.(part) };
}

/** @param {Desk} desk @returns {Panel} */
function make(desk) {
  const { current } = desk.selection;
  if (current?.kind === "alert") return new AlertPanel(desk, current.id);
  if (current?.kind === "fold") return new FoldPanel(desk, current.id);
  if (current?.kind === "thing") return new StationPanel(desk, current.id);
  return new OverviewPanel(desk);
}
