/** The tree by keys: arrows walk, Alt moves what is walked on, right and left open and close. */

/** @typedef {import("./layer_tree.js").LayerTree} LayerTree */

const STEPS = /** @type {Record<string, number>} */ ({ ArrowUp: -1, ArrowDown: 1 });

/** @param {LayerTree} tree */
export function bindTreeKeys(tree) {
  tree.filter.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") tree.focus();
    else if (event.key === "Escape" && tree.filter.value) {
      tree.filter.value = "";
      tree.draw();
    } else return;
    event.preventDefault();
  });
  tree.list.addEventListener("keydown", (event) => {
    const stop = event.target instanceof HTMLElement ? (event.target.dataset.stop ?? "") : "";
    if (!stop || event.ctrlKey || event.metaKey) return;
    if (act(tree, event, stop)) event.preventDefault();
  });
}

/** @param {LayerTree} tree @param {KeyboardEvent} event @param {string} stop */
function act(tree, event, stop) {
  const by = STEPS[event.key];
  if (by && event.altKey) return move(tree, stop, by);
  if (by) return walk(tree, stop, by);
  if (event.altKey) return false;
  if (event.key === "ArrowRight") return open(tree, stop, true);
  if (event.key === "ArrowLeft") return open(tree, stop, false);
  return false;
}

/** @param {LayerTree} tree @param {string} stop @param {number} by */
function walk(tree, stop, by) {
  const stops = /** @type {HTMLElement[]} */ ([...tree.list.querySelectorAll("[data-stop]")]);
  const at = stops.findIndex((one) => one.dataset.stop === stop);
  stops[at + by]?.focus();
  if (at + by < 0) tree.filter.focus();
  return true;
}

/** @param {LayerTree} tree @param {string} stop @param {number} by */
function move(tree, stop, by) {
  const [kind, code] = stop.split(":");
  const home = tree.layers.tree.find((branch) =>
    kind === "layer" ? branch.layers.some((layer) => layer.code === code) : branch.group.code === code);
  if (home) tree.layers.move(home.group.code, kind === "layer" ? code : "", by);
  return true;
}

/** @param {LayerTree} tree @param {string} stop @param {boolean} wanted */
function open(tree, stop, wanted) {
  const [kind, code] = stop.split(":");
  if (kind === "layer") tree.unfold(code, wanted);
  else if (kind !== "own") tree.layers.fold(code, !wanted);
  return true;
}
