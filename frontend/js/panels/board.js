/** The station board: every device with its latest value and how old that is, grouped by place. */

import { ageText, secondsSince, thingTrust } from "../ui/age.js";
import { serverNow } from "../ui/api.js";
import { byId, fill, h, write } from "../ui/dom.js";
import { withUnit } from "../ui/format.js";
import { currentLanguage, name, t } from "../ui/i18n.js";
import { reconcile } from "../ui/keyed.js";
import { isUnit, kindShape, mainStream, UNIT_CLASSES, unitClass } from "../ui/kinds.js";
import { isClosed } from "../ui/order.js";
import { drawn, LETTERS, severityShape } from "../ui/severity.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../types.js").Thing} Thing */
/** @typedef {{key: string, group?: string, count?: number, thing?: Thing}} Row */

const COLUMNS = ["shape", "station", "reading", "old"];
const SHOWN = 300; // rows; beyond that the board shows what alerts or is silent, and says so

/** @param {Desk} desk */
export function mountBoard(desk) {
  const rows = h("tbody");
  const heads = COLUMNS.map((column) =>
    h(
      "th",
      {
        class: `c-${column}${column === "old" || column === "reading" ? " num" : ""}`,
        scope: "col",
      },
      column === "shape"
        ? h("span", { class: "visually-hidden" }, t("board.shape"))
        : t(`board.${column}`),
    ),
  );
  const table = h(
    "table",
    { class: "rows", "aria-labelledby": "board-title" },
    h("thead", {}, h("tr", {}, heads)),
    rows,
  );
  const body = byId("board-body");
  const note = byId("board-note");
  fill(body, h("div", { class: "wait" }));

  function render() {
    if (!desk.picture.things.size) {
      fill(body, h("p", { class: "empty" }, h("b", {}, t("board.none")), t("board.none.help")));
      return;
    }
    if (!table.isConnected) fill(body, table);
    const now = desk.picture.past?.at ?? serverNow();
    const alerting = alertingThings(desk);
    const listed = list(desk, alerting, now);
    write(
      note,
      t("board.count", {
        n: desk.picture.things.size,
        shown: listed.filter((row) => row.thing).length,
      }),
    );
    reconcile(
      rows,
      listed,
      (row) => row.key,
      (row) => make(desk, row),
      (element, row) => update(desk, element, row, alerting, now),
    );
  }

  let due = true;
  desk.picture.on("values", () => (due = true));
  for (const part of /** @type {const} */ (["things", "alerts", "mode"]))
    desk.picture.on(part, render);
  desk.selection.onChange(render);
  desk.selection.onHover(() => {
    const { hovered } = desk.selection;
    for (const row of rows.children)
      row.classList.toggle(
        "lit",
        hovered?.kind === "thing" &&
          /** @type {HTMLElement} */ (row).dataset.key === `t${hovered.id}`,
      );
  });
  desk.everySecond(
    () => (due || Math.floor(Date.now() / 1000) % 5 === 0) && (render(), (due = false)),
  );
}

/** @param {Desk} desk @returns {Map<number, number>} thing → worst severity of an alert not closed */
export function alertingThings(desk) {
  const found = new Map();
  for (const alert of desk.picture.alerts.values()) {
    if (isClosed(alert) || alert.thing_id === null) continue;
    found.set(alert.thing_id, Math.min(found.get(alert.thing_id) ?? 9, alert.severity));
  }
  return found;
}

/** Groups in the order of their codes, alerting and named things within.
 * @param {Desk} desk @param {Map<number, number>} alerting @param {number} now @returns {Row[]} */
function list(desk, alerting, now) {
  let things = [...desk.picture.things.values()];
  if (things.length > SHOWN) {
    things = things
      .filter((thing) => alerting.has(thing.id) || thingTrust(thing, now) !== "fresh")
      .slice(0, SHOWN);
  }
  const place = (/** @type {Thing} */ thing) => thing.scope.slice(0, 6);
  things.sort(
    (a, b) =>
      place(a).localeCompare(place(b)) ||
      a.kind.localeCompare(b.kind) ||
      a.code.localeCompare(b.code),
  );
  if (things.length === 0) return [{ key: "quiet", group: t("board.all_well") }];
  const groups = groupBy(things, place);
  return [...groups].flatMap(([code, members]) => [
    {
      key: `g${code}`,
      group: districtName(members[0]) || t("board.nowhere"),
      count: members.length,
    },
    ...members.map((thing) => ({ key: `t${thing.id}`, thing })),
  ]);
}

/** The district of a place: Chinese names the largest part first, English last.
 * @param {Thing} thing */
function districtName(thing) {
  return currentLanguage() === "zh"
    ? thing.place_zh.split(" ")[0]
    : (thing.place_en.split(", ").at(-1) ?? "");
}

/** @param {Thing[]} things @param {(thing: Thing) => string} key */
function groupBy(things, key) {
  const found = /** @type {Map<string, Thing[]>} */ (new Map());
  for (const thing of things) found.set(key(thing), [...(found.get(key(thing)) ?? []), thing]);
  return found;
}

/** @param {Desk} desk @param {Row} row */
function make(desk, row) {
  const { thing } = row;
  if (!thing) return h("tr", { class: "group" }, h("td", { colspan: COLUMNS.length }));
  const element = h(
    "tr",
    { class: "row", tabindex: "-1" },
    ...COLUMNS.map((column) =>
      h("td", { class: `c-${column}${column === "old" || column === "reading" ? " num" : ""}` }),
    ),
  );
  const chosen = /** @type {const} */ ({ kind: "thing", id: thing.id });
  element.onclick = () => desk.selection.choose(chosen);
  element.ondblclick = () => desk.map?.fitSelected();
  element.onpointerenter = () => desk.selection.hover(chosen);
  element.onpointerleave = () => desk.selection.hover(null);
  return element;
}

/** @param {Desk} desk @param {HTMLElement} element @param {Row} row @param {Map<number, number>} alerting @param {number} now */
function update(desk, element, row, alerting, now) {
  const { thing } = row;
  if (!thing) {
    write(
      /** @type {HTMLElement} */ (element.firstElementChild),
      row.count ? `${row.group} · ${row.count}` : (row.group ?? ""),
    );
    return;
  }
  const severity = alerting.get(thing.id);
  const stream = mainStream(thing);
  const latest = stream ? desk.picture.latest(stream) : null;
  const believed = desk.picture.past ? "fresh" : thingTrust(thing, now);
  const [shape, station, reading, old] = /** @type {HTMLElement[]} */ ([...element.children]);
  element.className = `row ${believed}${element.classList.contains("lit") ? " lit" : ""}`;
  element.setAttribute("aria-selected", String(desk.selection.is("thing", thing.id)));
  drawShape(shape, thing, severity, believed);
  write(station, name("name", thing));
  station.title = `${name("name", thing)} · ${thing.code}`;
  write(reading, stream ? withUnit(latest?.value, stream.unit) : "–");
  const at = latest?.time ?? thing.position?.time;
  write(old, at ? ageText(secondsSince(at, now)) : "–");
}

/** @param {HTMLElement} cell @param {Thing} thing @param {number|undefined} severity @param {string} believed */
function drawShape(cell, thing, severity, believed) {
  const key = `${severity}${believed}${unitClass(thing)}`;
  if (cell.dataset.shown === key) return;
  cell.dataset.shown = key;
  if (severity)
    fill(
      cell,
      h("span", { class: `sev sev${severity}`, title: LETTERS[severity] }, severityShape(severity)),
    );
  else if (isUnit(thing.kind)) {
    const look = UNIT_CLASSES[unitClass(thing)];
    const mark = drawn(look.path, `shape ${look.hollow ? "silent" : ""}`);
    mark.style.color = `var(--${look.token})`;
    fill(cell, mark);
  } else fill(cell, drawn(kindShape(thing.kind), `shape ${believed}`));
}
