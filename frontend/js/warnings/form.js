/** What somebody is writing: kept through a reload, filled from the event and its colour until edited. */

import { hoursLeft } from "./model.js";

/** @typedef {import("./model.js").Warning} Warning */
/**
 * @typedef {object} Form
 * @property {string} event
 * @property {number} colour
 * @property {string} status
 * @property {number} hours
 * @property {any} area as the API takes it; null while none is chosen
 * @property {any} start the area of what it is about; null without one
 * @property {Record<string, string>} texts
 * @property {string[]} own the texts that somebody wrote, which no template touches any more
 * @property {Record<string, string>} grades urgency, severity, certainty, category; "" is the colour's own
 * @property {string} source
 * @property {string} key the same for the same draft, however often it is sent
 * @property {number|null} version of the draft that is edited
 */

export const TEXTS = [
  "headline_zh", "description_zh", "instruction_zh", "headline_en", "description_en", "instruction_en",
]; // prettier-ignore
export const HOURS = /** @type {Record<number, number>} */ ({ 1: 3, 2: 6, 3: 12, 4: 24 });

/** @param {string} source @param {string} key @returns {Form} */
export function blank(source, key) {
  return {
    event: "rainstorm", colour: 3, status: "Actual", hours: HOURS[3], area: null, start: null, texts: {}, own: [],
    grades: {}, source, key, version: null,
  }; // prettier-ignore
}

/** @param {Warning} row @param {any} geometry @param {number} now ms @returns {Form} */
export function formOf(row, geometry, now) {
  const words = /** @type {Record<string, any>} */ (/** @type {unknown} */ (row));
  const { urgency, severity, certainty, category } = row;
  return {
    event: row.event,
    colour: row.colour,
    status: row.status,
    hours: hoursLeft(row.expires, now),
    area: row.divisions.length ? { divisions: row.divisions } : geometry,
    start: null,
    texts: Object.fromEntries(TEXTS.map((key) => [key, words[key]])),
    own: [...TEXTS],
    grades: { urgency, severity, certainty, category },
    source: row.source,
    key: "",
    version: row.version,
  };
}

/** What is sent; texts that nobody wrote are left to the server's template.
 * @param {Form} form @param {number} now ms */
export function payload(form, now) {
  const { event, colour, status, area, grades, source, key, version } = form;
  const body = /** @type {Record<string, any>} */ ({
    event,
    colour,
    status,
    area: area ?? {},
    expires: new Date(now + form.hours * 3_600_000).toISOString(),
    ...Object.fromEntries(Object.entries(grades).filter(([, value]) => value)),
    ...Object.fromEntries(TEXTS.map((name) => [name, form.texts[name] ?? ""])),
  });
  if (version === null) return key ? { ...body, source, key } : { ...body, source };
  return { ...body, version };
}

/** Take a template's texts wherever nobody has written anything of their own.
 * @param {Form} form @param {Record<string, any>} template */
export function fillTexts(form, template) {
  for (const name of TEXTS) if (!form.own.includes(name)) form.texts[name] = template[name];
}
