/** The texts of the console's modules, each in its own file: {zh: {key: text}, en: {…}}. */

import { words as replay } from "./replay/words.js";
import { words as review } from "./review/words.js";

/** @type {{zh: Record<string, string>, en: Record<string, string>}[]} */
export const WORDS = [replay, review];
