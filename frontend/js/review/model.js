/** The review's reckoning: columns of steps, lengths of time, what was late. Pure. */

/**
 * @typedef {object} Step
 * @property {string} step
 * @property {string} step_zh
 * @property {string} step_en
 * @property {string} at
 * @property {string} known_at
 * @property {number} delay_s
 * @property {string} actor
 * @property {string|null} actor_zh
 * @property {string|null} actor_en
 * @property {number} count
 *
 * @typedef {object} Late
 * @property {string} step
 * @property {string} step_zh
 * @property {string} step_en
 * @property {string} due
 * @property {string|null} at null: still awaited
 * @property {number} by_s
 * @property {string} why_zh
 * @property {string} why_en
 *
 * @typedef {object} Item
 * @property {string} topic
 * @property {string} id
 * @property {string|number} number
 * @property {string} title_zh
 * @property {string} title_en
 * @property {string} [place_zh]
 * @property {string} [place_en]
 * @property {string} [address]
 * @property {number|string} [severity]
 * @property {boolean} [simulated]
 * @property {Record<string, any>[]} [assignments]
 * @property {string|null} ended
 * @property {Step[]} steps
 * @property {Late[]} late
 *
 * @typedef {{n: number, median_s: number, p90_s: number, worst_s: number}} Spread
 * @typedef {{topic: string, count: number, ended: number, late: number, delay: Spread,
 *   steps: (Spread & {step: string, step_zh: string, step_en: string})[]}} Figure
 *
 * @typedef {object} Review
 * @property {string|null} from
 * @property {string|null} to
 * @property {string|null} entity
 * @property {string} made_at
 * @property {boolean} whole
 * @property {Figure[]} figures
 * @property {Item[]} items
 */

export const TOPICS = ["incident", "alert", "warning", "case", "closure"];
/** What can be asked for besides: no part of what happened in the city, but who changed what here. */
export const OFFERED = [...TOPICS, "layer"];
const COLUMNS = 7; // steps beside each other; the others are in the table that can be exported

/** A length of time: 0:07, 12:40, 3 h 05, 2 d 11 h; with a minus when it runs backwards.
 * @param {number} seconds @param {string} language zh or en */
export function lengthIn(seconds, language) {
  const [day, hour, minute] = language === "zh" ? ["天", "小时", " 分"] : ["d", "h", ""];
  const whole = Math.round(Math.abs(seconds));
  const sign = seconds < -0.5 ? "−" : "";
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const [days, hours] = [Math.floor(whole / 86400), Math.floor((whole % 86400) / 3600)];
  const minutes = Math.floor((whole % 3600) / 60);
  if (days) return `${sign}${days} ${day} ${hours} ${hour}`;
  if (hours) return `${sign}${hours} ${hour} ${two(minutes)}${minute}`;
  return `${sign}${minutes}:${two(whole % 60)}`;
}

/** Seconds from an item's beginning to a step.
 * @param {Item} item @param {Step} step */
export function sinceBegun(item, step) {
  return (Date.parse(step.at) - Date.parse(item.steps[0].at)) / 1000;
}

/** The steps worth a column, in the order in which they usually come; the first step is none.
 * @param {Item[]} items @returns {string[]} */
export function columnsOf(items) {
  /** @type {Map<string, number[]>} */
  const taken = new Map();
  for (const item of items) {
    for (const step of item.steps.slice(1))
      taken.set(step.step, [...(taken.get(step.step) ?? []), sinceBegun(item, step)]);
  }
  return [...taken]
    .sort(([, a], [, b]) => b.length - a.length)
    .slice(0, COLUMNS)
    .map(([step, seconds]) => ({ step, middle: median(seconds) }))
    .sort((a, b) => a.middle - b.middle)
    .map(({ step }) => step);
}

/** @param {number[]} values at least one */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/** Items by topic, the topics in the order in which one reads them.
 * @param {Item[]} items @returns {[string, Item[]][]} */
export function byTopic(items) {
  /** @type {Map<string, Item[]>} */
  const found = new Map();
  for (const item of items) found.set(item.topic, [...(found.get(item.topic) ?? []), item]);
  const place = (/** @type {string} */ topic) => (TOPICS.indexOf(topic) + 99) % 99;
  return [...found].sort(([a], [b]) => place(a) - place(b) || a.localeCompare(b));
}

/** Every step that was late, the worst first.
 * @param {Item[]} items @returns {{item: Item, late: Late}[]} */
export function lateness(items) {
  return items
    .flatMap((item) => item.late.map((late) => ({ item, late })))
    .sort((a, b) => b.late.by_s - a.late.by_s);
}

/** All steps of all items in the order of their moments.
 * @param {Item[]} items @returns {{item: Item, step: Step}[]} */
export function timeline(items) {
  return items
    .flatMap((item) => item.steps.map((step) => ({ item, step })))
    .sort((a, b) => Date.parse(a.step.at) - Date.parse(b.step.at));
}
