"""The cells that the water of a flood wets; loads compiled loops, which `flooding` does without."""

import numpy as np

from layers.analysing.reading import Field
from layers.terrain.grid import Mask
from layers.terrain.spill import at, spill, wet


def water(field: Field, lon: float, lat: float, height: float) -> Mask:
    """Return the cells that water of a level (m) wets, coming from a place (degrees)."""
    column, row = field.cell(lon, lat)
    if height < field.grid.ground(column, row):
        return np.zeros(field.grid.shape, np.bool_)
    return wet(spill(field.grid, at(column, row, field.grid)), height)
