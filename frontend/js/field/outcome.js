/** What an answer of the server means for what was sent: taken, refused, or to be tried again. */

/**
 * @typedef {{kind: "received", answer: Record<string, any>}
 *   | {kind: "refused", problem: Record<string, any>}
 *   | {kind: "later", after_ms: number}
 *   | {kind: "sign_in"}
 *   | {kind: "unreachable"}} Outcome
 */

const TRY_AGAIN = new Set([408, 425, 429]); // and every fault on the server's side

/** @param {number} status 0: no answer at all @param {Record<string, any>|null} body
 * @param {string|null} [retryAfter] the header, in seconds @returns {Outcome} */
export function outcomeOf(status, body, retryAfter = null) {
  if (status === 0) return { kind: "unreachable" };
  if (status >= 200 && status < 300)
    // a network's own sign-in page also answers 200, but not in JSON
    return body ? { kind: "received", answer: body } : { kind: "unreachable" };
  if (isSignIn(status, body)) return { kind: "sign_in" };
  if (TRY_AGAIN.has(status) || status >= 500)
    return { kind: "later", after_ms: 1000 * (Number(retryAfter) || 0) };
  return { kind: "refused", problem: { status, ...body } };
}

/** The session is over, or was renewed elsewhere and its form token no longer fits.
 * @param {number} status @param {Record<string, any>|null} body */
function isSignIn(status, body) {
  return status === 401 || (status === 403 && /csrf/i.test(String(body?.detail ?? "")));
}
