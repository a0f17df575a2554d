/** What happened to an alert, newest first: who did what when, and what they said. */

import { h } from "../ui/dom.js";
import { dayAndClock, figure } from "../ui/format.js";
import { has, name, personName, t } from "../ui/i18n.js";

/** @typedef {import("../types.js").HistoryEntry} HistoryEntry */
/** @typedef {import("../types.js").Person} Person */

const MEASURED = new Set(["raised", "escalated", "eased", "cleared"]);

/** @param {HistoryEntry[]} entries oldest first @param {Map<number, Person>} people @param {number} now */
export function historyList(entries, people, now) {
  const rows = [...entries]
    .sort((a, b) => b.seq - a.seq)
    .map((entry) =>
      h(
        "li",
        { class: `step ${entry.kind}` },
        h(
          "time",
          { class: "tabular", datetime: entry.at, title: lateness(entry) },
          dayAndClock(entry.at, now),
        ),
        h("span", { class: "step-what" }, t(`step.${entry.kind}`), detail(entry, people)),
        h("span", { class: "dim step-who" }, name("actor", entry) || actorName(entry.actor)),
        entry.note && h("p", { class: "step-words" }, entry.note.words ?? t("step.erased")),
      ),
    );
  return h("ol", { class: "steps" }, ...rows);
}

/** "device:7" as a device, the rest as the system.
 * @param {string} actor */
function actorName(actor) {
  const [kind, id] = actor.split(":");
  if (kind === "device") return t("actor.device", { id });
  return has(`actor.${kind}`) ? t(`actor.${kind}`) : t("actor.system");
}

/** What changed in this step, in a few words.
 * @param {HistoryEntry} entry @param {Map<number, Person>} people */
function detail(entry, people) {
  const did = entry.did ?? {};
  if (typeof did.assigned_to === "number") return ` → ${personName(people.get(did.assigned_to))}`;
  if (typeof did.outcome === "string") return ` · ${t(`outcome.${did.outcome}`)}`;
  if (!MEASURED.has(entry.kind)) return "";
  const severity = entry.severity ? ` · ${t(`severity.${entry.severity}`)}` : "";
  return severity + (entry.value === null ? "" : ` · ${figure(entry.value)}`);
}

/** When it was known, if that was later than when it was so.
 * @param {HistoryEntry} entry */
function lateness(entry) {
  const late = (Date.parse(entry.known_at) - Date.parse(entry.at)) / 1000;
  return late > 2 ? t("step.known_later", { seconds: Math.round(late) }) : entry.at;
}

/** The same as a table, oldest first, with both clocks: when it was so and when it was known.
 * @param {HistoryEntry[]} entries @param {Map<number, Person>} people @param {number} now */
export function historyTable(entries, people, now) {
  const heads = ["at", "known", "what", "who"].map((column) =>
    h("th", { scope: "col" }, t(`file.${column}`)),
  );
  const rows = entries.map((entry) =>
    h(
      "tr",
      {},
      h("td", { class: "tabular" }, dayAndClock(entry.at, now)),
      h("td", { class: "tabular dim" }, dayAndClock(entry.known_at, now)),
      h(
        "td",
        {},
        t(`step.${entry.kind}`),
        detail(entry, people),
        entry.note && h("p", { class: "step-words" }, entry.note.words ?? t("step.erased")),
      ),
      h("td", {}, name("actor", entry) || actorName(entry.actor)),
    ),
  );
  return h(
    "table",
    { class: "file-steps" },
    h("thead", {}, h("tr", {}, ...heads)),
    h("tbody", {}, ...rows),
  );
}
