/** The station board: every device with its latest value and how old that is, grouped by place. */

import { thingTrust } from "../ui/age.js";
import { serverNow } from "../ui/api.js";
import { byId, fill, h, write } from "../ui/dom.js";
import { currentLanguage, t } from "../ui/i18n.js";
import { reconcile } from "../ui/keyed.js";
import { isClosed } from "../ui/order.js";
import { headRow, makeRow, updateRow } from "./board_row.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../types.js").Thing} Thing */
/** @typedef {import("./board_row.js").Row} Row */

const SHOWN = 300; // rows; beyond that the board shows what alerts or is silent, and says so
const VEHICLE = "vehicle"; // hundreds of them: on the map, found by name
const AGES_S = 5; // how often ages are written anew when nothing else happens

/** @param {Desk} desk */
export function mountBoard(desk) {
  const board = new Board(desk);
  desk.picture.on("values", () => (board.due = true));
  for (const part of /** @type {const} */ (["things", "alerts", "mode"])) {
    desk.picture.on(part, () => board.render());
  }
  desk.selection.onChange(() => board.render());
  desk.selection.onHover(() => board.light());
  desk.everySecond(() => board.second());
  const body = byId("board-body");
  desk.lists.add({ place: "board", name: "stations", title: t("board.title"), body });
}

class Board {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.due = true;
    this.seconds = 0;
    this.rows = h("tbody");
    this.table = h(
      "table",
      { class: "rows", "aria-label": t("board.title") },
      headRow(),
      this.rows,
    );
    fill(byId("board-body"), h("div", { class: "wait" }));
    this.render();
  }

  /** Values are drawn at most once a second, ages every few. */
  second() {
    this.seconds += 1;
    if (this.due || this.seconds % AGES_S === 0) this.render();
  }

  render() {
    this.due = false;
    const { picture } = this.desk;
    if (!picture.things.size) {
      const none = h("p", { class: "empty" }, h("b", {}, t("board.none")), t("board.none.help"));
      fill(byId("board-body"), none);
      return;
    }
    if (!this.table.isConnected) fill(byId("board-body"), this.table);
    const now = picture.past?.at ?? serverNow();
    const alerting = alertingThings(picture);
    const stations = [...picture.things.values()].filter(({ kind }) => kind !== VEHICLE);
    const listed = list(stations, alerting, now);
    const shown = listed.filter((row) => row.thing).length;
    const front = this.desk.lists.isShown("stations");
    write(byId("board-note"), front ? t("board.count", { n: stations.length, shown }) : "");
    reconcile(
      this.rows,
      listed,
      (row) => row.key,
      (row) => makeRow(this.desk, row),
      (element, row) => updateRow(this.desk, element, row, alerting, now),
    );
  }

  /** Light the row of what the pointer rests on elsewhere. */
  light() {
    const { hovered } = this.desk.selection;
    const key = hovered?.kind === "thing" ? `t${hovered.id}` : null;
    for (const row of /** @type {Iterable<HTMLElement>} */ (this.rows.children)) {
      row.classList.toggle("lit", row.dataset.key === key);
    }
  }
}

/** Thing → worst severity of its alerts that are not closed.
 * @param {import("../live/picture.js").Picture} picture @returns {Map<number, number>} */
function alertingThings(picture) {
  const found = new Map();
  for (const alert of picture.alerts.values()) {
    if (isClosed(alert) || alert.thing_id === null) continue;
    found.set(alert.thing_id, Math.min(found.get(alert.thing_id) ?? 9, alert.severity));
  }
  return found;
}

/** Groups by district, in the order of their codes.
 * @param {Thing[]} things @param {Map<number, number>} alerting @param {number} now ms
 * @returns {Row[]} */
function list(things, alerting, now) {
  const many = things.length > SHOWN;
  const worth = (/** @type {Thing} */ thing) =>
    !many || alerting.has(thing.id) || thingTrust(thing, now) !== "fresh";
  const kept = things.filter(worth).sort(byPlace).slice(0, SHOWN);
  if (kept.length === 0) return [{ key: "quiet", group: t("board.all_well") }];
  /** @type {Map<string, Thing[]>} */
  const groups = new Map();
  for (const thing of kept) {
    const code = placeCode(thing);
    groups.set(code, [...(groups.get(code) ?? []), thing]);
  }
  return [...groups].flatMap(([code, members]) => [
    {
      key: `g${code}`,
      group: districtName(members[0]) || t("board.nowhere"),
      count: members.length,
    },
    ...members.map((thing) => ({ key: `t${thing.id}`, thing })),
  ]);
}

/** @param {Thing} a @param {Thing} b */
function byPlace(a, b) {
  return (
    placeCode(a).localeCompare(placeCode(b)) ||
    a.kind.localeCompare(b.kind) ||
    a.code.localeCompare(b.code)
  );
}

/** The district's code: six digits of GB/T 2260.
 * @param {Thing} thing */
function placeCode(thing) {
  return thing.scope.slice(0, 6);
}

/** The district of a place: Chinese names the largest part first, English last.
 * @param {Thing} thing */
function districtName(thing) {
  if (currentLanguage() === "zh") return thing.place_zh.split(" ")[0];
  return thing.place_en.split(", ").at(-1) ?? "";
}
