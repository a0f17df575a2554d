/** The command bar's language: parse one line, complete the word at its end. Nothing is done here. */

/** @typedef {{number: number, id: number, title: string}} NamedAlert */
/** @typedef {{id: number, username: string, name: string}} NamedPerson */
/** @typedef {{id: number, name: string, code: string}} NamedPlace */
/** @typedef {{alerts: NamedAlert[], people: NamedPerson[], places: NamedPlace[]}} Lexicon */
/** @typedef {{error: string, word?: string}} Refusal the key of a message, and the word it is about */
/** @typedef {{do: "acknowledge", alerts: number[]}
 *   | {do: "assign", alert: number, user: number}
 *   | {do: "comment", alert: number, words: string}
 *   | {do: "resolve", alert: number, outcome: string, words: string}
 *   | {do: "where", thing: number}
 *   | {do: "search", word: string}} Command */

export const OUTCOMES = ["handled", "false_alarm", "duplicate", "test"];
export const VERBS = ["a", "as", "nt", "rs", "w"];

/** Read one line; an unknown word refuses the whole line, so that a typo changes nothing.
 * @param {string} line @param {Lexicon} lexicon
 * @returns {Command|Refusal} */
export function parse(line, lexicon) {
  const text = line.trim();
  if (text.startsWith("?")) return { do: "search", word: text.slice(1).trim() };
  const [verb, ...words] = text.split(/\s+/);
  const known = /** @type {Record<string, (w: string[], l: Lexicon) => Command|Refusal>} */ ({
    a: acknowledge,
    as: assign,
    nt: comment,
    rs: resolve,
    w: where,
  });
  if (!Object.hasOwn(known, verb)) return { error: "command.unknown", word: verb };
  if (words.length === 0) return { error: `command.usage.${verb}` };
  return known[verb](words, lexicon);
}

/** @param {string} word @param {Lexicon} lexicon @returns {NamedAlert|undefined} */
function alertOf(word, lexicon) {
  const digits = /^#?(\d+)$/.exec(word);
  return digits ? lexicon.alerts.find((alert) => alert.number === Number(digits[1])) : undefined;
}

/** @param {string[]} words @param {Lexicon} lexicon @returns {Command|Refusal} */
function acknowledge(words, lexicon) {
  const alerts = [];
  for (const word of words) {
    const alert = alertOf(word, lexicon);
    if (!alert) return { error: "command.no_alert", word };
    alerts.push(alert.id);
  }
  return { do: "acknowledge", alerts };
}

/** @param {string[]} words @param {Lexicon} lexicon @returns {Command|Refusal} */
function assign([number, ...name], lexicon) {
  const alert = alertOf(number, lexicon);
  if (!alert) return { error: "command.no_alert", word: number };
  const wanted = name.join(" ").toLowerCase();
  if (!wanted) return { error: "command.usage.as" };
  const person = lexicon.people.find(
    (one) => one.username.toLowerCase() === wanted || one.name.toLowerCase() === wanted,
  );
  if (!person) return { error: "command.no_person", word: name.join(" ") };
  return { do: "assign", alert: alert.id, user: person.id };
}

/** @param {string[]} words @param {Lexicon} lexicon @returns {Command|Refusal} */
function comment([number, ...words], lexicon) {
  const alert = alertOf(number, lexicon);
  if (!alert) return { error: "command.no_alert", word: number };
  if (words.length === 0) return { error: "command.usage.nt" };
  return { do: "comment", alert: alert.id, words: words.join(" ") };
}

/** @param {string[]} words @param {Lexicon} lexicon @returns {Command|Refusal} */
function resolve([number, outcome, ...words], lexicon) {
  const alert = alertOf(number, lexicon);
  if (!alert) return { error: "command.no_alert", word: number };
  if (!outcome) return { error: "command.usage.rs" };
  if (!OUTCOMES.includes(outcome)) return { error: "command.no_outcome", word: outcome };
  return { do: "resolve", alert: alert.id, outcome, words: words.join(" ") };
}

/** @param {string[]} words @param {Lexicon} lexicon @returns {Command|Refusal} */
function where(words, lexicon) {
  const wanted = words.join(" ").toLowerCase();
  const exact = lexicon.places.find(
    (place) => place.name.toLowerCase() === wanted || place.code.toLowerCase() === wanted,
  );
  if (exact) return { do: "where", thing: exact.id };
  const found = lexicon.places.filter((place) => place.name.toLowerCase().includes(wanted));
  if (found.length === 1) return { do: "where", thing: found[0].id };
  return {
    error: found.length ? "command.many_places" : "command.no_place",
    word: words.join(" "),
  };
}

/** What could stand at the end of the line, as whole lines with a word of explanation.
 * @param {string} line @param {Lexicon} lexicon
 * @returns {{line: string, hint: string}[]} at most eight */
export function complete(line, lexicon) {
  const text = line.replace(/^\s+/, "");
  if (text.startsWith("?")) return [];
  const words = text.split(/\s+/);
  const last = words[words.length - 1].toLowerCase();
  const before = text.slice(0, text.length - words[words.length - 1].length);
  const offers = words.length === 1 ? verbs() : slots(words, lexicon);
  return offers
    .filter(
      ({ word, hint }) =>
        word.toLowerCase().startsWith(last) ||
        (last !== "" && words.length > 1 && hint.toLowerCase().includes(last)),
    )
    .slice(0, 8)
    .map(({ word, hint }) => ({ line: `${before}${word} `, hint }));
}

/** @typedef {{word: string, hint: string}} Offer */

/** @returns {Offer[]} */
function verbs() {
  return VERBS.map((verb) => ({ word: verb, hint: `command.usage.${verb}` }));
}

/** @param {string[]} words @param {Lexicon} lexicon @returns {Offer[]} */
function slots(words, lexicon) {
  const [verb] = words;
  const place = words.length - 2;
  if (verb === "w") return lexicon.places.map(({ name, code }) => ({ word: name, hint: code }));
  if (place === 0 || verb === "a") {
    return lexicon.alerts.map(({ number, title }) => ({ word: String(number), hint: title }));
  }
  if (verb === "as" && place === 1)
    return lexicon.people.map(({ username, name }) => ({ word: username, hint: name }));
  if (verb === "rs" && place === 1)
    return OUTCOMES.map((word) => ({ word, hint: `outcome.${word}` }));
  return [];
}
