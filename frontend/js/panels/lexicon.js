/** The words that the command bar knows: alerts, people, stations of this moment. */

import { name, personName } from "../ui/i18n.js";
import { isClosed } from "../ui/order.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../ui/grammar.js").Lexicon} Lexicon */
/** @typedef {{line: string, hint: string, choose?: {kind: "alert"|"thing", id: number}}} Offer */

const OFFERS = 8;

/** @param {Desk} desk @returns {Lexicon} */
export function lexicon(desk) {
  const alerts = [...desk.picture.live.values()]
    .filter((alert) => !isClosed(alert))
    .sort((a, b) => a.severity - b.severity || a.number - b.number);
  return {
    alerts: alerts.map((alert) => ({
      id: alert.id,
      number: alert.number,
      title: `${name("title", alert)} · ${name("thing", alert)}`,
    })),
    people: [...desk.people.values()].map((person) => ({
      id: person.id,
      username: person.username,
      name: personName(person),
    })),
    places: [...desk.picture.things.values()].map((thing) => ({
      id: thing.id,
      name: name("name", thing),
      code: thing.code,
    })),
  };
}

/** Alerts and stations whose number, code or name holds the word.
 * @param {Desk} desk @param {string} word @returns {Offer[]} */
export function search(desk, word) {
  const wanted = word.trim().toLowerCase();
  if (!wanted) return [];
  const { alerts, places } = lexicon(desk);
  /** @type {Offer[]} */
  const found = [];
  for (const { number, title, id } of alerts) {
    if (!`${number} ${title}`.toLowerCase().includes(wanted)) continue;
    found.push({ line: `#${number}`, hint: title, choose: { kind: "alert", id } });
  }
  for (const { name: place, code, id } of places) {
    if (!`${place} ${code}`.toLowerCase().includes(wanted)) continue;
    found.push({ line: place, hint: code, choose: { kind: "thing", id } });
  }
  return found.slice(0, OFFERS);
}
