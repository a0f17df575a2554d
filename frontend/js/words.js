/** The texts of the console's modules, each in its own file: {zh: {key: text}, en: {…}}. */

import { words as cases } from "./cases/words.js";
import { environmentWords } from "./environment/words.js";
import { words as incidents } from "./incidents/words.js";
import { mapWords } from "./map/words.js";
import { words as planner } from "./planner/words.js";
import { words as replay } from "./replay/words.js";
import { words as review } from "./review/words.js";
import { words as search } from "./search/words.js";
import { reachedWords } from "./terrain/reached_words.js";
import { terrainWords } from "./terrain/words.js";
import { trafficWords } from "./traffic/words.js";
import { words as units } from "./units/words.js";
import { words as warnings } from "./warnings/words.js";

/** @type {{zh: Record<string, string>, en: Record<string, string>}[]} */
export const WORDS = [
  incidents,
  units,
  cases,
  warnings,
  trafficWords,
  environmentWords,
  mapWords,
  planner,
  reachedWords,
  terrainWords,
  replay,
  review,
  search,
];
