/** The closing form, and how the steps are offered: shared by one alert and by a fold of many. */

import { draftSent, keepDraft } from "../ui/drafts.js";
import { h } from "../ui/dom.js";
import { OUTCOMES } from "../ui/grammar.js";
import { t } from "../ui/i18n.js";

/** @typedef {import("../desk.js").Desk} Desk */

/** A step that this person may never take is not shown; one that is not due now cannot be pressed.
 * @param {Desk} desk @param {HTMLButtonElement|HTMLSelectElement} control @param {string} verb
 * @param {boolean} now */
export function offer(desk, control, verb, now) {
  control.hidden = !desk.may(verb);
  control.disabled = !now;
}

/** @param {HTMLFormElement} form @param {HTMLButtonElement} button that stands for it */
export function toggleForm(form, button) {
  form.hidden = !form.hidden;
  button.setAttribute("aria-expanded", String(!form.hidden));
  if (!form.hidden) form.querySelector("input")?.focus();
}

/** Outcome and words; what was typed is kept under `subject` until `send` says that it was taken.
 * @param {string} subject @param {(outcome: string, words: string) => Promise<boolean>} send */
export function resolveForm(subject, send) {
  const choices = OUTCOMES.map((outcome, at) =>
    h(
      "label",
      { class: "choice" },
      h("input", { type: "radio", name: "outcome", value: outcome, checked: at === 0 }),
      t(`outcome.${outcome}`),
    ),
  );
  const words = h("input", {
    placeholder: t("action.resolve_words"),
    "aria-label": t("action.resolve_words"),
    maxlength: 500,
  });
  keepDraft(words, subject);
  const button = h("button", { class: "primary", type: "submit" }, t("action.resolve_send"));
  const form = h(
    "form",
    { class: "resolve stack", hidden: true },
    h("fieldset", {}, h("legend", {}, t("action.outcome")), ...choices),
    words,
    h("div", { class: "work-row" }, button, h("small", { class: "dim" }, "Ctrl+Enter")),
  );
  form.onsubmit = async (event) => {
    event.preventDefault();
    const outcome = String(new FormData(form).get("outcome"));
    const sent = words.value.trim();
    if (await send(outcome, sent)) draftSent(words, subject, sent);
  };
  onSendKey(form);
  return form;
}

/** Ctrl+Enter sends from any of its fields.
 * @param {HTMLFormElement} form */
export function onSendKey(form) {
  form.onkeydown = (event) => {
    if (event.key === "Enter" && event.ctrlKey) {
      event.preventDefault();
      form.requestSubmit();
    }
  };
}
