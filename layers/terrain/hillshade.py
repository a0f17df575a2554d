"""Hillshade: how much light falls on the ground from one side of the sky."""

import math

import numpy as np

from layers.terrain.grid import Grid, Heights, Lengths
from layers.terrain.horn import each_row, row_gradients
from layers.terrain.kernel import kernel

AZIMUTH, ALTITUDE = 315.0, 45.0  # degrees: light from the north-west, as on maps


def hillshade(
    grid: Grid, *, azimuth: float = AZIMUTH, altitude: float = ALTITUDE, exaggeration: float = 1.0
) -> Heights:
    """Return the light on each cell, 0 dark … 1; level ground has the sine of the altitude.

    The light comes from `azimuth` (degrees from north by east), `altitude` degrees high.
    """
    side, up = math.radians(azimuth), math.radians(altitude)
    low = math.cos(up)
    return each_row(
        grid, _light, exaggeration, math.sin(up), low * math.sin(side), low * math.cos(side)
    )


@kernel
def _light(
    heights: Heights,
    cell_x: Lengths,
    cell_y: Lengths,
    out: Heights,
    first: int,
    last: int,
    times: float,
    up: float,
    from_east: float,
    from_north: float,
) -> None:
    columns = heights.shape[1]
    east, south = np.empty(columns, np.float32), np.empty(columns, np.float32)
    for row in range(first, last):
        row_gradients(heights, row, cell_x[row] / times, cell_y[row] / times, east, south)
        for x in range(columns):
            towards = up - from_east * east[x] + from_north * south[x]
            steep = np.sqrt(1 + east[x] * east[x] + south[x] * south[x])
            out[row, x] = min(max(towards / steep, 0), 1) if steep == steep else np.nan
