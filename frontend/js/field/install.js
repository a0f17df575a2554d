/** The page's side of its worker: registers it, asks for a turn when the network is back. */

/** @type {(Event & {prompt(): Promise<void>})|null} */
let offered = null;

/** Register the app's worker; `renewed` is called when a newer release has taken over.
 * @param {string} app @param {() => void} renewed */
export async function install(app, renewed) {
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    offered = /** @type {any} */ (event);
  });
  if (!("serviceWorker" in navigator)) return;
  const before = navigator.serviceWorker.controller;
  navigator.serviceWorker.addEventListener("controllerchange", () => before && renewed());
  try {
    await navigator.serviceWorker.register(`/${app}/worker.js`, { scope: `/${app}/`, type: "module" });
  } catch (error) {
    console.warn("no offline shell:", error); // works on as a page; the queue needs no worker
  }
}

/** Whether the shell is on the phone, so that it opens without a network. */
export function isInstalled() {
  return Boolean(navigator.serviceWorker?.controller);
}

/** Offer to put the app on the home screen, where the browser has something to offer. */
export function canOffer() {
  return offered !== null;
}

export async function offer() {
  await offered?.prompt();
  offered = null;
}

/** Let the worker send once the network is back, even if this page is closed by then. */
export async function askForTurn() {
  try {
    const ready = /** @type {any} */ (await navigator.serviceWorker?.ready);
    await ready?.sync?.register("send");
  } catch {
    // not every browser has background sync; the page sends when it is opened
  }
}

/** Ask the browser not to clear the queue when the phone runs out of room. */
export async function askToStay() {
  await navigator.storage?.persist?.();
}
