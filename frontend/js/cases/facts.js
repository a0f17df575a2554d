/** What a case is, in words: its title, its facts, its photos, and what may be the same. */

import { fill, h, write } from "../ui/dom.js";
import { dayAndClock } from "../ui/format.js";
import { name, t, word } from "../ui/i18n.js";
import { chip, closeButton, factRows } from "../ui/parts.js";
import { lightMark } from "./marks.js";
import { leftText, light, shortNumber } from "./model.js";

/** @typedef {import("../desk.js").Desk} Desk */
/** @typedef {import("./model.js").Case} Case */
/**
 * @typedef {object} Photo
 * @property {number} id
 * @property {string} url
 * @property {string} thumb
 * @property {string|null} taken_at
 * @property {number} stage
 * @property {string} step
 *
 * @typedef {object} Step
 * @property {string} step
 * @property {string|null} outcome
 * @property {string} state
 * @property {string} state_zh
 * @property {string} state_en
 * @property {number} stage
 * @property {string} at
 * @property {boolean|null} late
 * @property {string} actor
 * @property {string|null} actor_zh
 * @property {string|null} actor_en
 * @property {string|null} words
 * @property {number[]} photos
 *
 * @typedef {Case & {words: string|null, address: string|null, reporter: number|null,
 *   contact: {name: string, phone: string}|null, erased: boolean, filing_zh: string,
 *   filing_en: string, closing_zh: string, closing_en: string, edition: string, steps: Step[],
 *   photos: Photo[], duplicates: {id: number, number: string, state: string, reported_at: string,
 *   distance_m: number}[], merged: number[], may: string[]}} CaseFile
 */

/** @param {Desk} desk @param {HTMLElement} place @param {Case} one @param {number} now */
export function drawTitle(desk, place, one, now) {
  const lamp = light(one, now);
  const key = `${one.version}|${lamp}`;
  if (place.dataset.shown !== key) {
    place.dataset.shown = key;
    const left = h("b", { class: `case-left tabular ${lamp}` });
    const line = h(
      "div",
      { class: "work-line" },
      lightMark(lamp),
      h("span", { class: "number tabular" }, one.number),
      chip(`case-state ${lamp}`, name("state", one)),
      one.simulated && chip("simulated", t("simulated")),
      closeButton(() => desk.selection.choose(null)),
    );
    const head = h("div", { class: "case-head" }, h("h2", {}, name("name", one)), left);
    fill(place, line, head, stageBar(one));
  }
  const left = place.querySelector(".case-left");
  if (left) write(left, one.clock ? t(`cases.left.${lamp}`, { time: leftText(one, now) }) : "");
}

/** Where among the seven steps it stands.
 * @param {Case} one */
function stageBar(one) {
  const label = t("cases.stage", { n: one.stage, name: t(`cases.stage.${one.stage}`) });
  const cells = [1, 2, 3, 4, 5, 6, 7].map((at) =>
    h("li", { class: at < one.stage ? "done" : at === one.stage ? "now" : "" }, t(`cases.short.${at}`)),
  );
  return h("ol", { class: "case-stages", "aria-label": label }, ...cells);
}

/** @param {HTMLElement} place @param {Case} one @param {CaseFile|null} file @param {number} now */
export function drawFacts(place, one, file, now) {
  const key = `${one.version}|${file?.version}`;
  if (place.dataset.shown === key) return;
  place.dataset.shown = key;
  const contact = file?.contact && `${file.contact.name} ${file.contact.phone}`.trim();
  const when = (/** @type {string|null} */ at) => at && dayAndClock(at, now);
  fill(
    place,
    ...factRows([
      [t("cases.place"), [name("place", one)]],
      [t("cases.address"), [file?.address]],
      [t("cases.coordinates"), [`${one.lat.toFixed(5)}, ${one.lon.toFixed(5)}`]],
      [t("cases.source"), [sourceText(one)]],
      [t("cases.contact"), [contact]],
      [t("cases.reported"), [when(one.reported_at)]],
      [t("cases.department"), [name("department", one)]],
      [t("cases.limit"), [one.due_at && when(one.due_at), one.left_s !== null && t("cases.held")]],
      [t("cases.asked_until"), [when(one.asked_until)]],
      [t("cases.filing"), [name("filing", file)]],
      [t("cases.closing"), [name("closing", file)]],
      [t("cases.reworks"), [one.reworks || null]],
      [t("cases.class"), [`${t(`cases.kind.${one.kind}`)} ${one.code}`, file && ` · ${file.edition}`]],
    ]),
  );
}

/** @param {Case} one */
function sourceText(one) {
  const seen = one.verified === null ? "" : t(one.verified ? "cases.verified" : "cases.unfounded");
  const [kind, number] = one.cause.split(":");
  const cause = number ? t(`cases.cause.${kind}`, { number }) : "";
  return [word("cases.source", one.source), cause, seen].filter(Boolean).join(" · ");
}

/** @param {Photo[]} photos */
export function photoStrip(photos) {
  const shown = photos.map((photo) => {
    const label = t("cases.photo", { step: t(`cases.did.${photo.step}`) });
    const image = h("img", { src: photo.thumb, alt: label, loading: "lazy" });
    const link = { href: photo.url, target: "_blank", rel: "noopener", title: label };
    return h("figure", {}, h("a", link, image), h("figcaption", {}, t(`cases.did.${photo.step}`)));
  });
  return h("div", { class: "case-photos" }, ...shown);
}

/** Cases that may be the same, and those that were merged into this one.
 * @param {Desk} desk @param {CaseFile} file */
export function duplicateRows(desk, file) {
  const choose = (/** @type {number} */ id) => () => desk.selection.choose({ kind: "case", id });
  const rows = file.duplicates.map((other) =>
    h(
      "button",
      { class: "related", type: "button", onclick: choose(other.id) },
      h("span", { class: "tabular" }, `#${shortNumber(other)}`),
      h("span", {}, t(`cases.state.${other.state}`)),
      h("span", { class: "dim" }, t("cases.metres", { n: Math.round(other.distance_m) })),
    ),
  );
  const merged = file.merged.map((id) =>
    h("button", { class: "related", type: "button", onclick: choose(id) }, t("cases.merged_in", { id })),
  );
  const { merged_into: into } = file;
  if (into)
    merged.push(
      h("button", { class: "related", type: "button", onclick: choose(into) }, t("cases.merged_to", { id: into })),
    );
  return [...rows, ...merged];
}
