/** What survives a reload: preferences of this browser, and the work of this tab. */

/** @param {() => Storage} storage asked for at each use: even naming a forbidden one throws */
function over(storage) {
  return {
    /** @template T @param {string} key @param {T} fallback @returns {T} */
    get(key, fallback) {
      try {
        const text = storage().getItem(`zhihui.${key}`);
        return text === null ? fallback : JSON.parse(text);
      } catch {
        return fallback;
      }
    },
    /** @param {string} key @param {unknown} value undefined forgets */
    set(key, value) {
      try {
        if (value === undefined) storage().removeItem(`zhihui.${key}`);
        else storage().setItem(`zhihui.${key}`, JSON.stringify(value));
      } catch {
        // a full or forbidden storage costs the memory, not the work
      }
    },
  };
}

export const prefs = over(() => localStorage);
export const tab = over(() => sessionStorage);
