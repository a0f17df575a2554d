/** The keys that belong to no single panel, and where the header's counters lead. */

import { thingTrust } from "../ui/age.js";
import { serverNow } from "../ui/api.js";
import { byId, fill, h } from "../ui/dom.js";
import { targetOf } from "../ui/folds.js";
import { t } from "../ui/i18n.js";
import { isOverdue, sections } from "../ui/order.js";
import { toggleTheme } from "../ui/theme.js";

/** @typedef {import("../desk.js").Desk} Desk */

const NOTE_MS = 4000;

/** @param {Desk} desk @param {(part: string) => void} focus @param {{open: () => void, isOpen: () => boolean}} sheet */
export function bindKeys(desk, focus, sheet) {
  const { keys, selection } = desk;
  const onAlert = () => selection.current?.kind === "alert" && !sheet.isOpen();
  const onAlerts = () => onAlert() || (selection.current?.kind === "fold" && !sheet.isOpen());
  keys.bind("a", () => focus("acknowledge"), onAlerts);
  keys.bind("m", () => focus("mine"), onAlerts);
  keys.bind("c", () => focus("comment"), onAlert);
  keys.bind("x", () => focus("resolve"), onAlerts);
  keys.bind("?", sheet.open);
  keys.bind("t", toggleTheme);
  keys.bind(
    "Enter",
    () => (desk.show("work"), byId("work").focus()),
    () => selection.current !== null,
  );
  keys.bind(
    "Escape",
    () => leave(desk),
    () => !sheet.isOpen(),
  );
  keys.onNumber = (typed) => {
    const found = desk.lists.numbered(Number(typed));
    if (found) selection.choose(found);
    else refuse(desk, t("command.no_alert", { word: typed }));
  };
  keys.onDigits = (typed) =>
    fill(
      byId("queue-note"),
      typed && h("span", { class: "typed tabular" }, `#${typed} `, h("kbd", {}, "Enter")),
    );
}

/** Say for a moment, to eyes and ears, that nothing was found.
 * @param {Desk} desk @param {string} words */
function refuse(desk, words) {
  fill(byId("queue-note"), words);
  setTimeout(() => fill(byId("queue-note")), NOTE_MS);
  desk.say(words, true);
}

/** Esc: out of a field first, then out of the selection.
 * @param {Desk} desk */
function leave(desk) {
  const field = /** @type {HTMLElement|null} */ (document.activeElement);
  if (field?.matches("input, textarea, select")) field.blur();
  else desk.selection.choose(null);
}

/** A counter was pressed: choose the first of what it counts.
 * @param {Desk} desk @param {string} what */
export function jump(desk, what) {
  const now = serverNow();
  const found = sections(desk.picture.alerts.values(), now);
  const section = what === "active" ? "active" : "pending";
  const counted = (/** @type {import("../types.js").Alert} */ alert) =>
    what !== "overdue" || isOverdue(alert, now);
  const first = found[section].find(counted);
  if (what === "silent") {
    const thing = [...desk.picture.things.values()].find(
      (one) => thingTrust(one, now) === "silent",
    );
    desk.selection.choose(thing ? { kind: "thing", id: thing.id } : null);
    desk.lists.show("stations");
    desk.show("board");
  } else if (first) {
    desk.lists.show("alerts");
    desk.show("queue");
    desk.selection.choose(targetOf(first, section, found[section]));
  }
}
