/** The texts of the planner's tools, in both languages. */

import { asking } from "./asking_words.js";
import { formWords } from "./form_words.js";
import { en } from "./words_en.js";
import { zh } from "./words_zh.js";

export const words = {
  zh: { ...zh, ...asking.zh, ...formWords.zh },
  en: { ...en, ...asking.en, ...formWords.en },
};
