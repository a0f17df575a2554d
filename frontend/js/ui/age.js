/** How old something is: in words that fit a narrow column, and as a class of trust. */

/** Seconds between two moments given as ISO text or ms; never negative.
 * @param {string|number} then @param {number} now */
export function secondsSince(then, now) {
  const start = typeof then === "number" ? then : Date.parse(then);
  return Math.max(0, (now - start) / 1000);
}

/** An age with at most six characters: 0:07, 12:40, 3h05, 2d11h, 480d.
 * @param {number} seconds */
export function ageText(seconds) {
  const whole = Math.floor(Math.max(0, seconds));
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  if (whole < 3600) return `${Math.floor(whole / 60)}:${two(whole % 60)}`;
  if (whole < 86400) return `${Math.floor(whole / 3600)}h${two(Math.floor((whole % 3600) / 60))}`;
  if (whole >= 100 * 86400) return `${Math.floor(whole / 86400)}d`;
  return `${Math.floor(whole / 86400)}d${two(Math.floor((whole % 86400) / 3600))}h`;
}

const STEPS = /** @type {[Intl.RelativeTimeFormatUnit, number][]} */ ([
  ["year", 31_556_952],
  ["month", 2_629_746],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
]);

/** An age in words, for things that do not change by the second.
 * @param {number} seconds @param {string} language */
export function agoText(seconds, language) {
  const [unit, size] = STEPS.find(([, length]) => seconds >= length) ?? STEPS[STEPS.length - 1];
  return new Intl.RelativeTimeFormat(language).format(-Math.floor(seconds / size), unit);
}

const PATIENCE_S = 120; // nothing is called silent sooner; the shelf's rule on silence says the same
const IRREGULAR_S = 900; // what an irregular reporter is given before its value counts as late

/** Whether a reading may still be believed: fresh, late, or silent from three intervals on.
 * @param {number} ageSeconds @param {number} intervalSeconds 0: reports irregularly
 * @returns {"fresh"|"late"|"silent"} */
export function trust(ageSeconds, intervalSeconds) {
  const limit =
    intervalSeconds > 0 ? Math.max(intervalSeconds * 1.5, intervalSeconds + 30) : IRREGULAR_S;
  if (ageSeconds <= limit) return "fresh";
  const patience =
    intervalSeconds > 0 ? Math.max(3 * intervalSeconds, PATIENCE_S) : 3 * IRREGULAR_S;
  return ageSeconds <= patience ? "late" : "silent";
}

const POSITION_S = 60; // a unit that moves is expected to say where it is each minute

/** Trust in a thing: its readings' if it makes any, else its position's; one that was never to
 * report anything is simply there.
 * @param {{datastreams: {interval_s: number, latest: {time: string}|null}[], position: {time: string}|null}} thing
 * @param {number} now @returns {"fresh"|"late"|"silent"} */
export function thingTrust(thing, now) {
  if (thing.datastreams.length) return deviceTrust(thing.datastreams, now);
  return thing.position ? trust(secondsSince(thing.position.time, now), POSITION_S) : "fresh";
}

/** Trust in a whole device: that of its freshest stream; a device that never spoke is silent.
 * @param {{interval_s: number, latest: {time: string}|null}[]} streams @param {number} now
 * @returns {"fresh"|"late"|"silent"} */
export function deviceTrust(streams, now) {
  const ranks = streams.map((stream) =>
    stream.latest ? trust(secondsSince(stream.latest.time, now), stream.interval_s) : "silent",
  );
  if (ranks.includes("fresh")) return "fresh";
  return ranks.includes("late") ? "late" : "silent";
}
