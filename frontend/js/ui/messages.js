/** Every text of the scripts, in both languages; a test proves that neither side lacks a key. */

import { WORDS } from "../words.js";
import { en } from "./messages_en.js";
import { zh } from "./messages_zh.js";

/** @param {"zh"|"en"} language @param {Record<string, string>} own */
function all(language, own) {
  const found = { ...own };
  for (const words of WORDS) {
    for (const [key, text] of Object.entries(words[language])) {
      if (Object.hasOwn(found, key)) throw new Error(`two texts are called ${key}`);
      found[key] = text;
    }
  }
  return found;
}

export const messages = { zh: all("zh", zh), en: all("en", en) };
