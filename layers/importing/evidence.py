"""Is the declared datum true? The file is laid over what is known, under every likely datum.

GCJ-02 and BD-09 look like degrees and lie half a kilometre off. Two independent looks are taken:
features of the same name as known places (stations, districts, place names), and shapes that
coincide with registered ones. A datum is doubted only if another one fits closely and for nearly
all; what fits nothing proves nothing.
"""

import dataclasses

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.importing import datum as datums
from layers.importing.known import Known, near_shapes, places_named, spread
from layers.importing.sample import Sample
from layers.importing.table import Shapes

CLOSE = 250.0  # m: so near lie two centres of one place in two surveys
TIGHT = 8.0  # m: so near lie two drawings of one outline
AGREE = 0.8  # of all comparisons must prefer the other datum
LEAST_NAMES, LEAST_SPOTS = 3, 20
_EARTH = 6371008.8
Floats = NDArray[np.float64]


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """How well the declared datum fits: `by` names, shapes or nothing; metres are medians."""

    by: str = "nothing"
    compared: int = 0
    metres: float = 0.0
    better: str = ""
    better_metres: float = 0.0

    @property
    def en(self) -> str:
        """Say it in English."""
        if self.by == "nothing":
            return "nothing known lies here under a name or shape of the file: not checked"
        seen = f"{self.compared} known {'places' if self.by == 'names' else 'outlines'}"
        if self.better:
            return (
                f"on {seen} the declared datum lies {self.metres:.0f} m off, "
                f"{self.better} {self.better_metres:.0f} m"
            )
        return f"checked on {seen}: {self.metres:.0f} m apart at the median"

    @property
    def zh(self) -> str:
        """Say it in Chinese."""
        if self.by == "nothing":
            return "当地没有同名或同形的已知要素，未能校验"
        seen = f"{self.compared} 个已知{'地点' if self.by == 'names' else '轮廓点'}"
        if self.better:
            return (
                f"与{seen}比对：按所报坐标系中位偏差 {self.metres:.0f} m，"
                f"按 {self.better} 为 {self.better_metres:.0f} m"
            )
        return f"已与{seen}比对，中位偏差 {self.metres:.0f} m"


def look(declared: str, sample: Sample) -> Finding:
    """Compare the file under its declared datum and the likely others."""
    rivals = _rivals(declared)
    if not len(sample.shapes):
        return Finding()
    by_name = _by_names(declared, rivals, sample)
    return by_name if by_name.by != "nothing" else _by_shapes(declared, rivals, sample.some)


def _rivals(declared: str) -> list[str]:
    """Return the datums that this one is mistaken for: all that are written in degrees."""
    if datums.is_metric(declared):
        return []
    every = ("EPSG:4490", datums.GCJ02, datums.BD09)
    return [one for one in every if not datums.same(one, declared)]


def _by_names(declared: str, rivals: list[str], sample: Sample) -> Finding:
    known = places_named(sample.rows)
    if len(known.which) < LEAST_NAMES:
        return Finding()
    centres = shapely.get_coordinates(shapely.centroid(sample.shapes[known.which]))
    apart = {one: _apart(datums.to_degrees(one, centres), known) for one in (declared, *rivals)}
    return _judge("names", declared, apart, CLOSE)


def _apart(degrees: Floats, known: Known) -> Floats:
    """Return metres between positions and the known places of the same names."""
    (lon1, lat1), (lon2, lat2) = np.radians(degrees).T, np.radians(known.places).T
    east = (lon2 - lon1) * np.cos((lat1 + lat2) / 2)
    return np.asarray(np.hypot(east, lat2 - lat1) * _EARTH, float)


def _by_shapes(declared: str, rivals: list[str], shapes: Shapes) -> Finding:
    apart: dict[str, Floats] = {}
    some = spread(shapes)  # only these are laid over, under every datum
    for one in (declared, *rivals):
        found = near_shapes(datums.lift(one, some))
        if len(found) >= LEAST_SPOTS:
            apart[one] = found
    sizes = {len(found) for found in apart.values()}
    if declared not in apart or len(sizes) != 1:
        return Finding()
    return _judge("shapes", declared, apart, TIGHT)


def _judge(by: str, declared: str, apart: dict[str, Floats], close: float) -> Finding:
    medians = {one: float(np.median(metres)) for one, metres in apart.items()}
    best = min(medians, key=lambda one: medians[one])
    own, count = medians[declared], len(apart[declared])
    if best == declared:
        return Finding(by, count, own) if own <= close else Finding()
    prefer = float(np.mean(apart[best] < apart[declared]))
    if medians[best] <= close and prefer >= AGREE and own >= 2 * medians[best]:
        return Finding(by, count, own, best, medians[best])
    return Finding(by, count, own) if own <= close else Finding()
