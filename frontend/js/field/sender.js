/** Empties the queue: one item after the other, by one page or worker at a time. */

import { read, send } from "./door.js";
import { hurried, isForgettable, isOwed, next, recovered, sending, settled } from "./queue.js";
import { allItems, changeItem, removeItem } from "./store.js";

/** @typedef {import("./queue.js").Item} Item */
/** @typedef {"idle"|"unreachable"|"sign_in"} Standing */
/** @typedef {{allItems: typeof allItems, changeItem: typeof changeItem, removeItem: typeof removeItem,
 *   read: typeof read, send: typeof send, now: () => number, tell: () => void}} Means */

const LOCK = "zhihui-field-sender";

/** @type {BroadcastChannel|null} */
let opened = null;

/** Other tabs and the worker hear of every change by it. */
function channel() {
  return (opened ??= new BroadcastChannel("zhihui-field"));
}

/** @param {() => void} fn */
export function onElsewhere(fn) {
  channel().onmessage = fn;
}

/** @type {Means} */
const REAL = {
  allItems,
  changeItem,
  removeItem,
  read,
  send,
  now: () => Date.now(),
  tell: () => channel().postMessage("changed"),
};

/** Send all that is due, unless another page of this phone is doing so.
 * @param {{hurry?: boolean}} [how] hurry: do not wait out pauses, the network is back
 * @param {() => void} [changed] told after each step
 * @returns {Promise<Standing>} */
export async function sendAll({ hurry = false } = {}, changed = () => {}) {
  const tell = () => (REAL.tell(), changed());
  const work = () => empty({ ...REAL, tell }, hurry);
  if (!navigator.locks) return work(); // plain HTTP; the server's keys make a double send harmless
  return navigator.locks.request(LOCK, { ifAvailable: true }, async (lock) =>
    lock ? work() : "idle",
  );
}

/** @param {Means} means @param {boolean} hurry @returns {Promise<Standing>} */
export async function empty(means, hurry) {
  await tidy(means, hurry);
  if (!(await means.allItems()).some(isOwed)) return "idle";
  const me = await means.read("/me"); // an item goes out in its maker's name or not at all
  if (me.kind === "sign_in") return "sign_in";
  if (me.kind !== "received") return "unreachable";
  return drain(means, me.answer.id);
}

/** @param {Means} means @param {number} owner @returns {Promise<Standing>} */
async function drain(means, owner) {
  let item = next(await means.allItems(), owner, means.now());
  while (item) {
    const { key } = item;
    await means.changeItem(key, sending);
    means.tell();
    const outcome = await means.send(item);
    await means.changeItem(key, (found) => settled(found, outcome, means.now()));
    means.tell();
    if (outcome.kind === "sign_in" || outcome.kind === "unreachable") return outcome.kind;
    item = next(await means.allItems(), owner, means.now());
  }
  return "idle";
}

/** The lock is ours, so nothing is being sent: what says so was left behind by a page that died.
 * @param {Means} means @param {boolean} hurry */
async function tidy(means, hurry) {
  for (const item of await means.allItems()) {
    if (isForgettable(item, means.now())) await means.removeItem(item.key);
    else if (item.state === "sending") await means.changeItem(item.key, recovered);
    else if (hurry && item.next_at > 0) await means.changeItem(item.key, hurried);
  }
}

