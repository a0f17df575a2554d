/** What happened to an alert, newest first: who did what when, and what they said. */

import { h } from "../ui/dom.js";
import { dayAndClock, figure } from "../ui/format.js";
import { has, personName, t } from "../ui/i18n.js";

/** @typedef {import("../types.js").HistoryEntry} HistoryEntry */
/** @typedef {import("../types.js").Person} Person */

/** @param {HistoryEntry[]} entries oldest first @param {Map<number, Person>} people @param {number} now */
export function historyList(entries, people, now) {
  const rows = [...entries].sort((a, b) => b.seq - a.seq).map((entry) =>
    h("li", { class: `step ${entry.kind}` },
      h("time", { class: "tabular", datetime: entry.at, title: lateness(entry) }, dayAndClock(entry.at, now)),
      h("span", { class: "step-what" }, t(`step.${entry.kind}`), detail(entry, people)),
      h("span", { class: "dim step-who" }, actorName(entry.actor, people)),
      entry.note && h("p", { class: "step-words" }, entry.note.words)));
  return h("ol", { class: "steps" }, ...rows);
}

/** "user:5" as a name, "device:7" as a device, the rest as the system.
 * @param {string} actor @param {Map<number, Person>} people */
export function actorName(actor, people) {
  const [kind, id] = String(actor ?? "").split(":");
  if (kind === "user") return personName(people.get(Number(id))) || `#${id}`;
  if (kind === "device") return t("actor.device", { id });
  return has(`actor.${kind}`) ? t(`actor.${kind}`) : t("actor.system");
}

/** What changed in this step, in a few words.
 * @param {HistoryEntry} entry @param {Map<number, Person>} people */
function detail(entry, people) {
  const did = entry.did ?? {};
  if (typeof did.assigned_to === "number") return ` → ${personName(people.get(did.assigned_to))}`;
  if (typeof did.outcome === "string") return ` · ${t(`outcome.${did.outcome}`)}`;
  const value = typeof did.value === "number" ? ` · ${figure(did.value)}` : "";
  const severity = typeof did.severity === "number" ? ` · ${t(`severity.${did.severity}`)}` : "";
  return severity + value;
}

/** When it was known, if that was later than when it was so.
 * @param {HistoryEntry} entry */
function lateness(entry) {
  const late = (Date.parse(entry.known_at) - Date.parse(entry.at)) / 1000;
  return late > 2 ? t("step.known_later", { seconds: Math.round(late) }) : entry.at;
}
