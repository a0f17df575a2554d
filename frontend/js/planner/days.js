/** The days that an orthophoto layer has a picture of: what each is made of; one is shown, or taken away. */

import { call } from "../ui/api.js";
import { fill, h } from "../ui/dom.js";
import { t } from "../ui/i18n.js";
import { saidLine, sending } from "../ui/sending.js";
import { ask, part } from "./frame.js";

/** @typedef {{file: string, by: string, source?: string, attribution?: string}} Piece */
/** @typedef {{date: string, source: string, pieces: Piece[]}} Day */

/** @param {import("../desk.js").Desk} desk @param {any} layer @param {() => void} changed */
export function daysPart(desk, layer, changed) {
  if (!layer.dates?.length) return null;
  const place = h("div");
  const may = layer.registered && desk.may("layer.edit");
  const path = `/layers/${layer.code}/pictures`;
  const whole = part(t("days.title"), place);
  const draw = (/** @type {{items: Day[]}} */ { items }) => {
    whole.hidden = items.length === 0; // an analysis has a day and a picture, but none was handed in
    return items.toReversed().map((day) => line(desk, path, day, may, changed));
  };
  void ask(place, path, draw);
  return whole;
}

/** @param {import("../desk.js").Desk} desk @param {string} path @param {Day} day @param {boolean} may @param {() => void} changed */
function line(desk, path, day, may, changed) {
  const said = saidLine();
  const row = h("div", { class: "work-row picture-day" });
  const show = h("button", { class: "button", type: "button", onclick: () => desk.map?.showDay(day.date) }, t("days.show"));
  const about = madeOf(day);
  const rest = () => fill(row, h("b", { class: "tabular" }, day.date), about, show, may && first, said);
  const first = h("button", { class: "button", type: "button", onclick: () => sure() }, t("days.remove"));
  const sure = () => {
    const keep = h("button", { class: "button", type: "button", onclick: rest }, t("planner.keep"));
    const gone = h("button", { class: "button danger", type: "button", onclick: () => void remove() }, t("days.remove.sure", { day: day.date }));
    fill(row, gone, keep, said);
    gone.focus();
  };
  const remove = async () => {
    const done = await sending(row, said, () => call(`${path}/${day.date}`, { method: "DELETE" }).then(() => true));
    if (!done) return;
    desk.picture.changed("catalogue");
    changed();
  };
  rest();
  return row;
}

/** What a day's picture is made of: one piece by its source, of several each with whose it is.
 * @param {Day} day */
function madeOf({ pieces, source }) {
  const whose = (/** @type {Piece} */ one) => [...new Set([one.file, one.source, one.attribution])].filter(Boolean).join(" · ");
  if (pieces.length < 2) return h("span", { class: "dim" }, pieces[0] ? whose(pieces[0]) : source);
  const rows = pieces.map((one) => h("li", {}, whose(one)));
  return h("details", { class: "dim" }, h("summary", {}, t("days.pieces", { n: pieces.length })), h("ul", { class: "picture-pieces" }, ...rows));
}
