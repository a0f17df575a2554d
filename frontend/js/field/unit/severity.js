/** A severity on the crew's page: colour, two letters and word, as the console has them. */

import { h } from "../../ui/dom.js";
import { LETTERS, severityShape } from "../../ui/severity.js";
import { say } from "../words.js";

/** @param {import("../../types.js").Severity} severity */
export function severityMark(severity) {
  const text = `${LETTERS[severity]} ${say(`severity.${severity}`)}`;
  return h("span", { class: `sev sev${severity}` }, severityShape(severity), text);
}
