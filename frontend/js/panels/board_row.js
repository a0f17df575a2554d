/** One row of the station board: shape, name, latest value, its age. */

import { reported } from "../live/past.js";
import { ageText, secondsSince, thingTrust } from "../ui/age.js";
import { fill, h, write } from "../ui/dom.js";
import { withUnit } from "../ui/format.js";
import { name, t } from "../ui/i18n.js";
import { isUnit, kindShape, mainStream, UNIT_CLASSES, unitClass } from "../ui/kinds.js";
import { drawn, LETTERS, severityShape } from "../ui/severity.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../types.js").Thing} Thing */
/** @typedef {{key: string, group?: string, count?: number, thing?: Thing}} Row */

export const COLUMNS = ["shape", "station", "reading", "old"];

/** @param {string} column */
function cellClass(column) {
  return `c-${column}${column === "old" || column === "reading" ? " num" : ""}`;
}

export function headRow() {
  const heads = COLUMNS.map((column) => {
    const text = t(`board.${column}`);
    const label = column === "shape" ? h("span", { class: "visually-hidden" }, text) : text;
    return h("th", { class: cellClass(column), scope: "col" }, label);
  });
  return h("thead", {}, h("tr", {}, ...heads));
}

/** @param {Desk} desk @param {Row} row */
export function makeRow(desk, { thing }) {
  if (!thing) return h("tr", { class: "group" }, h("td", { colspan: COLUMNS.length }));
  const chosen = /** @type {const} */ ({ kind: "thing", id: thing.id });
  const props = {
    class: "row",
    tabindex: "-1",
    onclick: () => desk.selection.choose(chosen),
    ondblclick: () => desk.map?.fitSelected(),
    onpointerenter: () => desk.selection.hover(chosen),
    onpointerleave: () => desk.selection.hover(null),
  };
  return h("tr", props, ...COLUMNS.map((column) => h("td", { class: cellClass(column) })));
}

/** @param {Desk} desk @param {HTMLElement} element @param {Row} row
 * @param {Map<number, number>} alerting thing → worst severity @param {number} now ms */
export function updateRow(desk, element, row, alerting, now) {
  const { thing } = row;
  if (!thing) {
    const text = row.count ? `${row.group} · ${row.count}` : (row.group ?? "");
    write(/** @type {HTMLElement} */ (element.firstElementChild), text);
    return;
  }
  const stream = mainStream(thing);
  const latest = stream ? desk.picture.latest(stream) : null;
  const said = reported(desk.picture, thing);
  const believed = thingTrust(said, now);
  const [shape, station, reading, old] = /** @type {HTMLElement[]} */ ([...element.children]);
  element.className = `row ${believed}${element.classList.contains("lit") ? " lit" : ""}`;
  element.setAttribute("aria-selected", String(desk.selection.is("thing", thing.id)));
  drawShape(shape, thing, alerting.get(thing.id), believed);
  write(station, name("name", thing));
  station.title = `${name("name", thing)} · ${thing.code}`;
  write(reading, stream ? withUnit(latest?.value, stream.unit) : "–");
  const at = latest?.time ?? said.position?.time;
  write(old, at ? ageText(secondsSince(at, now)) : "–");
}

/** @param {HTMLElement} cell @param {Thing} thing @param {number|undefined} severity
 * @param {string} believed */
function drawShape(cell, thing, severity, believed) {
  const state = `${severity}${believed}${unitClass(thing)}`;
  if (cell.dataset.shown === state) return;
  cell.dataset.shown = state;
  if (severity) {
    const props = { class: `sev sev${severity}`, title: LETTERS[severity] };
    fill(cell, h("span", props, severityShape(severity)));
  } else if (isUnit(thing.kind)) fill(cell, unitShape(unitClass(thing)));
  else fill(cell, drawn(kindShape(thing.kind), `shape ${believed}`));
}

/** A unit's class as a small shape in its colour.
 * @param {string} code a key of UNIT_CLASSES */
export function unitShape(code) {
  const look = UNIT_CLASSES[code];
  const mark = drawn(look.path, `shape ${look.hollow ? "silent" : ""}`);
  mark.style.color = `var(--${look.token})`;
  return mark;
}
