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
    update();
  }

  /** Draw the panel; in the past its forms and its main buttons are out of reach. */
  function update() {
    panel?.update();
    const past = Boolean(desk.picture.past);
    for (const part of place.querySelectorAll("form, .primary, .acts"))
      part.toggleAttribute("inert", past);
  }

  desk.selection.onChange(choose);
  desk.picture.on("any", update);
  desk.everySecond(update);
  choose();
  return { focus: (part) => panel?.focus?.(part) };
}

/** The panels that the modules bring, by the kind of what is selected. */
export class Panels {
  constructor() {
    /** @type {Map<string, (desk: Desk, id: any) => Panel>} */
    this.makers = new Map();
  }

  /** @param {string} kind @param {(desk: Desk, id: any) => Panel} make */
  add(kind, make) {
    this.makers.set(kind, make);
  }
}

/** @param {Desk} desk @returns {Panel} */
function make(desk) {
  const { current } = desk.selection;
  const own = current && desk.panels.makers.get(current.kind);
  if (own) return own(desk, current.id);
  if (current?.kind === "alert") return new AlertPanel(desk, Number(current.id));
  if (current?.kind === "fold") return new FoldPanel(desk, String(current.id));
  if (current?.kind === "thing") return new StationPanel(desk, Number(current.id));
  return new OverviewPanel(desk);
}
