/** The page's side of the worker: starts it, fetches one diff per frame, reports the link's state. */

/** @typedef {import("./picture.js").Picture} Picture */

/**
 * @param {Picture} picture
 * @param {string[]} topics
 * @param {(error: {code: string, detail: string, detail_zh?: string}) => void} onError
 * @param {() => void} onSecond the worker's clock: a hidden tab's own timers are throttled to a
 *   minute, and an alarm must not be
 * @returns {{look(bbox: number[]|null): void}}
 */
export function startFeed(picture, topics, onError, onSecond) {
  const worker = new Worker(new URL("./worker.js", import.meta.url), {
    type: "module",
    name: "feed",
  });
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  const pull = () => worker.postMessage({ do: "pull" });
  worker.onmessage = ({ data }) => {
    if (data.kind === "dirty") soon(pull);
    else if (data.kind === "tick") onSecond();
    else if (data.kind === "diff") {
      picture.link.heard = Math.max(picture.link.heard, data.heard);
      picture.apply(data.diff);
    } else if (data.kind === "link") {
      picture.link = data.link;
      picture.changed("link");
    } else if (data.kind === "error") onError(data.error);
  };
  worker.postMessage({
    do: "start",
    url: `${scheme}//${location.host}/ws/feed/`,
    topics,
    bbox: null,
  });
  return { look: (bbox) => worker.postMessage({ do: "look", bbox }) };
}

/** At the next frame; at once when the tab is hidden, because hidden tabs get no frames and an
 * alert must be heard all the same.
 * @param {() => void} fn */
function soon(fn) {
  if (document.hidden) fn();
  else requestAnimationFrame(fn);
}
