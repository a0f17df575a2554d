/** The way to the server for a phone: patient with slow networks, the same in page and worker. */

import { outcomeOf } from "./outcome.js";
import { learnClock } from "./times.js";

/** @typedef {import("./queue.js").Item} Item */
/** @typedef {import("./outcome.js").Outcome} Outcome */

const PATIENCE_MS = 20_000;
const SLOWEST_BYTES_PER_MS = 5; // a photo over a bad line: 5 kB a second

/** The token against forged forms; a worker has no document to read it from.
 * @returns {Promise<string>} */
async function formToken() {
  if (typeof document !== "undefined")
    return /(?:^|;\s*)csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";
  const store = /** @type {any} */ (globalThis).cookieStore;
  return (await store?.get("csrftoken"))?.value ?? "";
}

/** @param {string} path @param {RequestInit} how @param {number} patience ms
 * @returns {Promise<{status: number, body: any, after: string|null}>} status 0: not reached */
async function ask(path, how, patience) {
  try {
    const signal = AbortSignal.timeout?.(patience); // older phones wait as long as they like
    const answer = await fetch(`/api/v1${path}`, { ...how, signal, redirect: "error" });
    learnClock(answer.headers.get("Date"));
    const text = await answer.text();
    return { status: answer.status, body: parsed(text), after: answer.headers.get("Retry-After") };
  } catch {
    return { status: 0, body: null, after: null };
  }
}

/** @param {string} text */
function parsed(text) {
  try {
    return text ? JSON.parse(text) : {};
  } catch {
    return null;
  }
}

/** @param {string} path @returns {Promise<Outcome>} */
export async function read(path) {
  const headers = { Accept: "application/json" };
  const { status, body, after } = await ask(path, { headers }, PATIENCE_MS);
  return outcomeOf(status, body, after);
}

/** Send an item: as JSON, or as a form when photos go with it.
 * @param {Pick<Item, "kind"|"key"|"path"|"fields"|"photos">} item @returns {Promise<Outcome>} */
export async function send(item) {
  const headers = { Accept: "application/json", "X-CSRFToken": await formToken() };
  const fields = { ...item.fields, key: item.key };
  const size = item.photos.reduce((sum, photo) => sum + photo.blob.size, 0);
  const asForm = item.kind === "report" || item.photos.length > 0;
  const how = asForm
    ? { method: "POST", headers, body: formOf(fields, item.photos) }
    : {
        method: "POST",
        headers: { ...headers, "Content-Type": "application/json" },
        body: JSON.stringify(fields),
      };
  const patience = PATIENCE_MS + size / SLOWEST_BYTES_PER_MS;
  const { status, body, after } = await ask(item.path, how, patience);
  return outcomeOf(status, body, after);
}

/** @param {import("./queue.js").Fields} fields @param {import("./queue.js").Photo[]} photos */
function formOf(fields, photos) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields))
    if (value !== null && value !== "") form.set(name, String(value));
  photos.forEach((photo, at) => form.append("photo", photo.blob, `${at + 1}.jpg`));
  return form;
}
