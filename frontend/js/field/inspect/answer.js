/** An answer to a task that is being made: its photos and words stay until it is sent. */

import { keep, kept } from "../store.js";
import { keepTyped, typedOf } from "./typed.js";

/** @typedef {import("../phone.js").Phone} Phone */
/** @typedef {import("../queue.js").Photo} Photo */

/** @param {Phone} phone */
const personOf = (phone) => phone.me?.id ?? 0;

/** @param {Phone} phone @param {number} task */
const nameOf = (phone, task) => `answer.${personOf(phone)}.${task}`;

/** @param {number} task */
const subjectOf = (task) => `task.${task}`;

/** @param {Phone} phone @param {number} task */
export function wordsBegun(phone, task) {
  return typedOf(personOf(phone))[subjectOf(task)]?.words ?? "";
}

/** @param {Phone} phone @param {number} task @returns {Promise<Photo[]>} */
export function photosBegun(phone, task) {
  return kept(nameOf(phone, task), []);
}

/** @param {Phone} phone @param {number} task @param {string} words */
export function keepWords(phone, task, words) {
  keepTyped(personOf(phone), subjectOf(task), words);
}

/** @param {Phone} phone @param {number} task @param {Photo[]} photos */
export function keepPhotos(phone, task, photos) {
  return keep(nameOf(phone, task), photos);
}

/** @param {Phone} phone @param {number} task */
export async function dropAnswer(phone, task) {
  keepWords(phone, task, "");
  await keep(nameOf(phone, task), undefined);
}
