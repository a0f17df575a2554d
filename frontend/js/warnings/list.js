/** The list of warnings: what waits for approval first, then drafts, what is in force, what came in. */

import { ageText } from "../ui/age.js";
import { serverNow } from "../ui/api.js";
import { h } from "../ui/dom.js";
import { name, t } from "../ui/i18n.js";
import { chip, severityMark } from "../ui/parts.js";
import { RowList } from "../panels/row_list.js";
import { isEnd, isSecond, ordered, sectionOf, untilText } from "./model.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("./model.js").Warning} Warning */

/** @param {Desk} desk @returns {Warning[]} */
export function warningsOf(desk) {
  return ordered(/** @type {any} */ (desk.picture.of("warning").values()));
}

/** @param {Desk} desk @returns {Warning[]} what waits for approval */
export function awaiting(desk) {
  return warningsOf(desk).filter((row) => row.state === "awaiting");
}

/** @param {Desk} desk @param {() => void} compose */
export function warningList(desk, compose) {
  const now = () => desk.picture.past?.at ?? serverNow();
  const left = (/** @type {Warning} */ row) => untilText(row.expires, now(), ageText);
  const list = new RowList(desk, {
    label: t("warnings.title"),
    kind: "warning",
    columns: [
      { name: "level", title: t("warnings.column.colour") },
      { name: "warning", title: t("warnings.column.what") },
      { name: "step", title: t("warnings.column.step") },
      { name: "age", title: t("warnings.column.left") },
    ],
    rows: () => (desk.picture.loaded ? warningsOf(desk) : null),
    id: (/** @type {Warning} */ row) => row.id,
    stamp: (row) => `${row.version}/${left(row).replace(/:\d\d$/, "")}`,
    section: (row) => t(`warnings.section.${sectionOf(row)}`),
    tone: (row) => (row.closed ? "over" : ""),
    cells: (row) => [
      severityMark(row.colour, true),
      [exercise(row), `${isEnd(row) ? t("warnings.end_of") : ""}${what(row)}`],
      step(desk, row),
      row.closed
        ? ""
        : h("span", { class: left(row) ? "" : "late" }, left(row) || t("warnings.over")),
    ],
    none: () => none(desk, compose),
  });
  return list;
}

/** @param {Warning} row */
function what(row) {
  return `${name("event", row)} · ${name("area", row)}`;
}

/** A mark that nobody can take for the real thing.
 * @param {Warning} row */
export function exercise(row) {
  return row.status !== "Actual" && chip("exercise", t(`warnings.status.${row.status}`));
}

/** What has to happen next, or what is wrong.
 * @param {Desk} desk @param {Warning} row */
function step(desk, row) {
  if (row.undelivered)
    return h("span", { class: "bad" }, t("warnings.undelivered", { n: row.undelivered }));
  if (row.state !== "awaiting") return t(`warnings.state.${row.state}`);
  const mine = desk.may("warning.approve") && isSecond(row, desk.me.id);
  return h(
    "b",
    { class: "waiting" },
    t(mine ? "warnings.you_approve" : "warnings.another_approves"),
  );
}

/** @param {Desk} desk @param {() => void} compose */
function none(desk, compose) {
  const props = { class: "button", type: "button", onclick: compose };
  return [
    h("b", {}, t("warnings.none")),
    h("span", {}, t("warnings.none.more")),
    desk.may("warning.compose") && h("button", props, h("kbd", {}, "w"), t("warnings.new")),
  ];
}
