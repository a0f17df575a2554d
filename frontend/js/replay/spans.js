/** Choosing the span that the slider covers: some minutes up to now, or from one moment to another. */

import { byId, fill, h, write } from "../ui/dom.js";
import { fieldTime, fromField } from "../ui/format.js";
import { t } from "../ui/i18n.js";
import { closeButton } from "../ui/parts.js";
import { field } from "../ui/sending.js";
import { endsOf, MINUTES, ownSpan } from "./span.js";

/** @typedef {import("./span.js").Span} Span */

const OWN = "own";

/** @param {Span} first @param {() => number} now ms @param {(span: Span) => void} chosen
 * @returns {HTMLElement} */
export function spanChooser(first, now, chosen) {
  let span = first;
  const options = [...MINUTES.map(String), OWN].map((value) =>
    h("option", { value }, t(`replay.span.${value}`)),
  );
  const title = t("replay.span");
  const select = h("select", { "aria-label": title, title }, ...options);
  const show = () => (select.value = span.minutes ? String(span.minutes) : OWN);
  const take = (/** @type {Span} */ wish) => {
    span = wish;
    chosen(wish);
  };
  select.onchange = () => {
    if (select.value !== OWN) take({ minutes: Number(select.value) });
    else openForm(endsOf(span, now()), now, (wish) => wish && take(wish), show);
  };
  show();
  return select;
}

/** @param {import("./span.js").Ends} ends @param {() => number} now
 * @param {(span: Span) => void} take @param {() => void} closed */
function openForm(ends, now, take, closed) {
  const from = h("input", { type: "datetime-local", required: true, value: fieldTime(ends.start) });
  const to = h("input", { type: "datetime-local", required: true, value: fieldTime(ends.end) });
  const said = h("p", { class: "work-said failed", role: "alert" });
  const close = () => (form.remove(), closed(), byId("replay").querySelector("select")?.focus());
  const form = h("form", { class: "replay-span", "aria-label": t("replay.span") });
  const submit = h("button", { class: "button", type: "submit" }, t("replay.span.show"));
  const fields = [field(t("replay.span.from"), from), field(t("replay.span.to"), to)];
  fill(form, ...fields, submit, closeButton(close), said);
  form.onsubmit = (event) => {
    event.preventDefault();
    const span = ownSpan(fromField(from.value), fromField(to.value), now());
    write(said, span ? "" : t("replay.span.wrong"));
    if (span) take(span), close();
  };
  form.onkeydown = (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    close();
  };
  byId("replay").append(form);
  from.focus();
}
