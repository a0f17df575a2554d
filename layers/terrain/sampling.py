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
        node, down = y // STEP, (y % STEP) / STEP
        for at in range(out.shape[1] // STEP):
            column, to_column = _down(columns, node, at, down), _down(columns, node, at + 1, down)
            row, to_row = _down(rows, node, at, down), _down(rows, node, at + 1, down)
            for step in range(STEP):
                right = step / STEP
                out[y, at * STEP + step] = _height(
                    cells, column + (to_column - column) * right, row + (to_row - row) * right
                )


@kernel
def _down(nodes: Lengths, y: int, x: int, share: float) -> float:
    over = nodes[y, x]
    return float(over + (nodes[y + 1, x] - over) * share)


@kernel
def _height(cells: Heights, column: float, row: float) -> float:
    """Return the height at a place between four middles."""
    high, wide = cells.shape
    if not (0 <= column < wide and 0 <= row < high):
        return np.nan
    x, y = int(np.floor(column - 0.5)), int(np.floor(row - 0.5))
    right, down = column - 0.5 - x, row - 0.5 - y
    if x >= 0 and y >= 0 and x + 1 < wide and y + 1 < high:
        over = cells[y, x] * (1 - right) + cells[y, x + 1] * right
        under = cells[y + 1, x] * (1 - right) + cells[y + 1, x + 1] * right
        found = over * (1 - down) + under * down
        if found == found:
            return float(found)
    return _carefully(cells, x, y, right, down)


@kernel
def _carefully(cells: Heights, x: int, y: int, right: float, down: float) -> float:
    """Return the height where some of the four are unknown or outside: they give weight away."""
    high, wide = cells.shape
    total, weight = 0.0, 0.0
    for j in range(2):
        for i in range(2):
            height = cells[min(max(y + j, 0), high - 1), min(max(x + i, 0), wide - 1)]
            share = (down if j else 1 - down) * (right if i else 1 - right)
            if height == height:
                total += height * share
                weight += share
    return total / weight if weight >= KNOWN else np.nan
