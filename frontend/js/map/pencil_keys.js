/** Drawing by keys alone: arrows move the map, Space sets a corner, Enter ends, Backspace undoes. */

const ARROWS = /** @type {Record<string, [number, number]>} */ ({
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
});

/** @param {import("../ui/keys.js").Keys} keys @param {import("./pencil.js").Pencil} pencil */
export function bindPencil(keys, pencil) {
  const drawing = () => pencil.drawing;
  keys.bind("Enter", () => pencil.finish(), drawing);
  keys.bind("Backspace", () => pencil.undo(), drawing);
  keys.bind(
    " ",
    () => pencil.place(),
    () => drawing() && document.activeElement?.tagName !== "BUTTON",
  );
  for (const [key, [x, y]] of Object.entries(ARROWS))
    keys.bind(key, () => pencil.pan(x, y), drawing);
}
