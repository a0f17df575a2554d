/** Grouping quiet marks that would lie on each other; what alerts is never grouped. */

/** @typedef {{id: number, x: number, y: number, quiet: boolean}} Spot in pixels */
/** @typedef {{x: number, y: number, members: number[]}} Group */

/**
 * @template {Spot} T
 * @param {T[]} spots @param {number} size of a cell in pixels; 0 groups nothing
 * @returns {{single: T[], groups: Group[]}}
 */
export function cluster(spots, size) {
  if (size <= 0) return { single: spots, groups: [] };
  /** @type {T[]} */ const single = [];
  const cells = /** @type {Map<string, T[]>} */ (new Map());
  for (const spot of spots) {
    if (!spot.quiet) single.push(spot);
    else {
      const key = `${Math.floor(spot.x / size)}/${Math.floor(spot.y / size)}`;
      const cell = cells.get(key);
      if (cell) cell.push(spot);
      else cells.set(key, [spot]);
    }
  }
  /** @type {Group[]} */ const groups = [];
  for (const members of cells.values()) {
    if (members.length < 3) single.push(...members);
    else groups.push(middle(members));
  }
  return { single, groups };
}

/** @param {Spot[]} members @returns {Group} */
function middle(members) {
  const x = members.reduce((sum, spot) => sum + spot.x, 0) / members.length;
  const y = members.reduce((sum, spot) => sum + spot.y, 0) / members.length;
  return { x, y, members: members.map((spot) => spot.id) };
}

const CELL = 64; // px of the grid by which labels find their neighbours

/** Keeps labels from lying on each other: the first to ask for a place has it. */
export class Places {
  /** @param {[number, number]} [seen] from where to where, in px across, nothing covers the map */
  constructor(seen = [-Infinity, Infinity]) {
    this.seen = seen;
    /** @type {Map<string, number[][]>} */
    this.cells = new Map();
  }

  /** @param {number} x @param {number} y @param {number} width @param {number} height */
  take(x, y, width, height) {
    const box = [x, y, x + width, y + height];
    const keys = cellsOf(box);
    const free = keys.every((key) =>
      (this.cells.get(key) ?? []).every((other) => apart(box, other)),
    );
    if (free) this.#put(keys, box);
    return free;
  }

  /** @param {number} x @param {number} width */
  shows(x, width) {
    return x >= this.seen[0] && x + width <= this.seen[1];
  }

  /** Take a place whether it is free or not: marks stand where they stand.
   * @param {number} x @param {number} y @param {number} width @param {number} height */
  block(x, y, width, height) {
    const box = [x, y, x + width, y + height];
    this.#put(cellsOf(box), box);
  }

  /** @param {string[]} keys @param {number[]} box */
  #put(keys, box) {
    for (const key of keys) {
      const cell = this.cells.get(key);
      if (cell) cell.push(box);
      else this.cells.set(key, [box]);
    }
  }
}

/** @param {number[]} a @param {number[]} b */
function apart(a, b) {
  return a[2] < b[0] || a[0] > b[2] || a[3] < b[1] || a[1] > b[3];
}

/** @param {number[]} box @returns {string[]} */
function cellsOf([west, north, east, south]) {
  const keys = [];
  for (let x = Math.floor(west / CELL); x <= Math.floor(east / CELL); x += 1) {
    for (let y = Math.floor(north / CELL); y <= Math.floor(south / CELL); y += 1)
      keys.push(`${x}/${y}`);
  }
  return keys;
}
