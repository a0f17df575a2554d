/** The frame that the planner's panels share: a title with a close button, and room to scroll. */

import { ApiError, call } from "../ui/api.js";
import { fill, h } from "../ui/dom.js";
import { failureOf } from "../ui/failure.js";
import { currentLanguage, t } from "../ui/i18n.js";
import { closeButton } from "../ui/parts.js";

/** @param {import("../desk.js").Desk} desk @param {string} title @param {...import("../ui/dom.js").Child} body */
export function frame(desk, title, ...body) {
  const close = closeButton(() => desk.selection.choose(null));
  const head = h("div", { class: "work-line" }, h("h2", {}, title), close);
  const scroll = h("div", { class: "work-scroll" }, ...body);
  return h("div", { class: "work-frame planner" }, h("div", { class: "work-title" }, head), scroll);
}

/** @param {string} title @param {...import("../ui/dom.js").Child} body */
export function part(title, ...body) {
  return h("section", { class: "work-part" }, h("h3", {}, title), ...body);
}

/** @type {WeakMap<HTMLElement, object>} the latest question of each place */
const latest = new WeakMap();

/** Fill a place with what the server answers; waiting and failing look finished, and the answer to an
 * older question never stands for a newer one.
 * @param {HTMLElement} place @param {string} path @param {(answer: any) => import("../ui/dom.js").Child[]} draw
 * @param {{method?: string, body?: unknown}} [how] */
export async function ask(place, path, draw, how) {
  const turn = {};
  latest.set(place, turn);
  fill(place, h("div", { class: "wait", "aria-label": t("wait") }));
  try {
    const answer = await call(path, how);
    if (latest.get(place) === turn) fill(place, ...draw(answer));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (latest.get(place) !== turn) return;
    const why = error.sentence(currentLanguage());
    const again = () => void ask(place, path, draw, how);
    fill(place, failureOf(t("planner.failed", { why }), again));
  }
}

/** @param {[string, import("../ui/dom.js").Child][]} rows */
export function facts(rows) {
  const kept = rows.filter(([, value]) => value !== "" && value !== false && value !== null && value !== undefined);
  return h("dl", { class: "facts" }, ...kept.flatMap(([key, value]) => [h("dt", {}, key), h("dd", {}, value)]));
}
