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

/** Keeps labels from lying on each other: the first to ask for a place has it. */
export class Places {
  constructor() {
    /** @type {number[][]} */
    this.taken = [];
  }

  /** @param {number} x @param {number} y @param {number} width @param {number} height */
  take(x, y, width, height) {
    const box = [x, y, x + width, y + height];
    const free = this.taken.every((other) => box[2] < other[0] || box[0] > other[2] || box[3] < other[1] || box[1] > other[3]);
    if (free) this.taken.push(box);
    return free;
  }
}
