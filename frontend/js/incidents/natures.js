/** The incident types, plans and hazard models of this city: read once. */

import { call } from "../ui/api.js";

/** @typedef {{code: string, title_zh: string, title_en: string, severity: number, plan: string|null}} Nature */

/** @type {Map<string, Promise<any[]>>} */
const read = new Map();

/** @param {string} path @returns {Promise<any[]>} */
function once(path) {
  let known = read.get(path);
  if (!known) {
    known = call(path).then(({ items }) => items);
    known.catch(() => read.delete(path)); // the next who asks tries again
    read.set(path, known);
  }
  return known;
}

/** @returns {Promise<Nature[]>} */
export const natures = () => once("/incidents/natures");
export const plans = () => once("/plans");
export const models = () => once("/hazards");
