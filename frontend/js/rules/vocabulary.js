/** The words that a rule can choose from: what the city has registered, and what rules use already. */

import { name } from "../ui/i18n.js";

/** @typedef {import("./model.js").Rule} Rule */
/**
 * @typedef {object} Vocabulary
 * @property {{code: string, name: string, unit: string}[]} properties
 * @property {string[]} kinds of things
 * @property {{code: string, name: string}[]} fences
 * @property {Record<string, string[]>} standards rule kind → codes in use
 */

/** @param {import("../types.js").Thing[]} things @param {any[]} fences GeoJSON features
 * @param {Rule[]} rules @returns {Vocabulary} */
export function vocabularyOf(things, fences, rules) {
  const properties = new Map();
  for (const stream of things.flatMap((thing) => thing.datastreams)) {
    const { property: code, unit } = stream;
    properties.set(code, { code, name: name("name", stream), unit });
  }
  const standards = /** @type {Record<string, string[]>} */ ({});
  for (const { kind, when } of rules) {
    if (when.standard) standards[kind] = [...new Set([...(standards[kind] ?? []), when.standard])];
  }
  return {
    properties: [...properties.values()],
    kinds: [...new Set(things.map((thing) => thing.kind))],
    fences: fences.map((fence) => ({
      code: String(fence.id),
      name: name("name", fence.properties),
    })),
    standards,
  };
}
