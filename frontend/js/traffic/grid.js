/** What lies near a point of the screen: marks in cells of a grid, so that a hit looks at a few. */

const CELL = 32; // px

export class HitGrid {
  constructor() {
    /** @type {Map<number, {id: number, x: number, y: number}[]>} */
    this.cells = new Map();
  }

  clear() {
    this.cells.clear();
  }

  /** @param {number} id @param {number} x @param {number} y */
  add(id, x, y) {
    const key = keyOf(Math.floor(x / CELL), Math.floor(y / CELL));
    const cell = this.cells.get(key);
    if (cell) cell.push({ id, x, y });
    else this.cells.set(key, [{ id, x, y }]);
  }

  /** The nearest mark within a reach of at most a cell; the one added last wins a tie.
   * @param {number} x @param {number} y @param {number} reach px @returns {number|null} its id */
  nearest(x, y, reach) {
    let found = null;
    let least = reach;
    const [column, row] = [Math.floor(x / CELL), Math.floor(y / CELL)];
    for (let dx = -1; dx <= 1; dx += 1) {
      for (let dy = -1; dy <= 1; dy += 1) {
        for (const one of this.cells.get(keyOf(column + dx, row + dy)) ?? []) {
          const far = Math.hypot(one.x - x, one.y - y);
          if (far <= least) [least, found] = [far, one.id];
        }
      }
    }
    return found;
  }
}

/** @param {number} column @param {number} row */
function keyOf(column, row) {
  return column * 65_536 + row;
}
