/** Taking a registered layer away: the first press tells what hangs on it, the second does it. */

import { call } from "../ui/api.js";
import { fill, h } from "../ui/dom.js";
import { listed, name, t } from "../ui/i18n.js";
import { saidLine, sending } from "../ui/sending.js";

/** @typedef {{features: number, past: number, file: boolean, imports: number, analyses: {code: string, title_zh: string, title_en: string}[]}} Hangs */

/** @param {import("../desk.js").Desk} desk @param {string} code */
export function removal(desk, code) {
  const said = saidLine();
  const place = h("div", { class: "planner-removal" });
  const button = h("button", { class: "button", type: "button" }, t("planner.remove"));
  const row = h("div", { class: "work-row" }, button, said);
  place.append(row);
  button.onclick = () =>
    void sending(row, said, async () => {
      const { hangs } = await call(`/layers/${code}/definition`);
      fill(place, h("p", { class: "notice warn", role: "alert" }, told(hangs)), sure(desk, code, place));
      place.querySelector("button")?.focus();
    });
  return place;
}

/** @param {import("../desk.js").Desk} desk @param {string} code @param {HTMLElement} place */
function sure(desk, code, place) {
  const said = saidLine();
  const row = h("div", { class: "work-row" });
  const remove = async () => {
    const gone = await sending(row, said, () => call(`/layers/${code}`, { method: "DELETE" }).then(() => true));
    if (!gone) return;
    desk.picture.changed("catalogue");
    desk.selection.choose(null);
  };
  const keep = () => place.replaceWith(removal(desk, code));
  row.append(
    h("button", { class: "button danger", type: "button", onclick: () => void remove() }, t("planner.remove.sure")),
    h("button", { class: "button", type: "button", onclick: keep }, t("planner.keep")),
    said,
  );
  return row;
}

/** What goes away and what stays, in one sentence.
 * @param {Hangs} hangs */
export function told(hangs) {
  const n = (/** @type {number} */ count) => count.toLocaleString();
  const gone = [
    hangs.features > 0 && t("hangs.features", { n: n(hangs.features) }),
    hangs.past > 0 && t("hangs.past", { n: n(hangs.past) }),
    hangs.file && t("hangs.file"),
  ].filter((one) => typeof one === "string");
  const stays = [
    hangs.imports > 0 && t("hangs.imports", { n: n(hangs.imports) }),
    hangs.analyses.length > 0 && t("hangs.analyses", { names: listed(hangs.analyses.map((one) => name("title", one))) }),
  ].filter((one) => typeof one === "string");
  const first = gone.length ? t("hangs.gone", { what: listed(gone) }) : t("hangs.nothing");
  return [first, ...stays].join(" ");
}
