/** The texts of incidents, in both languages. */

import { en } from "./words_en.js";
import { pages } from "./words_pages.js";
import { zh } from "./words_zh.js";

export const words = { zh: { ...zh, ...pages.zh }, en: { ...en, ...pages.en } };
