/** Keyed lists: the fewest moves from the rows that are there to the rows that should be. */

/**
 * Bring `parent`'s children in line with `items`, keeping the elements of keys that stay.
 * A row is only moved when its neighbour is wrong, so focus and hover survive an update.
 * @template T
 * @param {Element} parent
 * @param {T[]} items
 * @param {(item: T) => string} key
 * @param {(item: T) => HTMLElement} make
 * @param {(element: HTMLElement, item: T) => void} update
 */
export function reconcile(parent, items, key, make, update) {
  const present = new Map(
    [...parent.children].map((child) => [
      /** @type {HTMLElement} */ (child).dataset.key ?? "",
      child,
    ]),
  );
  const wanted = new Set(items.map(key));
  for (const [name, child] of present) if (!wanted.has(name)) child.remove();
  let after = /** @type {Element|null} */ (null);
  for (const item of items) {
    const name = key(item);
    let element = /** @type {HTMLElement|undefined} */ (present.get(name));
    if (!element) {
      element = make(item);
      element.dataset.key = name;
    }
    update(element, item);
    const place = after ? after.nextElementSibling : parent.firstElementChild;
    if (place !== element) parent.insertBefore(element, place);
    after = element;
  }
}
