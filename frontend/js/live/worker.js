/** The worker that owns the socket and the state; the page asks it for what changed. */

import { Fold } from "./fold.js";
import { Link } from "./link.js";

/** @type {{postMessage(message: unknown): void, onmessage: ((event: MessageEvent) => void)|null}} */
const page = /** @type {any} */ (self);

const fold = new Fold();
/** @type {Link|null} */
let link = null;
let asked = true; // the page knows that there is something and has not come for it yet

function ring() {
  if (asked || !fold.dirty) return;
  asked = true;
  page.postMessage({ kind: "dirty" });
}

/** @param {{url: string, topics: string[], bbox: number[]|null}} wish */
function start(wish) {
  link = new Link(
    {
      open: () => new WebSocket(wish.url),
      now: () => Date.now(),
      later: (fn, ms) => setTimeout(fn, ms),
      heard(message) {
        if (message.type === "error") page.postMessage({ kind: "error", error: message });
        fold.take(message);
        ring();
      },
      told: (state) => page.postMessage({ kind: "link", link: state }),
    },
    wish.topics,
  );
  link.bbox = wish.bbox;
  link.start();
  setInterval(() => (link?.tick(), page.postMessage({ kind: "tick" })), 1000);
  setInterval(() => (fold.prune(Date.now()), ring()), 30_000);
}

page.onmessage = ({ data }) => {
  if (data.do === "start") {
    asked = false;
    start(data);
  } else if (data.do === "look") link?.look(data.bbox);
  else if (data.do === "pull") {
    asked = false;
    page.postMessage({ kind: "diff", diff: fold.diff(), heard: link?.state.heard ?? 0 });
  }
};
