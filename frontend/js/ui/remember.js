/** What is typed into a panel's fields stays for this tab, over closing and reloading. */

import { tab } from "./store.js";

/** @typedef {HTMLInputElement|HTMLSelectElement|HTMLTextAreaElement} Control */

/** Put back what was typed into the named fields of a form, and keep it from here on; files are the
 * browser's and cannot be put back.
 * @param {HTMLElement} form @param {string} key in the tab's memory */
export function remember(form, key) {
  const kept = tab.get(key, /** @type {Record<string, string|boolean>} */ ({}));
  for (const control of controls(form)) {
    const value = kept[control.name];
    if (value === undefined || !put(control, value)) continue;
    control.dispatchEvent(new Event("change")); // what hangs on it shows itself
  }
  const save = () => tab.set(key, Object.fromEntries(controls(form).map((control) => [control.name, valueOf(control)])));
  form.addEventListener("input", save);
  form.addEventListener("change", save);
}

/** What was typed has been sent, or is not wanted any more.
 * @param {string} key */
export function forget(key) {
  tab.set(key, undefined);
}

/** @param {HTMLElement} form @returns {Control[]} */
function controls(form) {
  const named = /** @type {Control[]} */ ([...form.querySelectorAll("[name]")]);
  return named.filter((control) => !["file", "radio", "submit"].includes(control.type));
}

/** @param {Control} control */
function valueOf(control) {
  return control instanceof HTMLInputElement && control.type === "checkbox" ? control.checked : control.value;
}

/** @param {Control} control @param {string|boolean} value whether the field could take it */
function put(control, value) {
  if (control instanceof HTMLInputElement && control.type === "checkbox") control.checked = value === true;
  else if (control instanceof HTMLSelectElement && ![...control.options].some((one) => one.value === value)) return false;
  else control.value = String(value);
  return true;
}
