/** The texts of the public warnings, in both languages. */

import { capWords } from "./words_cap.js";
import { en } from "./words_en.js";
import { zh } from "./words_zh.js";

export const words = { zh: { ...zh, ...capWords.zh }, en: { ...en, ...capWords.en } };
