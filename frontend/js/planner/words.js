/** The texts of the planner's tools, in both languages. */

import { en } from "./words_en.js";
import { zh } from "./words_zh.js";

export const words = { zh, en };
