/** What a phone owes the server, item by item; pure, so that every turn of it can be tested. */

/** @typedef {"waiting"|"sending"|"received"|"refused"} State */
/** @typedef {"report"|"answer"|"status"|"note"|"done"} Kind */
/** @typedef {{blob: Blob, thumb: Blob, taken_at: string}} Photo */
/** @typedef {Record<string, string|number|boolean|null>} Fields */
/** @typedef {import("./outcome.js").Outcome} Outcome */

/**
 * @typedef {object} Item
 * @property {string} key UUID made on this phone, by which the server knows a repetition
 * @property {Kind} kind
 * @property {string} lane items of one lane go in the order they were made; "" waits for none
 * @property {number} owner the person who made it; nobody else may send it
 * @property {number} made_at ms since 1970
 * @property {string} path below /api/v1
 * @property {Fields} fields
 * @property {Photo[]} photos emptied once the server has them
 * @property {Blob|null} thumb what the list shows
 * @property {Record<string, string>} title title_zh and title_en, and what else the list says
 * @property {State} state
 * @property {number} tries
 * @property {number} next_at not before, ms since 1970
 * @property {number} settled_at when the server last answered
 * @property {Record<string, any>|null} receipt what the server said when it took it
 * @property {Record<string, any>|null} refusal the problem it gave when it did not
 */

/** @typedef {Pick<Item, "key"|"kind"|"lane"|"owner"|"path"|"fields"|"photos"|"title">} Given */

const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 300_000;
const RECEIPT_KEPT_MS = 7 * 86_400_000;

/** @param {Given} given @param {number} now @returns {Item} */
export function made(given, now) {
  return {
    ...given,
    made_at: now,
    thumb: given.photos[0]?.thumb ?? null,
    state: "waiting",
    tries: 0,
    next_at: 0,
    settled_at: 0,
    receipt: null,
    refusal: null,
  };
}

/** In the order they were made; the key decides between two of one millisecond.
 * @param {Item[]} items */
export function inOrder(items) {
  return [...items].sort((a, b) => a.made_at - b.made_at || (a.key < b.key ? -1 : 1));
}

/** What this person may send next: the oldest that is due and whose lane has nothing before it.
 * @param {Item[]} items @param {number} owner @param {number} now @returns {Item|null} */
export function next(items, owner, now) {
  const held = new Set();
  for (const item of inOrder(items)) {
    if (item.owner !== owner || !isOwed(item)) continue;
    const free = !item.lane || !held.has(item.lane);
    if (free && item.state === "waiting" && item.next_at <= now) return item;
    held.add(item.lane);
  }
  return null;
}

/** How long until `next` may give something, ms; null: nothing is waiting.
 * @param {Item[]} items @param {number} owner @param {number} now */
export function pause(items, owner, now) {
  const due = items
    .filter((item) => item.owner === owner && item.state === "waiting")
    .map((item) => Math.max(0, item.next_at - now));
  return due.length ? Math.min(...due) : null;
}

/** @param {Item} item whether the server does not have it yet and may still take it */
export function isOwed(item) {
  return item.state === "waiting" || item.state === "sending";
}

/** @param {Item} item @returns {Item} */
export function sending(item) {
  return { ...item, state: "sending", tries: item.tries + 1 };
}

/** An item that was being sent when its page died: whether it arrived, the key will tell.
 * @param {Item} item @returns {Item} */
export function recovered(item) {
  return item.state === "sending" ? { ...item, state: "waiting", next_at: 0 } : item;
}

/** The network is back: what only waits out its pause need not.
 * @param {Item} item @returns {Item} */
export function hurried(item) {
  return item.state === "waiting" && item.next_at > 0 ? { ...item, next_at: 0 } : item;
}

/** What becomes of an item by the server's answer, or by its lack.
 * @param {Item} item @param {Outcome} outcome @param {number} now @returns {Item} */
export function settled(item, outcome, now) {
  switch (outcome.kind) {
    case "received":
      return {
        ...item,
        state: "received",
        settled_at: now,
        receipt: outcome.answer,
        refusal: null,
        photos: [],
      };
    case "refused":
      return { ...item, state: "refused", settled_at: now, refusal: outcome.problem };
    case "sign_in":
      return { ...item, state: "waiting", tries: item.tries - 1, next_at: 0 };
    case "later":
      return { ...item, state: "waiting", next_at: now + (outcome.after_ms || backOff(item)) };
    case "unreachable":
      return { ...item, state: "waiting", next_at: now + backOff(item) };
  }
}

/** Twice as long each time, up to five minutes.
 * @param {Item} item */
function backOff(item) {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.max(0, item.tries - 1));
}

/** A refused item after its maker mended it; nothing of it was stored, so the key stays.
 * @param {Item} item @param {{fields: Fields, photos: Photo[]}} better @returns {Item} */
export function corrected(item, better) {
  if (item.state !== "refused") return item;
  const thumb = better.photos[0]?.thumb ?? null;
  return { ...item, ...better, thumb, state: "waiting", tries: 0, next_at: 0, refusal: null };
}

/** Receipts leave the phone after a week; what is owed or refused never does by itself.
 * @param {Item} item @param {number} now */
export function isForgettable(item, now) {
  return item.state === "received" && now - item.settled_at > RECEIPT_KEPT_MS;
}

/** @param {Item[]} items @param {number} owner @returns {{owed: number, refused: number}} */
export function counts(items, owner) {
  const own = items.filter((item) => item.owner === owner);
  return {
    owed: own.filter(isOwed).length,
    refused: own.filter((item) => item.state === "refused").length,
  };
}
