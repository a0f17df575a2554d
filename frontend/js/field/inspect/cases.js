/** Cases that wait for this inspector: which question they ask, how they are sorted and named. */

import { read } from "../door.js";
import { metresBetween } from "../place.js";

/**
 * @typedef {object} Case
 * @property {number} id
 * @property {string} number
 * @property {string} kind
 * @property {string} code
 * @property {string} name_zh
 * @property {string} name_en
 * @property {string} place_zh
 * @property {string} place_en
 * @property {string} address as the reporter gave it
 * @property {string} state
 * @property {number} version
 * @property {number} lon
 * @property {number} lat
 * @property {string} reported_at
 * @property {{due_at: string}|null} clock of the present stage
 * @property {boolean} [simulated]
 *
 * @typedef {{id: number, url: string, thumb: string, stage: string|number}} CasePhoto
 * @typedef {{words: string, address: string, photos: CasePhoto[], steps: {step: string, words?: string, at: string}[]}} CaseFile
 */

/** @typedef {"verify"|"check"} Question */
/** @typedef {{id: number, owner?: number, version: number, file: CaseFile, thumbs: Blob[]}} KeptFile */

/** @type {Record<string, Question>} by the state that a case stands in */
const QUESTIONS = { reported: "verify", verifying: "verify", answered: "check", checking: "check" };

/** What is asked of the inspector, if anything.
 * @param {Case} task @returns {Question|null} */
export function questionOf(task) {
  return QUESTIONS[task.state] ?? null;
}

/** What is due first stands first; without a limit last.
 * @param {Case[]} tasks */
export function byLimit(tasks) {
  const limit = (/** @type {Case} */ task) =>
    task.clock ? Date.parse(task.clock.due_at) : Infinity;
  return [...tasks].sort((a, b) => limit(a) - limit(b) || a.id - b.id);
}

/** The last words of a step of this name.
 * @param {CaseFile} file @param {string} step */
export function wordsAt(file, step) {
  return file.steps.filter((one) => one.step === step && one.words).at(-1)?.words ?? "";
}

/** @param {Case} task @param {{lon: number, lat: number}|null} here */
export function awayFrom(task, here) {
  return here ? metresBetween(here, task) : null;
}

/** Read a case's file and its small photos; null when the server cannot be asked.
 * @param {number} id @returns {Promise<KeptFile|null>} */
export async function readFile(id) {
  const answer = await read(`/cases/${id}`);
  if (answer.kind !== "received") return null;
  const file = /** @type {CaseFile & {version: number}} */ (answer.answer);
  const thumbs = await Promise.all(file.photos.map((photo) => blobAt(photo.thumb)));
  return { id, version: file.version, file, thumbs: thumbs.filter((blob) => blob !== null) };
}

/** @param {string} url @returns {Promise<Blob|null>} */
async function blobAt(url) {
  try {
    const answer = await fetch(url);
    return answer.ok ? await answer.blob() : null;
  } catch {
    return null; // a photo less is no reason to show nothing
  }
}
