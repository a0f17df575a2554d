/** The texts of the console's modules, each in its own file: {zh: {key: text}, en: {…}}. */

import { words as warnings } from "./warnings/words.js";

/** @type {{zh: Record<string, string>, en: Record<string, string>}[]} */
export const WORDS = [warnings];
