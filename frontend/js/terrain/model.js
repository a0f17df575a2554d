/** The plain logic of terrain: numbers of a form, their limits, figures as people read them. */

/** @typedef {{name: string, title_zh: string, title_en: string, unit: string, least: number, most: number, default: number|null, optional: boolean}} TerrainNumber */
/** @typedef {{zh: string, en: string, unit: string}} Title */
/** @typedef {{kind: string, topic: string, title_zh: string, title_en: string, caution_zh: string, caution_en: string, place: string, against: boolean, makes: string, numbers: TerrainNumber[], figures: Record<string, Title>}} Kind */

/** What was typed, as numbers; an empty field is left out.
 * @param {Record<string, string>} given @returns {Record<string, number>} */
export function numbersOf(given) {
  const typed = Object.entries(given).filter(([, text]) => text.trim() !== "");
  return Object.fromEntries(typed.map(([key, text]) => [key, Number(text)]));
}

/** @param {TerrainNumber} number */
export function limitsText({ least, most, unit }) {
  return `${least.toLocaleString()} … ${most.toLocaleString()} ${unit}`.trim();
}

/** The figures of a report, named and with their units; areas in km² and volumes in 10⁴ or 10⁸ m³ when large.
 * @param {Record<string, number>} figures @param {Record<string, Title>} titles @param {"zh"|"en"} language
 * @returns {[string, string][]} */
export function figureRows(figures, titles, language) {
  return Object.entries(figures).map(([key, value]) => {
    const title = titles[key];
    const [size, unit] = scaled(value, title?.unit ?? "");
    return [title?.[language] ?? key, `${size.toLocaleString(undefined, { maximumFractionDigits: 3 })} ${unit}`.trim()];
  });
}

/** @param {number} value @param {string} unit @returns {[number, string]} */
function scaled(value, unit) {
  if (unit === "m²" && Math.abs(value) >= 100_000) return [value / 1e6, "km²"];
  if (unit === "m³" && Math.abs(value) >= 1e9) return [value / 1e8, "×10⁸ m³"];
  if (unit === "m³" && Math.abs(value) >= 100_000) return [value / 1e4, "×10⁴ m³"];
  return [value, unit];
}

/** A place as people write one down: latitude first.
 * @param {{coordinates: any}} point */
export function placeText({ coordinates: [lon, lat] }) {
  return `${lat.toFixed(5)}, ${lon.toFixed(5)}`;
}
