/** One WebSocket kept open: subscribes, resumes by cursor, hears silence, backs off, never gives up. */

/** @typedef {import("../types.js").LinkState} LinkState */

export const HEARTBEAT_MS = 10_000;
export const DEAF_MS = 15_000; // a socket can look open long after the cable is out
const STEPS_MS = [500, 1000, 2000, 4000, 8000];
const TOO_SLOW = 4008;
const NOT_SIGNED_IN = 4001;
const FOREIGN_ORIGIN = 4003;

/** How long to wait before try number `attempt` (0 first), with up to a quarter of jitter.
 * @param {number} attempt @param {number} code the last close code @param {number} jitter 0 … 1 */
export function backoff(attempt, code, jitter) {
  if (code === TOO_SLOW && attempt === 0) return 50;
  const step = STEPS_MS[Math.min(attempt, STEPS_MS.length - 1)];
  return Math.round(step * (1 + jitter / 4));
}

/**
 * @typedef {object} Outside what a link needs of the world; tests bring their own
 * @property {() => WebSocket} open
 * @property {() => number} now
 * @property {(fn: () => void, ms: number) => unknown} later
 * @property {(message: any) => void} heard
 * @property {(state: LinkState) => void} told
 */

export class Link {
  /** @param {Outside} outside @param {string[]} topics */
  constructor(outside, topics) {
    this.outside = outside;
    this.topics = topics;
    /** @type {number[]|null} */
    this.bbox = null;
    /** @type {string|null} */
    this.cursor = null;
    this.attempt = 0;
    /** @type {LinkState} */
    this.state = { state: "connecting", heard: 0 };
    /** @type {WebSocket|null} */
    this.socket = null;
  }

  /** Open the socket and hold on to it. */
  start() {
    const socket = this.outside.open();
    this.socket = socket;
    this.#tell(this.state.heard ? "lost" : "connecting");
    socket.onopen = () => this.#opened(socket);
    socket.onmessage = (event) => socket === this.socket && this.#message(JSON.parse(event.data));
    socket.onclose = (event) => socket === this.socket && this.#closed(event.code);
  }

  /** Narrow positions and observations to a view; alerts come from everywhere all the same.
   * @param {number[]|null} bbox west, south, east, north in degrees */
  look(bbox) {
    this.bbox = bbox;
    if (this.state.state === "live" && this.socket) this.#subscribe(this.socket);
  }

  /** To be called about once a second: sends the heartbeat, gives up a socket that fell silent. */
  tick() {
    const { socket, state } = this;
    if (!socket || state.state === "lost" || state.state === "refused") return;
    const silent = this.outside.now() - state.heard;
    if (state.heard && silent > DEAF_MS) {
      this.socket = null;
      socket.close();
      this.#closed(1006);
    } else if (socket.readyState === 1 && silent > HEARTBEAT_MS) {
      socket.send(JSON.stringify({ type: "ping", t: this.outside.now() }));
    }
  }

  /** @param {WebSocket} socket */
  #opened(socket) {
    this.state = { ...this.state, heard: this.outside.now() };
    this.#tell("catching up");
    this.#subscribe(socket);
  }

  /** @param {WebSocket} socket */
  #subscribe(socket) {
    const wish = { type: "subscribe", topics: this.topics, bbox: this.bbox, since: this.cursor };
    socket.send(JSON.stringify(wish));
  }

  /** @param {any} message */
  #message(message) {
    this.state = { ...this.state, heard: this.outside.now() };
    if (message.cursor) this.cursor = message.cursor;
    if (message.type === "live") {
      this.attempt = 0;
      this.#tell("live");
    } else this.outside.heard(message);
  }

  /** @param {number} code */
  #closed(code) {
    this.socket = null;
    if (code === NOT_SIGNED_IN || code === FOREIGN_ORIGIN) {
      this.#tell("refused", code);
      return;
    }
    this.#tell("lost", code);
    this.outside.later(() => this.start(), backoff(this.attempt, code, Math.random()));
    this.attempt += 1;
  }

  /** @param {LinkState["state"]} state @param {number} [code] */
  #tell(state, code) {
    this.state = { state, heard: this.state.heard, code };
    this.outside.told(this.state);
  }
}
