/** A report that is being made: kept at each change, because a camera may push the page out. */

import { now } from "../times.js";
import { keep, kept, keptUnder } from "../store.js";
import { freshKey } from "../../ui/fresh_key.js";
import { keepTyped, typedOf } from "./typed.js";

/** @typedef {import("../queue.js").Photo} Photo */
/** @typedef {import("../picker.js").Chosen} Chosen */
/** @typedef {{kind: string, key: string, edits: boolean, photos: Photo[], words: string, place: Chosen|null, at: number}} Draft
 *   edits: it mends a refused item of this key */

/** @typedef {import("../phone.js").Phone} Phone */

const REPORT = "report.";

/** @param {Phone} phone */
const personOf = (phone) => phone.me?.id ?? 0;

/** @param {Phone} phone @param {string} kind */
function nameOf(phone, kind) {
  return `draft.${personOf(phone)}.${kind}`;
}

/** @param {string} kind @returns {Draft} */
export function emptyDraft(kind) {
  const key = freshKey();
  return { kind, key, edits: false, photos: [], words: "", place: null, at: now() };
}

/** @param {Phone} phone @param {string} kind @returns {Promise<Draft>} */
export async function draftOf(phone, kind) {
  const draft = await kept(nameOf(phone, kind), emptyDraft(kind));
  const typed = typedOf(personOf(phone))[REPORT + kind];
  return typed ? { ...draft, words: typed.words } : draft;
}

/** What this person began and did not finish, newest first.
 * @param {Phone} phone @returns {Promise<Draft[]>} */
export async function draftsOf(phone) {
  const all = /** @type {Draft[]} */ (await keptUnder(nameOf(phone, "")));
  const known = new Set(all.map((draft) => draft.kind));
  const typed = Object.entries(typedOf(personOf(phone)))
    .filter(([subject]) => subject.startsWith(REPORT))
    .map(([subject, { words, at }]) => ({ ...emptyDraft(subject.slice(REPORT.length)), words, at }))
    .filter((draft) => !known.has(draft.kind));
  return [...all, ...typed].sort((a, b) => b.at - a.at);
}

/** Keep a draft; one that mends an item needs no keeping, because the item is still there.
 * @param {Phone} phone @param {Draft} draft */
export async function keepDraft(phone, draft) {
  if (draft.edits) return;
  keepTyped(personOf(phone), REPORT + draft.kind, draft.words);
  await keep(nameOf(phone, draft.kind), draft);
}

/** @param {Phone} phone @param {Draft} draft */
export async function dropDraft(phone, draft) {
  if (draft.edits) return;
  keepTyped(personOf(phone), REPORT + draft.kind, "");
  await keep(nameOf(phone, draft.kind), undefined);
}

/** A refused report as a draft again.
 * @param {import("../queue.js").Item} item @returns {Draft} */
export function draftFrom(item) {
  const { lon, lat, accuracy, words } = item.fields;
  return {
    kind: item.title.kind,
    key: item.key,
    edits: true,
    photos: item.photos,
    words: String(words ?? ""),
    place: { lon: Number(lon), lat: Number(lat), accuracy: accuracy === null ? null : Number(accuracy) },
    at: item.made_at,
  };
}

/** What the server is sent of a draft.
 * @param {Draft} draft @param {Chosen} place @returns {import("../queue.js").Fields} */
export function fieldsOf(draft, place) {
  const [kind, code] = draft.kind.split("-");
  return {
    kind,
    code,
    words: draft.words.trim(),
    lon: Number(place.lon.toFixed(7)),
    lat: Number(place.lat.toFixed(7)),
    datum: "wgs84",
    accuracy: place.accuracy === null ? null : Math.round(place.accuracy),
    taken_at: draft.photos[0]?.taken_at ?? new Date(draft.at).toISOString(),
  };
}
