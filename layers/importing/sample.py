"""Some of a file's rows, by which its datum is judged: a large file's are no more than these."""

import dataclasses
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.importing.known import MOST_NAMES, MOST_SHAPES
from layers.importing.table import Batch, Shapes

MOST_COORDINATES = 1 << 20


class Spread:
    """Some of many things, spread evenly: all until there are `most`, then every 2nd, 4th …"""

    def __init__(self, most: int, none: NDArray[Any]) -> None:
        self._most, self._step, self._seen = most, 1, 0
        self._kept = none

    @property
    def kept(self) -> NDArray[Any]:
        """Return those that were chosen, in order."""
        return self._kept

    def add(self, things: NDArray[Any]) -> None:
        """Take further ones."""
        chosen = things[-self._seen % self._step :: self._step]
        self._seen += len(things)
        self._kept = np.concatenate((self._kept, chosen))
        while len(self._kept) > self._most:
            self._kept = self._kept[::2]
            self._step *= 2


@dataclasses.dataclass(slots=True)
class Sample:
    """What is kept of a file: coordinates that are numbers, the first rows, shapes of all parts.

    All in the file's own frame; `crs` is what the file says of that.
    """

    crs: str
    shapes: Shapes = dataclasses.field(default_factory=lambda: np.empty(0, object))
    rows: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    _coordinates: Spread = dataclasses.field(
        default_factory=lambda: Spread(MOST_COORDINATES, np.empty((0, 2)))
    )
    _some: Spread = dataclasses.field(
        default_factory=lambda: Spread(2 * MOST_SHAPES, np.empty(0, object))
    )

    @property
    def coordinates(self) -> NDArray[np.float64]:
        """Return coordinates (east, north) from everywhere in the file."""
        return self._coordinates.kept

    @property
    def some(self) -> Shapes:
        """Return shapes from everywhere in the file."""
        return self._some.kept

    def add(self, batch: Batch, usable: NDArray[np.intp]) -> None:
        """Take what is of use of further rows; `usable` are the places of filled, finite shapes."""
        found = shapely.get_coordinates(batch.shapes)
        self._coordinates.add(found[np.isfinite(found).all(axis=1)])
        self._some.add(batch.shapes[usable])
        first = usable[: MOST_NAMES - len(self.rows)]
        self.shapes = np.concatenate((self.shapes, batch.shapes[first]))
        self.rows += batch.rows(first.tolist())
