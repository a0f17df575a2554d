"""Which tiles lie in a box, counted and gone through in one order; where a tile lies."""

import dataclasses
import itertools
import math
from collections.abc import Iterator

Box = tuple[float, float, float, float]  # west, south, east, north in EPSG:4326
Place = tuple[int, int, int]  # zoom, column, row


@dataclasses.dataclass(frozen=True, slots=True)
class Tiling:
    """All tiles of some zooms that meet a box."""

    lowest: int
    highest: int
    box: Box

    def __iter__(self) -> Iterator[Place]:
        return self.after(0)

    def count(self) -> int:
        """Return how many there are."""
        return sum(len(columns) * len(rows) for _, columns, rows in self._zooms())

    def after(self, reached: int) -> Iterator[Place]:
        """Yield (zoom, column, row) by zoom, row by row, without the first so many."""
        for zoom, columns, rows in self._zooms():
            held = len(columns) * len(rows)
            if reached < held:
                first, skipped = divmod(reached, len(columns))
                places = ((zoom, x, y) for y in rows[first:] for x in columns)
                yield from itertools.islice(places, skipped, None)
            reached = max(0, reached - held)

    def _zooms(self) -> Iterator[tuple[int, range, range]]:
        west, south, east, north = self.box
        for zoom in range(self.lowest, self.highest + 1):
            left, top = at(zoom, west, north)
            right, bottom = at(zoom, east, south)
            yield zoom, range(left, right + 1), range(top, bottom + 1)


def at(zoom: int, lon: float, lat: float) -> tuple[int, int]:
    """Return column and row of the tile that holds a place; beyond the map's edge the last."""
    most = 2**zoom - 1
    x = (lon + 180) / 360
    y = (1 - math.asinh(math.tan(math.radians(max(-85.06, min(85.06, lat))))) / math.pi) / 2
    return max(0, min(most, int(x * 2**zoom))), max(0, min(most, int(y * 2**zoom)))


def box_of(place: Place) -> Box:
    """Return where a tile lies, in degrees."""
    zoom, x, y = place
    side = 2**zoom

    def north_of(row: int) -> float:
        return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / side))))

    return x / side * 360 - 180, north_of(y + 1), (x + 1) / side * 360 - 180, north_of(y)
