/** Sending one thing to the server: once at a time, its progress visible, its refusal where it belongs. */

import { ApiError } from "./api.js";
import { fill, h } from "./dom.js";
import { currentLanguage, t } from "./i18n.js";

/** A line that says how a sending went. */
export function saidLine() {
  return h("p", { class: "work-said", role: "status" });
}

/** Run `send` once; buttons of `form` are off meanwhile, and the field that a refusal names is
 * marked. Resolves to the answer, or to null when it was refused or another is under way.
 * @template T
 * @param {HTMLElement} form @param {HTMLElement} said @param {() => Promise<T>} send
 * @param {(error: ApiError) => void} [refused] what else a refusal means: a newer state, for one
 * @returns {Promise<T|null>} */
export async function sending(form, said, send, refused) {
  if (form.dataset.sending) return null;
  form.dataset.sending = "yes";
  mark(form, "");
  tell(said, t("sending.now"), false);
  const buttons = [...form.querySelectorAll("button")].filter((button) => !button.disabled);
  for (const button of buttons) button.disabled = true;
  try {
    const answer = await send();
    tell(said, t("sending.done"), false);
    return answer;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    mark(form, String(error.problem.field ?? ""));
    tell(said, `${t("sending.failed")} ${error.sentence(currentLanguage())}`, true);
    refused?.(error);
    return null;
  } finally {
    delete form.dataset.sending;
    for (const button of buttons) button.disabled = false;
  }
}

/** @param {HTMLElement} said @param {string} text @param {boolean} bad */
function tell(said, text, bad) {
  said.className = `work-said ${bad ? "failed" : ""}`.trim();
  fill(said, text);
}

/** @param {HTMLElement} form @param {string} field the name that the server gave */
function mark(form, field) {
  for (const control of form.querySelectorAll("[name]")) {
    const wrong = field !== "" && control.getAttribute("name") === field;
    if (wrong) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
    if (wrong && control instanceof HTMLElement) control.focus();
  }
}

/** A field with its label above it.
 * @param {string} label @param {HTMLElement} control @param {string} [hint] */
export function field(label, control, hint = "") {
  const note = hint && h("small", { class: "dim" }, hint);
  return h("label", { class: "field" }, h("span", {}, label), control, note);
}
