"""Rows that lie far from all others: a wrong digit, two numbers exchanged. They are told of."""

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.importing.table import Shapes

FAR = 200.0  # km
_FEW = 0.01  # of the rows: where more lie far off, the file is wide
_TOLD = 5  # rows that are named
_KM = 111.2  # of a degree of latitude


class Strays:
    """Where the rows of a file lie: eight bytes and a number for each."""

    def __init__(self) -> None:
        self._numbers: list[NDArray[np.intp]] = []
        self._places: list[NDArray[np.float32]] = []

    def add(self, numbers: NDArray[np.intp], shapes: Shapes) -> None:
        """Take further rows, in degrees."""
        bounds = shapely.bounds(shapes)
        self._numbers.append(numbers)
        self._places.append(((bounds[:, :2] + bounds[:, 2:]) / 2).astype(np.float32))

    def found(self) -> list[tuple[str, str]]:
        """Return what is to be said (en, zh): nothing where none lies alone."""
        if not self._places:
            return []
        numbers, places = np.concatenate(self._numbers), np.concatenate(self._places)
        middle = np.median(places, axis=0) if len(places) else np.zeros(2)
        east, north = (places - middle).T
        far = np.hypot(east * np.cos(np.radians(middle[1])), north) * _KM > FAR
        count = int(np.count_nonzero(far))
        if not 0 < count <= max(1, _FEW * len(places)) or len(places) < 3:
            return []
        named = [str(row) for row in numbers[far][:_TOLD]] + ["…"] * (count > _TOLD)
        en, zh = ", ".join(named), "、".join(named)
        return [
            (
                f"{count} of the rows lie more than {FAR:.0f} km from the others: {en};"
                " see whether their coordinates are right",
                f"有 {count} 行与其余数据相距超过 {FAR:.0f} km：第 {zh} 行，请核对坐标",
            )
        ]
