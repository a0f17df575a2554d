/** The service worker of an app: keeps its shell and the map's tiles, never anybody's data. */

import { sendAll } from "./sender.js";

/** @typedef {{request: Request, respondWith(answer: Promise<Response>): void, waitUntil(work: Promise<unknown>): void, tag: string}} Call */
/** @typedef {{app: string, page: string, release: string, files: string[]}} Shell */

const TILES = "zhihui-tiles";
const TILES_KEPT = 400;
const TILE_FRESH_MS = 7 * 86_400_000;

/** @type {{addEventListener(name: string, fn: (call: Call) => void): void, skipWaiting(): Promise<void>, clients: {claim(): Promise<void>}, location: Location}} */
const worker = /** @type {any} */ (self);

/** @param {Shell} shell */
export function serve(shell) {
  const name = `zhihui-${shell.app}-${shell.release}`;
  worker.addEventListener("install", (call) =>
    call.waitUntil(fill(name, shell).then(() => worker.skipWaiting())),
  );
  worker.addEventListener("activate", (call) =>
    call.waitUntil(dropOthers(shell.app, name).then(() => worker.clients.claim())),
  );
  worker.addEventListener("fetch", (call) => answer(call, name, shell));
  worker.addEventListener("sync", (call) => call.tag === "send" && call.waitUntil(sendOwed()));
}

/** Take the whole shell or nothing; a page that only leads to signing in is no shell.
 * @param {string} name @param {Shell} shell */
async function fill(name, shell) {
  const cache = await caches.open(name);
  const page = await fetch(shell.page, { cache: "no-store", redirect: "error" });
  if (!page.ok) throw new Error(`${shell.page}: ${page.status}`);
  await cache.put(shell.page, page);
  await cache.addAll(shell.files.map((url) => new Request(url, { cache: "no-cache" })));
}

/** @param {string} app @param {string} name */
async function dropOthers(app, name) {
  const old = (await caches.keys()).filter(
    (other) => other.startsWith(`zhihui-${app}-`) && other !== name,
  );
  await Promise.all(old.map((other) => caches.delete(other)));
}

/** @param {Call} call @param {string} name @param {Shell} shell */
function answer(call, name, shell) {
  const url = new URL(call.request.url);
  if (call.request.method !== "GET" || url.origin !== worker.location.origin) return;
  if (call.request.mode === "navigate" && url.pathname === shell.page)
    call.respondWith(kept(name, shell.page, call.request));
  else if (shell.files.includes(url.pathname))
    call.respondWith(kept(name, url.pathname, call.request));
  else if (/^\/tiles\/.*\.mvt$/.test(url.pathname)) call.respondWith(tile(call));
}

/** @param {string} name @param {string} path @param {Request} request */
async function kept(name, path, request) {
  const cache = await caches.open(name);
  return (await cache.match(path, { ignoreVary: true })) ?? fetch(request);
}

/** A tile of the last days is not asked for again; an older one still beats an empty map.
 * @param {Call} call @returns {Promise<Response>} */
async function tile(call) {
  const cache = await caches.open(TILES);
  const found = await cache.match(call.request, { ignoreVary: true });
  const age = Date.now() - Date.parse(found?.headers.get("Date") ?? "");
  if (found && age < TILE_FRESH_MS) return found;
  try {
    const fresh = await fetch(call.request);
    if (fresh.status === 200) call.waitUntil(keepTile(cache, call.request, fresh.clone()));
    return fresh;
  } catch (error) {
    if (found) return found;
    throw error;
  }
}

/** @param {Cache} cache @param {Request} request @param {Response} response */
async function keepTile(cache, request, response) {
  await cache.put(request, response);
  const all = await cache.keys();
  await Promise.all(all.slice(0, Math.max(0, all.length - TILES_KEPT)).map((old) => cache.delete(old)));
}

/** Background sync: failing tells the browser to call again. */
async function sendOwed() {
  const standing = await sendAll({ hurry: true });
  if (standing === "unreachable") throw new Error("not sent yet");
}
