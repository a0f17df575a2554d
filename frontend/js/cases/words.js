/** The texts of the cases' screens, in both languages. */

import { en } from "./messages_en.js";
import { zh } from "./messages_zh.js";

export const words = { zh, en };
