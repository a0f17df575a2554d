/** Words that somebody is typing: kept per subject, so that nothing but sending them clears them. */

import { tab } from "./store.js";

/** Tie a text field to a subject; the draft appears at once and is kept at each key.
 * @param {HTMLTextAreaElement|HTMLInputElement} field @param {string} subject */
export function keepDraft(field, subject) {
  field.dataset.subject = subject;
  field.value = tab.get(`draft.${subject}`, "");
  field.oninput = () => saveDraft(field);
}

/** @param {HTMLTextAreaElement|HTMLInputElement} field */
function saveDraft(field) {
  tab.set(`draft.${field.dataset.subject}`, field.value || undefined);
}

/** Forget a draft once it has been sent, but only what was sent: words typed since then stay.
 * @param {HTMLTextAreaElement|HTMLInputElement} field @param {string} subject @param {string} sent */
export function draftSent(field, subject, sent) {
  const kept = tab.get(`draft.${subject}`, "");
  if (kept.trim() === sent) tab.set(`draft.${subject}`, undefined);
  if (field.dataset.subject === subject && field.value.trim() === sent) field.value = "";
}
