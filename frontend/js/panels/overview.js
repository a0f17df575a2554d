/** Nothing selected: how the shift stands, and what one can do from here. */

import { serverNow } from "../ui/api.js";
import { fill, h } from "../ui/dom.js";
import { currentLanguage, personName, t } from "../ui/i18n.js";
import { isClosed } from "../ui/order.js";
import { severityMark } from "../ui/parts.js";
import { cityFigures, lateWord } from "./overview_city.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {{severity: number, open: number, working: number, hour: number}} Tally */

const HOUR_MS = 3600_000;
const COLUMNS = /** @type {const} */ (["open", "working", "hour"]);
/** @type {[string, string, string?][]} key, what it does, the right that it needs */
const HINTS = [
  ["↑ ↓", "keys.move"],
  ["a", "keys.acknowledge", "alert.acknowledge"],
  ["x", "keys.resolve", "alert.resolve"],
  ["l", "keys.layers", "layer.see"],
  ["s", "search.open"],
  ["f", "keys.fit"],
  ["/", "keys.command"],
  ["?", "keys.sheet"],
];

/** The keys that somebody with these rights begins with.
 * @param {(verb: string) => boolean} may */
export function hintsFor(may) {
  return HINTS.filter(([, , verb]) => !verb || may(verb));
}

export class OverviewPanel {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    this.shown = "";
    this.table = h("table", { class: "tally" });
    this.load = h("section", { class: "work-part" });
    this.city = h("section", { class: "work-part" });
    const title = h("div", { class: "work-title" }, h("h2", {}, t("overview.title")));
    const tally = h("section", { class: "work-part" }, this.table);
    const keys = h("section", { class: "work-part hints" }, h("h3", {}, t("overview.keys")));
    keys.append(h("dl", {}, ...hintsFor(desk.may).flatMap(hint)));
    const scroll = h("div", { class: "work-scroll" }, tally, this.city, this.load, keys);
    this.element = h("div", { class: "work-frame" }, title, scroll);
  }

  /** Count anew; draw only what has changed. */
  update() {
    const rows = tally(this.desk);
    const owners = perOwner(this.desk);
    const figures = cityFigures(this.desk);
    const state = currentLanguage() + JSON.stringify([rows, owners, figures]);
    if (state === this.shown) return;
    this.shown = state;
    fill(this.table, head(), h("tbody", {}, ...rows.map(row)));
    const faces = figures.map((figure) => this.#figure(figure));
    fill(this.city, h("h3", {}, t("overview.city")), h("div", { class: "related-list" }, ...faces));
    const list = owners.flatMap(([who, n]) => [h("dt", {}, who), h("dd", { class: "tabular" }, n)]);
    const content = list.length
      ? h("dl", { class: "facts" }, ...list)
      : h("p", { class: "dim" }, t("overview.no_load"));
    fill(this.load, h("h3", {}, t("overview.load")), content);
  }

  /** @param {import("./overview_city.js").Figure} figure */
  #figure(figure) {
    const show = () => (this.desk.lists.show(figure.list), this.desk.show("queue"));
    return h(
      "button",
      { class: "related figure", type: "button", onclick: show },
      h("span", {}, t(`overview.city.${figure.key}`)),
      h("small", { class: "late-note" }, lateWord(figure)),
      h("b", { class: "tabular" }, figure.count),
    );
  }
}

function head() {
  const columns = COLUMNS.map((one) =>
    h("th", { class: "num", scope: "col" }, t(`overview.${one}`)),
  );
  return h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("overview.level")), ...columns));
}

/** @param {Tally} tally */
function row(tally) {
  const cells = COLUMNS.map((one) => {
    const count = tally[one];
    return h("td", { class: count ? "num" : "num dim" }, count);
  });
  return h("tr", {}, h("th", { scope: "row" }, severityMark(tally.severity)), ...cells);
}

/** @param {[string, string, string?]} entry */
function hint([caps, text]) {
  const keys = caps.split(" ").map((cap) => h("kbd", {}, cap));
  return [h("dt", {}, ...keys), h("dd", {}, t(text))];
}

/** Alerts per severity: waiting, being worked on, raised within the last hour.
 * @param {Desk} desk @returns {Tally[]} */
function tally(desk) {
  const now = desk.picture.past?.at ?? serverNow();
  const rows = [1, 2, 3, 4].map((severity) => ({ severity, open: 0, working: 0, hour: 0 }));
  for (const alert of desk.picture.alerts.values()) {
    const counted = rows[alert.severity - 1];
    if (now - Date.parse(alert.opened_at) < HOUR_MS) counted.hour += 1;
    if (isClosed(alert)) continue;
    if (alert.state === "open") counted.open += 1;
    else counted.working += 1;
  }
  return rows;
}

/** How many alerts each person has in hand, most first.
 * @param {Desk} desk @returns {[string, number][]} */
function perOwner(desk) {
  const found = new Map();
  for (const alert of desk.picture.alerts.values()) {
    const owner = alert.assigned_to ?? alert.acknowledged_by;
    if (isClosed(alert) || alert.state !== "acknowledged" || !owner) continue;
    const who = personName(desk.people.get(owner)) || `#${owner}`;
    found.set(who, (found.get(who) ?? 0) + 1);
  }
  return [...found].sort((a, b) => b[1] - a[1]);
}
