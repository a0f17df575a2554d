/** Texts in the reader's language: of the catalogue, and of the data's two names. */

import { messages } from "./messages.js";

/** @type {"zh"|"en"} */
let language = "zh";

/** @param {"zh"|"en"} chosen */
export function useLanguage(chosen) {
  language = chosen;
}

export function currentLanguage() {
  return language;
}

/** Things in a row, with the comma of the language.
 * @param {string[]} words */
export function listed(words) {
  return words.join(language === "zh" ? "、" : ", ");
}

/** The message of a key; a key that is missing shows itself, so that it is noticed.
 * @param {string} key @param {Record<string, string|number>} [values] fill {name} in the text */
export function t(key, values = {}) {
  const text = /** @type {Record<string, string>} */ (messages[language])[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/** Whether the catalogue knows a key.
 * @param {string} key */
export function has(key) {
  return Object.hasOwn(messages[language], key);
}

/** The text of a key if there is one, else the word itself (data may bring words of its own).
 * @param {string} prefix @param {string} word */
export function word(prefix, word) {
  return has(`${prefix}.${word}`) ? t(`${prefix}.${word}`) : word;
}

/** One of an entity's two names: name("title", alert) reads title_zh or title_en.
 * @param {string} field @param {Record<string, any>|null|undefined} entity @returns {string} */
export function name(field, entity) {
  if (!entity) return "";
  const other = language === "zh" ? "en" : "zh";
  return entity[`${field}_${language}`] || entity[`${field}_${other}`] || "";
}

/** A person's name, or the user name if none is kept.
 * @param {{name_zh: string, name_en: string, username: string}|undefined|null} person */
export function personName(person) {
  return person ? name("name", person) || person.username : "";
}
