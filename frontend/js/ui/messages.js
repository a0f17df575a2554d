/** Every text of the scripts, in both languages; a test proves that neither side lacks a key. */

import { en } from "./messages_en.js";
import { zh } from "./messages_zh.js";

export const messages = { zh, en };
