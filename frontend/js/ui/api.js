/** Calls to our own API: one way to send, one kind of error, the server's clock on the side. */

/** What the server refused, in both languages (RFC 9457). */
export class ApiError extends Error {
  /** @param {number} status @param {Record<string, any>} problem */
  constructor(status, problem) {
    super(problem.detail ?? `HTTP ${status}`);
    this.status = status;
    this.problem = problem;
  }

  /** The sentence in the reader's language.
   * @param {string} language */
  sentence(language) {
    return (language === "zh" && this.problem.detail_zh) || this.problem.detail || this.message;
  }
}

let skew = 0; // ms that the server's clock is ahead of this machine's

/** Now, by the server's clock; ages must not depend on how this desk's clock is set. */
export function serverNow() {
  return Date.now() + skew;
}

/** @param {Response} response */
function learnClock(response) {
  const sent = Date.parse(response.headers.get("Date") ?? "");
  if (Number.isNaN(sent)) return;
  const off = sent + 500 - Date.now(); // the header has whole seconds
  skew = Math.abs(off) > 2000 ? off : 0;
}

/** @returns {string} */
export function csrfToken() {
  return /(?:^|;\s*)csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";
}

/** @type {{detail: string, detail_zh: string}|null} why nothing may be changed now */
let held = null;
const NOT_HELD = /^\/(me|layers|route)\b/; // one's own settings, and questions that need a body

/** Refuse every change from here on, or none any more: nobody acts upon the past by mistake.
 * @param {{detail: string, detail_zh: string}|null} why */
export function holdChanges(why) {
  held = why;
}

/**
 * @param {string} path below /api/v1
 * @param {{method?: string, body?: unknown, signal?: AbortSignal}} [how]
 * @returns {Promise<any>}
 */
export async function call(path, { method = "GET", body, signal } = {}) {
  if (held && method !== "GET" && !NOT_HELD.test(path)) throw new ApiError(0, held);
  const headers = /** @type {Record<string, string>} */ ({ Accept: "application/json" });
  if (method !== "GET") headers["X-CSRFToken"] = csrfToken();
  const form = body instanceof FormData; // the browser names its type and boundary itself
  if (body !== undefined && !form) headers["Content-Type"] = "application/json";
  const sent = body === undefined || form ? body : JSON.stringify(body);
  let response;
  try {
    response = await fetch(`/api/v1${path}`, { method, headers, body: sent, signal });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError(0, {
      detail: "The server cannot be reached.",
      detail_zh: "无法连接服务器。",
    });
  }
  learnClock(response);
  const text = await response.text();
  const answer = parsed(text);
  if (!response.ok) throw new ApiError(response.status, answer ?? {});
  return answer;
}

/** @param {string} text */
function parsed(text) {
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}
