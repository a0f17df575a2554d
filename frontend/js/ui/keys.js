/** One table of keys: single letters outside text fields, no modifiers (they differ by browser). */

/** @typedef {{key: string, run: () => void, when?: () => boolean}} Binding */

/** Whether a key press belongs to a field that is being typed in.
 * @param {EventTarget|null} target */
export function isTyping(target) {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.tagName === "TEXTAREA" || target.tagName === "SELECT")
    return true;
  return (
    target instanceof HTMLInputElement &&
    !["range", "checkbox", "radio", "button"].includes(target.type)
  );
}

const NUMBER_PAUSE_MS = 2500;

export class Keys {
  constructor() {
    /** @type {Map<string, Binding[]>} */
    this.bindings = new Map();
    /** @type {(typed: string) => void} */
    this.onNumber = () => {};
    /** @type {(typed: string) => void} shows what has been typed so far */
    this.onDigits = () => {};
    this.digits = "";
    this.digitsAt = 0;
    document.addEventListener("keydown", (event) => this.#press(event));
  }

  /** The latest binding whose condition holds wins.
   * @param {string} key @param {() => void} run @param {() => boolean} [when] */
  bind(key, run, when) {
    this.bindings.set(key, [{ key, run, when }, ...(this.bindings.get(key) ?? [])]);
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
    if (isTyping(event.target) && event.key !== "Escape") return;
    const bound = this.bindings.get(event.key)?.find((binding) => binding.when?.() ?? true);
    if (this.#digit(event, bound)) return;
    if (!bound || takesKey(event)) return;
    event.preventDefault();
    bound.run();
  }

  /** Digits collect into an alert's number; Enter jumps there.
   * @param {KeyboardEvent} event @param {Binding|undefined} bound */
  #digit(event, bound) {
    if (/^\d$/.test(event.key) && !bound) {
      const fresh = event.timeStamp - this.digitsAt > NUMBER_PAUSE_MS;
      this.digits = (fresh ? "" : this.digits) + event.key;
      this.digitsAt = event.timeStamp;
      this.onDigits(this.digits);
      return true;
    }
    if (!this.digits) return false;
    const { digits } = this;
    const enter = event.key === "Enter" && event.timeStamp - this.digitsAt <= NUMBER_PAUSE_MS;
    this.digits = "";
    this.onDigits("");
    if (enter) {
      event.preventDefault();
      this.onNumber(digits);
    }
    return enter;
  }
}

/** Whether the focused control has a use of its own for this key (Enter on a button, arrows on a slider).
 * @param {KeyboardEvent} event */
function takesKey(event) {
  const { target, key } = event;
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement && target.type === "range") return key.startsWith("Arrow");
  return key === "Enter" && ["BUTTON", "A", "SUMMARY"].includes(target.tagName);
}
