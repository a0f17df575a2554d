"""Heights between cells: a grid read at any places, as the ground between four cells' middles."""

import numpy as np

from layers.terrain.grid import Heights, Lengths
from layers.terrain.kernel import kernel

KNOWN = 0.5  # share of the four cells' weight that must be known


def between(cells: Heights, columns: Lengths, rows: Lengths) -> Heights:
    """Return the height at places that a lattice gives; NaN beside the cells and where unknown.

    `columns` and `rows` are places (cell middles at halves) at each lattice node; between nodes
    they are straight, with (nodes - 1)² x `STEP`² places in all.
    """
    size = ((columns.shape[0] - 1) * STEP, (columns.shape[1] - 1) * STEP)
    out: Heights = np.empty(size, np.float32)
    _between(cells, columns, rows, out)
    return out


STEP = 16  # places from node to node


@kernel
def _between(cells: Heights, columns: Lengths, rows: Lengths, out: Heights) -> None:
    for y in range(out.shape[0]):
        node_y, down = y // STEP, (y % STEP) / STEP
        for x in range(out.shape[1]):
            node_x, right = x // STEP, (x % STEP) / STEP
            column = _straight(columns, node_y, node_x, down, right)
            row = _straight(rows, node_y, node_x, down, right)
            out[y, x] = _height(cells, column, row)


@kernel
def _straight(nodes: Lengths, y: int, x: int, down: float, right: float) -> float:
    over = nodes[y, x] + (nodes[y, x + 1] - nodes[y, x]) * right
    under = nodes[y + 1, x] + (nodes[y + 1, x + 1] - nodes[y + 1, x]) * right
    return float(over + (under - over) * down)


@kernel
def _height(cells: Heights, column: float, row: float) -> float:
    """Return the height at a place between four middles; those unknown give their weight away."""
    high, wide = cells.shape
    if not (0 <= column < wide and 0 <= row < high):
        return np.nan
    left, top = column - 0.5, row - 0.5
    x, y = int(np.floor(left)), int(np.floor(top))
    right, down = left - x, top - y
    total, weight = 0.0, 0.0
    for j in range(2):
        for i in range(2):
            height = cells[min(max(y + j, 0), high - 1), min(max(x + i, 0), wide - 1)]
            share = (down if j else 1 - down) * (right if i else 1 - right)
            if height == height:
                total += height * share
                weight += share
    return total / weight if weight >= KNOWN else np.nan
