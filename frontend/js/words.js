/** The texts of the console's modules, each in its own file: {zh: {key: text}, en: {…}}. */

import { words as cases } from "./cases/words.js";
import { environmentWords } from "./environment/words.js";
import { words as replay } from "./replay/words.js";
import { words as warnings } from "./warnings/words.js";

/** @type {{zh: Record<string, string>, en: Record<string, string>}[]} */
export const WORDS = [
  cases,
  warnings,
  replay,
  environmentWords,
];
import { trafficWords } from "./traffic/words.js";

/** @type {{zh: Record<string, string>, en: Record<string, string>}[]} */
export const WORDS = [trafficWords];
import { words as warnings } from "./warnings/words.js";

/** @type {{zh: Record<string, string>, en: Record<string, string>}[]} */
export const WORDS = [warnings];
import { words as review } from "./review/words.js";

/** @type {{zh: Record<string, string>, en: Record<string, string>}[]} */
export const WORDS = [replay, review];
