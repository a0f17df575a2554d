/** A fence in the making: what survives a reload, and what is sent. */

import { call } from "../ui/api.js";

/** @typedef {import("../types.js").Fence} Fence */
/**
 * @typedef {object} Draft
 * @property {string|null} code of the fence that is changed; null: a new one
 * @property {import("./geometry.js").Corner[]|null} corners null: the outline stays as it is
 * @property {boolean} closed
 * @property {import("./fence_form.js").Words} words
 */

/** @returns {Draft} of a new fence */
export function emptyDraft() {
  const words = { name_zh: "", name_en: "", code: "", scope: "" };
  return { code: null, corners: [], closed: false, words };
}

/** What a fence is now, for its words to be changed.
 * @param {Fence} fence @returns {Draft} */
export function draftOf({ code, name_zh, name_en, scope }) {
  return { code, corners: null, closed: false, words: { name_zh, name_en, code, scope } };
}

/** Send a draft; resolves to the fence as the server has it now.
 * @param {Draft} draft @param {unknown} geometry GeoJSON @returns {Promise<Fence>} */
export async function send({ code, words }, geometry) {
  const { name_zh, name_en, scope } = words;
  const body = { name_zh: name_zh.trim(), name_en: name_en.trim(), scope, geometry };
  const answer =
    code === null
      ? await call("/fences", { method: "POST", body: { ...body, code: words.code.trim() } })
      : await call(`/fences/${encodeURIComponent(code)}`, { method: "PUT", body });
  return { ...answer.properties, geometry: answer.geometry };
}
