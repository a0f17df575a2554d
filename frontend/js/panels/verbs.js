/** What the command bar can do: the console's own verbs for alerts, and those of the modules. */

import { ApiError } from "../ui/api.js";
import { complete, parse } from "../ui/grammar.js";
import { currentLanguage, t } from "../ui/i18n.js";
import { lexicon, search } from "./lexicon.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("../ui/grammar.js").Command} Command */
/** @typedef {import("./lexicon.js").Offer} Offer */
/** @typedef {{word: string, hint: string}} Word */
/**
 * @typedef {object} Verb
 * @property {string} name
 * @property {string} usage the key of its message: what it does and what words it takes
 * @property {(words: string[]) => boolean} [takes] whether these words mean this module's verb,
 *   where another has the same name; without it always
 * @property {(words: string[]) => Word[]} [offers] what could stand in the place of the last word
 * @property {(words: string[]) => string|void|Promise<string|void>} run returns what to say; throws
 *   Refusal for words that make no sense, in which case it has changed nothing
 */

/** Words of the command bar that make no sense; the text says why. */
export class Refusal extends Error {}

export class Verbs {
  /** @param {Desk} desk */
  constructor(desk) {
    this.desk = desk;
    /** @type {Verb[]} */
    this.all = [];
    /** @type {((word: string) => Offer[])[]} what the modules find for `?word` */
    this.searches = [];
  }

  /** @param {...Verb} verbs */
  add(...verbs) {
    this.all.push(...verbs);
  }

  /** @param {(word: string) => Offer[]} search */
  addSearch(search) {
    this.searches.push(search);
  }

  /** What could be meant by the line as it stands.
   * @param {string} line @returns {Offer[]} */
  offers(line) {
    const text = line.trimStart();
    if (text.startsWith("?")) {
      const word = text.slice(1);
      const found = word.trim() ? this.searches.flatMap((look) => look(word.trim())) : [];
      return [...search(this.desk, word), ...found].slice(0, 8);
    }
    const own = complete(text, lexicon(this.desk));
    const more = /\s/.test(text) ? this.#words(text) : this.#names(text);
    return [...more, ...own].slice(0, 8);
  }

  /** Do what a line says; the answer is what to say about it.
   * @param {string} line @returns {Promise<{text: string, bad: boolean}|null>} */
  async run(line) {
    const [name, ...words] = line.trim().split(/\s+/);
    const verb = this.all.find((one) => one.name === name && (one.takes?.(words) ?? true));
    if (!verb) return this.#own(line);
    try {
      return { text: (await verb.run(words)) || "", bad: false };
    } catch (error) {
      if (error instanceof ApiError)
        return { text: error.sentence(currentLanguage()), bad: true };
      if (error instanceof Refusal) return { text: error.message, bad: true };
      throw error;
    }
  }

  /** @param {string} line */
  #own(line) {
    const command = parse(line, lexicon(this.desk));
    if ("error" in command)
      return { text: t(command.error, { word: command.word ?? "" }), bad: true };
    run(this.desk, command);
    return null;
  }

  /** @param {string} text @returns {Offer[]} */
  #names(text) {
    return this.all
      .filter((verb) => verb.name.startsWith(text.toLowerCase()))
      .map((verb) => ({ line: `${verb.name} `, hint: t(verb.usage) }));
  }

  /** @param {string} text @returns {Offer[]} */
  #words(text) {
    const [name, ...words] = text.split(/\s+/);
    const last = words[words.length - 1] ?? "";
    const before = text.slice(0, text.length - last.length);
    const wanted = last.toLowerCase();
    return this.all
      .filter((verb) => verb.name === name)
      .flatMap((verb) => verb.offers?.(words) ?? [])
      .filter(({ word, hint }) => `${word} ${hint}`.toLowerCase().includes(wanted))
      .map(({ word, hint }) => ({ line: `${before}${word} `, hint }));
  }
}

/** @param {Desk} desk @param {Command} command */
function run(desk, command) {
  const { actions, selection } = desk;
  switch (command.do) {
    case "acknowledge":
      for (const id of command.alerts) void actions.acknowledge(id);
      break;
    case "assign":
      void actions.assign(command.alert, command.user);
      break;
    case "comment":
      void actions.comment(command.alert, command.words);
      break;
    case "resolve":
      void actions.resolve(command.alert, command.outcome, command.words);
      break;
    case "where":
      selection.choose({ kind: "thing", id: command.thing });
      desk.map?.fitSelected();
  }
}
