/** How the talk with a station's devices stands, and what was refused of it. */

import { ageText, secondsSince } from "../ui/age.js";
import { h } from "../ui/dom.js";
import { clock } from "../ui/format.js";
import { currentLanguage, t, word } from "../ui/i18n.js";
import { chip, factRows } from "../ui/parts.js";

/**
 * @typedef {object} Link
 * @property {string} protocol
 * @property {string} address
 * @property {boolean} has_password
 * @property {string|null} heard_at
 * @property {string} said
 * @property {string|null} answered_at
 * @property {string} answer
 * @property {number} heard_today
 * @property {number} answered_today
 * @property {number} refused_today
 * @property {number} checks_today
 *
 * @typedef {{id: number, received_at: string, door: string, code: string, reason_zh: string,
 *   reason_en: string, detail: string, sample: string}} Refused
 */

const NAMES = /** @type {Record<string, string>} */ ({ hj212: "HJ 212", jt808: "JT/T 808" });

/** @param {Link[]} links @param {number} now */
export function linkPart(links, now) {
  const title = h("h3", {}, t("environment.link"));
  if (links.length === 0)
    return h("section", { class: "work-part" }, title, dim(t("environment.link.none")));
  return h("section", { class: "work-part" }, title, ...links.map((link) => facts(link, now)));
}

/** @param {Link} link @param {number} now */
function facts(link, now) {
  const open = !link.has_password && chip("open", t("environment.link.open"));
  const name = NAMES[link.protocol] ?? link.protocol;
  const counts = t("environment.link.counts", {
    heard: link.heard_today,
    answered: link.answered_today,
    refused: link.refused_today,
    checks: link.checks_today,
  });
  const rows = factRows([
    [name, [h("span", { class: "tabular mn" }, link.address), open || ""]],
    [t("environment.link.heard"), [when(link.heard_at, link.said, now)]],
    [t("environment.link.answered"), [when(link.answered_at, link.answer, now)]],
    [t("environment.link.today"), [counts]],
  ]);
  return h("dl", { class: "facts" }, ...rows);
}

/** @param {string|null} at @param {string} said @param {number} now */
function when(at, said, now) {
  if (at === null) return t("environment.link.never");
  const meaning = word("environment.cn", said);
  const told = meaning === said ? said : `${said} ${meaning}`;
  return `${clock(at)} · ${t("ago", { age: ageText(secondsSince(at, now)) })} · ${told}`;
}

/** @param {Refused[]} rows */
export function refusedPart(rows) {
  const list = rows.map((row) => {
    const reason = currentLanguage() === "zh" ? row.reason_zh : row.reason_en;
    const line = h("summary", {}, h("time", { class: "tabular" }, clock(row.received_at)), reason);
    const more = [h("p", {}, row.detail), h("pre", {}, row.sample)];
    return h("details", {}, line, ...more);
  });
  return h(
    "section",
    { class: "work-part env-refused" },
    h("h3", {}, t("environment.refused")),
    ...(list.length ? list : [dim(t("environment.refused.none"))]),
  );
}

/** @param {string} text */
function dim(text) {
  return h("p", { class: "dim" }, text);
}
