/** Nothing selected: how the shift stands, and what one can do from here. */

import { serverNow } from "../ui/api.js";
import { fill, h } from "../ui/dom.js";
import { currentLanguage, personName, t } from "../ui/i18n.js";
import { isClosed } from "../ui/order.js";
import { LETTERS, severityShape } from "../ui/severity.js";

/** @typedef {import("../desk.js").Desk} Desk */

const HOUR_MS = 3600_000;

/** @param {Desk} desk @returns {import("./work.js").Panel} */
export function overviewPanel(desk) {
  const table = h("table", { class: "tally" });
  const load = h("section", { class: "work-part" });
  const keys = h(
    "section",
    { class: "work-part hints" },
    h("h3", {}, t("overview.keys")),
    h("dl", {}, ...hints()),
  );
  const element = h(
    "div",
    { class: "work-frame" },
    h("div", { class: "work-title" }, h("h2", {}, t("overview.title"))),
    h("div", { class: "work-scroll" }, h("section", { class: "work-part" }, table), load, keys),
  );
  let shown = "";

  function update() {
    const rows = tally(desk);
    const owners = perOwner(desk);
    const key = currentLanguage() + JSON.stringify([rows, owners]);
    if (key === shown) return;
    shown = key;
    fill(
      table,
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("th", { scope: "col" }, t("overview.level")),
          ...["open", "working", "hour"].map((column) =>
            h("th", { class: "num", scope: "col" }, t(`overview.${column}`)),
          ),
        ),
      ),
      h(
        "tbody",
        {},
        ...rows.map((row) =>
          h(
            "tr",
            {},
            h(
              "th",
              { scope: "row", class: `sev${row.severity}` },
              h(
                "span",
                { class: "sev" },
                severityShape(row.severity),
                `${LETTERS[row.severity]} ${t(`severity.${row.severity}`)}`,
              ),
            ),
            ...[row.open, row.working, row.hour].map((n) =>
              h("td", { class: n ? "num" : "num dim" }, n),
            ),
          ),
        ),
      ),
    );
    fill(
      load,
      h("h3", {}, t("overview.load")),
      owners.length
        ? h(
            "dl",
            { class: "facts" },
            ...owners.flatMap(([who, n]) => [h("dt", {}, who), h("dd", { class: "tabular" }, n)]),
          )
        : h("p", { class: "dim" }, t("overview.no_load")),
    );
  }
  return { element, update };
}

/** Alerts per severity: waiting, being worked on, raised within the last hour.
 * @param {Desk} desk */
function tally(desk) {
  const now = desk.picture.past?.at ?? serverNow();
  const rows = [1, 2, 3, 4].map((severity) => ({ severity, open: 0, working: 0, hour: 0 }));
  for (const alert of desk.picture.alerts.values()) {
    const row = rows[alert.severity - 1];
    if (now - Date.parse(alert.opened_at) < HOUR_MS) row.hour += 1;
    if (isClosed(alert)) continue;
    if (alert.state === "open") row.open += 1;
    else row.working += 1;
  }
  return rows;
}

/** @param {Desk} desk @returns {[string, number][]} */
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

function hints() {
  const rows = [
    ["↑ ↓", "keys.move"],
    ["a", "keys.acknowledge"],
    ["x", "keys.resolve"],
    ["f", "keys.fit"],
    ["/", "keys.command"],
    ["?", "keys.sheet"],
  ];
  return rows.flatMap(([cap, text]) => [
    h("dt", {}, ...cap.split(" ").map((one) => h("kbd", {}, one))),
    h("dd", {}, t(text)),
  ]);
}
