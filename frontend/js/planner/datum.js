/** What a datum is called; a code that has no words here stands for itself. */

import { t } from "../ui/i18n.js";
import { DATUMS } from "./model.js";

/** @param {string|null|undefined} code */
export function datumText(code) {
  return code && DATUMS.includes(code) ? t(`planner.datum.${code}`) : (code ?? "");
}
