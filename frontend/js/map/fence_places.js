/** Which divisions lie under a drawn area, asked of the layer of divisions. */

import { ApiError, call } from "../ui/api.js";
import { inAll, prefixOf } from "./fence_facts.js";

/** @typedef {import("./fence_facts.js").Place} Place */
/** @typedef {import("./geometry.js").Corner} Corner */

const SAMPLES = 6; // corners that are asked about, spread over the outline

/** The divisions that hold the whole area, deepest first; none if the layer cannot be asked.
 * @param {Corner[]} corners @returns {Promise<Place[]>} */
export async function placesUnder(corners) {
  const step = Math.max(1, Math.ceil(corners.length / SAMPLES));
  const asked = corners.filter((_, at) => at % step === 0);
  try {
    return inAll(await Promise.all(asked.map(placesAt)));
  } catch (error) {
    if (error instanceof ApiError) return []; // one's own areas are offered all the same
    throw error;
  }
}

/** @param {Corner} corner @returns {Promise<Place[]>} */
async function placesAt([lon, lat]) {
  const query = `lon=${lon}&lat=${lat}&layers=divisions&within=0&limit=20`;
  const answer = await call(`/layers/identify?${query}`);
  return answer.items.map((/** @type {any} */ { properties }) => ({
    scope: prefixOf(String(properties.code)),
    name_zh: properties.name_zh,
    name_en: properties.name_en,
  }));
}
