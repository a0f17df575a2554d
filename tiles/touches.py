"""What a process knows of a layer's changes: which tiles of an older version are still right."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from layers.layer import WORLD

Change = tuple[int, int, list[list[int]]]  # version, the version before it, boxes (EPSG:3857)

# of a tile's side: twice its buffer, which is as wide as a cell of the thinned points
ROUND = 1 / 32
SLACK = 2.0  # metres: the database finds features by boxes of single precision


class Touches(NamedTuple):
    """Where a layer changed from version `reach` to `version`; before `reach` nobody knows."""

    version: int
    reach: int
    versions: npt.NDArray[np.int64]
    boxes: npt.NDArray[np.int64]

    def good(self, version: int, z: int, x: int, y: int) -> bool:
        """Say whether a tile that was right at an older version is right now."""
        if version >= self.version:
            return version == self.version
        return version >= self.reach and not self._touched(version, z, x, y)

    def _touched(self, version: int, z: int, x: int, y: int) -> bool:
        side = WORLD / 2**z
        west, north = x * side - WORLD / 2, WORLD / 2 - y * side
        more = side * ROUND + SLACK
        boxes = self.boxes[self.versions > version]
        return bool(
            (
                (boxes[:, 0] <= west + side + more)
                & (boxes[:, 2] >= west - more)
                & (boxes[:, 1] <= north + more)
                & (boxes[:, 3] >= north - side - more)
            ).any()
        )


def follow(version: int, changes: Iterable[Change]) -> Touches:
    """Follow a layer's changes back from its version, as far as each is known."""
    reach, versions, boxes = version, list[int](), list[list[int]]()
    for after, before, found in sorted(changes, reverse=True):
        if after > reach:  # of a moment after the one that `version` was read in
            continue
        if after != reach:
            break
        versions += [after] * len(found)
        boxes += found
        reach = before
    held = np.array(boxes, np.int64).reshape(-1, 4)
    return Touches(version, reach, np.array(versions, np.int64), held)
