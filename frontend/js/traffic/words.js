/** The texts of traffic. */

import { en } from "./words_en.js";
import { zh } from "./words_zh.js";

export const trafficWords = { zh, en };
