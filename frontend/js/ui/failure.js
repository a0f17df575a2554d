/** What could not be read or done: the sentence that says why, and another try. */

import { h } from "./dom.js";
import { currentLanguage, t } from "./i18n.js";

/** @param {() => void} again */
export function againButton(again) {
  return h("button", { class: "button", type: "button", onclick: again }, t("again"));
}

/** @param {import("./api.js").ApiError} error @param {() => void} again */
export function failure(error, again) {
  return failureOf(error.sentence(currentLanguage()), again);
}

/** @param {string} words @param {() => void} again */
export function failureOf(words, again) {
  return h("p", { class: "notice bad", role: "alert" }, words, " ", againButton(again));
}
