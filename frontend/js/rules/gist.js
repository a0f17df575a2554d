/** What a rule says, in one line. */

import { COMPARISONS } from "./model.js";

/** @typedef {import("./model.js").Rule} Rule */

const SIGNS = /** @type {Record<string, string>} */ ({
  above: ">",
  at_least: "≥",
  below: "<",
  at_most: "≤",
});

/** Its limits as figures: "≥ 50 · ≥ 100"; what it is of other kinds.
 * @param {Rule} rule @returns {string} */
export function gist({ kind, when }) {
  if (when.standard) return [when.standard.toUpperCase(), when.item].filter(Boolean).join(" ");
  if (kind === "silence") return `${when.times ?? 3}× ≥ ${when.at_least_s ?? 60} s`;
  if (kind === "fence") return when.dwell_s ? `${when.dwell_s} s` : (when.event ?? "enter");
  return (when.levels ?? []).map(levelText).join(" · ");
}

/** @param {Record<string, any>} level */
function levelText(level) {
  const comparison = COMPARISONS.find((one) => level[one] !== undefined) ?? "at_least";
  const window = level.window_h ? `/${level.window_h} h` : "";
  return `${SIGNS[comparison]} ${level[comparison]}${window}`;
}
