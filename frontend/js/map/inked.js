/** In which colour a feature is drawn. */

/** @typedef {import("protomaps-leaflet").Feature} Feature */

const PLAIN = "#888888";

/** A colour, or what finds a feature's own: `$column` names the column that says it as #rrggbb.
 * @param {string} colour */
export function inked(colour) {
  if (!colour?.startsWith("$")) return colour;
  const column = colour.slice(1);
  return (/** @type {number} */ _z, /** @type {Feature|undefined} */ feature) => {
    const own = String(feature?.props[column] ?? "");
    return /^#[0-9a-f]{6}$/i.test(own) ? own : PLAIN;
  };
}
