/** The face of a unit's status: shape, colour and two letters, the same everywhere. */

import { h } from "../ui/dom.js";
import { t } from "../ui/i18n.js";
import { UNIT_CLASSES } from "../ui/kinds.js";
import { drawn } from "../ui/severity.js";
import { classOf } from "./model.js";

/** @param {string} status @param {string} [title] */
export function statusChip(status, title) {
  const unitClass = classOf(status);
  const look = UNIT_CLASSES[unitClass];
  const words = title ?? t(`units.status.${status}`);
  const props = { class: `unit-chip ${unitClass}`, title: words };
  const letters = h("span", { "aria-hidden": "true" }, look.letters);
  return h("span", props, drawn(look.path), letters, h("span", { class: "visually-hidden" }, words));
}
