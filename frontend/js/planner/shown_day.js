/** The day that the map shows, in the planner's panels: asked for, told, and followed when it changes. */

import { h } from "../ui/dom.js";
import { t } from "../ui/i18n.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {{at?: string, as_now?: string[]}} Told what an answer says of its day */

/** @param {Desk} desk @returns {string} the day that the map shows; empty: now */
export function shownDay(desk) {
  return desk.map?.day() ?? "";
}

/** A question as it is put to the day that the map shows.
 * @template {object} T @param {Desk} desk @param {T} question @returns {T & {at?: string}} */
export function onDay(desk, question) {
  const at = shownDay(desk);
  return at ? { ...question, at } : question;
}

/** The same for an address that has a question already.
 * @param {Desk} desk */
export function dayAsked(desk) {
  const at = shownDay(desk);
  return at && `&at=${encodeURIComponent(at)}`;
}

/** What to call again and again: it asks once more when the map has come to another day.
 * @param {Desk} desk @param {() => void} again */
export function following(desk, again) {
  let day = shownDay(desk);
  return () => {
    const now = shownDay(desk);
    if (now === day) return;
    day = now;
    again();
  };
}

/** Which day an answer is of, and what of it is of now because nobody kept how it was.
 * @param {Told} told @param {(code: string) => string} titleOf @param {string} [only] the one layer asked */
export function dayNote({ at, as_now = [] }, titleOf, only = "") {
  if (!at) return null;
  if (only && as_now.includes(only)) return note(t("day.none", { day: at }), "as-now");
  const rest = as_now.map(titleOf);
  if (!rest.length) return note(t("day.of", { day: at }));
  const all = h("details", {}, h("summary", {}, t("day.as_now", { n: rest.length })), h("p", {}, rest.join(t("day.and"))));
  return note(t("day.of", { day: at }), "", all);
}

/** @param {string} text @param {string} [kind] @param {HTMLElement} [more] */
function note(text, kind = "", more) {
  return h("div", { class: `day-note ${kind}`.trim(), role: "status" }, h("span", {}, text), more);
}
