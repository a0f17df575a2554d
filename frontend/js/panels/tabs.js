/** On a phone one view at a time; on a desk all of them, and these buttons are not shown. */

import { byId, fill, h } from "../ui/dom.js";
import { t } from "../ui/i18n.js";
import { tab } from "../ui/store.js";

/** @typedef {import("../desk.js").Desk} Desk */

const VIEWS = ["queue", "map", "work", "board"];

/** @param {Desk} desk @returns {(view: string) => void} */
export function mountTabs(desk) {
  const frame = byId("desk");
  const buttons = VIEWS.map((view) =>
    h("button", { type: "button", "data-view": view, onclick: () => show(view) }, t(`tab.${view}`)),
  );
  fill(byId("tabs"), ...buttons);

  /** @param {string} view */
  function show(view) {
    frame.dataset.tab = view;
    if (view === "queue" || view === "board") frame.dataset.list = view; // a small screen shows one of them
    tab.set("tab", view);
    for (const button of buttons)
      button.setAttribute("aria-current", String(button.dataset.view === view));
    desk.map?.resized();
  }

  desk.selection.onChange(
    () => desk.selection.current && frame.dataset.tab !== "work" && show("work"),
  );
  frame.dataset.list = "queue";
  show(tab.get("tab", "queue"));
  return show;
}
