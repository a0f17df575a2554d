/** What the screens need to know of cases, pure: lights, filters, order, and what each step asks. */

import { ageText } from "../ui/age.js";

/**
 * @typedef {object} Clock the present stage's limit
 * @property {string|null} from
 * @property {string} yellow_at
 * @property {string} due_at
 *
 * @typedef {object} Case a card of the API (docs/urban.md); the feed's items are the same
 * @property {number} id
 * @property {string} number
 * @property {"part"|"matter"} kind
 * @property {string} code
 * @property {string} name_zh
 * @property {string} name_en
 * @property {string} condition
 * @property {string} state
 * @property {string} state_zh
 * @property {string} state_en
 * @property {number} stage 1…7
 * @property {string} source
 * @property {boolean|null} verified
 * @property {string|null} department
 * @property {string} department_zh
 * @property {string} department_en
 * @property {number} lon
 * @property {number} lat
 * @property {string} scope
 * @property {string} cell
 * @property {string} place_zh
 * @property {string} place_en
 * @property {string} reported_at
 * @property {string|null} closed_at
 * @property {Clock|null} clock
 * @property {string|null} due_at
 * @property {number|null} left_s
 * @property {string|null} asked_until
 * @property {number} reworks
 * @property {number} extensions
 * @property {number} photo_count
 * @property {number} alike
 * @property {number|null} merged_into
 * @property {string} cause
 * @property {boolean} simulated
 * @property {number} version
 *
 * @typedef {"green"|"yellow"|"red"|"held"|"over"} Light
 */

export const ENDED = ["closed", "rejected", "void", "merged"];
const UNSEEN = ["public", "hotline", "open311"];

/** How a case's clock stands: within 80 % of its limit, near its end, past it; on hold; ended.
 * @param {Pick<Case, "state"|"clock">} one @param {number} now ms @returns {Light} */
export function light(one, now) {
  if (ENDED.includes(one.state)) return "over";
  if (!one.clock) return "held";
  if (now > Date.parse(one.clock.due_at)) return "red";
  return now >= Date.parse(one.clock.yellow_at) ? "yellow" : "green";
}

/** The time left of the present limit, or by how much it has passed (with a plus).
 * @param {Pick<Case, "state"|"clock">} one @param {number} now ms */
export function leftText(one, now) {
  if (!one.clock || ENDED.includes(one.state)) return "–";
  const left = (Date.parse(one.clock.due_at) - now) / 1000;
  return left >= 0 ? ageText(left) : `+${ageText(-left)}`;
}

/** The number without its day, as people call it.
 * @param {Pick<Case, "number">} one */
export function shortNumber(one) {
  return String(Number(one.number.split("-")[1] ?? one.number));
}

// what a post has before it (the API's `waiting=`), and which posts a role sits at
const WAITING = /** @type {Record<string, string[]>} */ ({
  accept: ["reported", "verified", "unfounded", "accepted"],
  dispatch: ["registered", "failed", "asked_return", "asked_extension", "asked_hang"],
  handle: ["dispatched", "handling"],
  verify: ["verifying"],
  check: ["answered", "checking"],
  close: ["passed"],
});
const DESK = ["accept", "dispatch", "close"];
const POSTS = /** @type {Record<string, string[]>} */ ({
  dispatcher: DESK,
  supervisor: DESK,
  admin: DESK,
  inspector: ["verify", "check"],
  responder: ["handle"],
});

/** Whether a case waits for this person.
 * @param {Pick<Case, "state"|"source"|"department">} one
 * @param {{role: string, department?: string|null}} me */
export function waitsFor(one, me) {
  return (POSTS[me.role] ?? []).some((post) => {
    if (post === "handle" && one.department !== me.department) return false;
    if (post === "verify" && one.state === "reported") return UNSEEN.includes(one.source);
    return WAITING[post].includes(one.state);
  });
}

/** What is late first, then by the end of its limit; what is on hold last.
 * @param {Case} a @param {Case} b */
export function byUrgency(a, b) {
  const due = (/** @type {Case} */ one) => (one.clock ? Date.parse(one.clock.due_at) : Infinity);
  const [first, second] = [due(a), due(b)];
  return first === second ? b.id - a.id : first < second ? -1 : 1;
}

/** Whether a case answers to what somebody typed.
 * @param {Case & {address?: string}} one @param {string} typed */
export function answersTo(one, typed) {
  const wanted = typed.trim().toLowerCase();
  if (!wanted) return true;
  const texts = [
    one.number, one.name_zh, one.name_en, one.place_zh, one.place_en, one.address,
    one.department_zh, one.department_en, one.state_zh, one.state_en,
  ];
  return texts.some((text) => text?.toLowerCase().includes(wanted));
}

const METRE_LAT = 111_195;

/** Open cases of the same kind near a place, nearest first: they may be the same one.
 * @param {Iterable<Case>} cases @param {{kind: string, code: string, lon: number, lat: number}} spot
 * @param {number} [metres] @returns {{case: Case, metres: number}[]} */
export function alike(cases, spot, metres = 50) {
  const across = METRE_LAT * Math.cos((spot.lat * Math.PI) / 180);
  return [...cases]
    .filter((one) => one.kind === spot.kind && one.code === spot.code && !ENDED.includes(one.state))
    .map((one) => ({
      case: one,
      metres: Math.hypot((one.lon - spot.lon) * across, (one.lat - spot.lat) * METRE_LAT),
    }))
    .filter((found) => found.metres <= metres)
    .sort((a, b) => a.metres - b.metres);
}

/**
 * What a step asks of the one who takes it; without any part it is sent at once.
 * @typedef {object} Ask
 * @property {string} key
 * @property {boolean} [main] what usually comes next
 * @property {"optional"|"required"} [words]
 * @property {"found"|"passed"} [verdict]
 * @property {boolean} [department]
 * @property {boolean} [condition]
 * @property {boolean} [until]
 * @property {boolean} [into]
 * @property {boolean} [photos]
 */

// the map's own keys (f g v l k d) are left alone, and no two steps of one state share one
/** @type {Record<string, Ask>} the steps of docs/urban.md */
export const STEPS = {
  accept: { key: "a", main: true },
  reject: { key: "r", words: "required" },
  send_verify: { key: "s" },
  verify: { key: "o", verdict: "found", words: "optional", photos: true, main: true },
  register: { key: "a", condition: true, main: true },
  dispatch: { key: "p", department: true, words: "optional", main: true },
  handle: { key: "a", main: true },
  answer: { key: "o", words: "required", photos: true, main: true },
  extend: { key: "e", until: true, words: "required" },
  return: { key: "u", words: "required" },
  hang: { key: "h", words: "required" },
  grant: { key: "a", main: true },
  refuse: { key: "r", words: "required" },
  resume: { key: "a", main: true },
  send_check: { key: "s", main: true },
  check: { key: "o", verdict: "passed", words: "optional", photos: true, main: true },
  close: { key: "c", words: "optional", main: true },
  void: { key: "z", words: "required" },
  merge: { key: "m", into: true },
};

/** Whether a step is sent by its button alone.
 * @param {string} step */
export function atOnce(step) {
  const { words, verdict, department, condition, until, into } = STEPS[step];
  return !(words || verdict || department || condition || until || into);
}

/** A time typed on the city's clock (datetime-local) as ISO 8601 with that clock's offset.
 * @param {string} typed @param {string} zone such as Asia/Shanghai */
export function zoned(typed, zone) {
  if (!typed) return "";
  const how = /** @type {const} */ ({ timeZone: zone, timeZoneName: "longOffset" });
  const parts = new Intl.DateTimeFormat("en", how).formatToParts(Date.parse(`${typed}Z`));
  const offset = parts.find((part) => part.type === "timeZoneName")?.value.slice(3) || "+00:00";
  return `${typed.slice(0, 16)}:00${offset}`;
}
