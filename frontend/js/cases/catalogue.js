/** The kinds of case and the departments, asked for once. */

import { call } from "../ui/api.js";

/**
 * @typedef {object} Condition
 * @property {string} key
 * @property {string} zh
 * @property {string} en
 * @property {{amount: number, unit: string}} limit
 *
 * @typedef {object} Kind
 * @property {"part"|"matter"} kind
 * @property {string} code
 * @property {string} name_zh
 * @property {string} name_en
 * @property {string} major_zh
 * @property {string} major_en
 * @property {string} about_zh
 * @property {string} about_en
 * @property {string} department
 * @property {Condition[]} conditions
 *
 * @typedef {{code: string, name_zh: string, name_en: string}} Department
 */

/** @type {Map<string, Promise<any[]>>} */
const asked = new Map();

/** @param {string} path */
function once(path) {
  let answer = asked.get(path);
  if (!answer) {
    answer = call(path).then((found) => found.items);
    answer.catch(() => asked.delete(path)); // asked again when it is next needed
    asked.set(path, answer);
  }
  return answer;
}

/** @returns {Promise<Kind[]>} */
export function loadKinds() {
  return once("/cases/kinds");
}

/** @returns {Promise<Department[]>} */
export function loadDepartments() {
  return once("/cases/departments");
}
