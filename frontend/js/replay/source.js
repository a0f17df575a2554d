/** Where the past comes from: the state at a moment, what changed after it, marks for the slider. */

import { call, serverNow } from "../ui/api.js";

const STATES = ["observation", "position", "index"]; // asked for by `observations`

/** @param {string[]} topics that this desk hears @returns {import("./player.js").Source} */
export function sourceOf(topics) {
  const events = topics.filter((topic) => !STATES.includes(topic)).join();
  return {
    now: serverNow,
    async state(at, clock, signal) {
      const query = new URLSearchParams({ at: iso(at), clock, topics: events, observations: "1" });
      return (await call(`/state?${query}`, { signal })).items;
    },
    async changes({ from, to, every }, clock, signal) {
      const query = new URLSearchParams({
        from: iso(from),
        to: iso(to),
        clock,
        topics: topics.join(),
        every: String(every),
      });
      const { items, next } = await call(`/replay?${query}`, { signal });
      return { items, through: next ? Date.parse(next) : to };
    },
  };
}

/** @param {import("./span.js").Ends} ends @param {number} every s @param {string} clock
 * @returns {Promise<{items: import("./ticks.js").Mark[]}>} */
export function marks({ start, end }, every, clock) {
  const query = new URLSearchParams({ from: iso(start), to: iso(end), clock, every: String(every) });
  return call(`/replay/marks?${query}`);
}

/** @param {number} at ms */
function iso(at) {
  return new Date(at).toISOString();
}
