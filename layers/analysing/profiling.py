"""The ground along a drawn line, answered at once: by the finest model that knows its start."""

import dataclasses
from typing import Any

import numpy as np
import shapely

from core.errors import Invalid, Unknown
from layers import catalogue, elevation
from layers.analysing import reading
from layers.layer import Layer
from layers.models import State
from layers.rights import ask
from layers.terrain.profile import Profile, profile
from people.may import Rights

MOST_CORNERS = 1000
MOST_SAMPLES = 2000  # what a chart can show
_MOST_CELLS = 4_000_000  # read for one profile; a longer line is read from coarser overviews


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Section:
    """A profile, where its samples lie (degrees), and the model that it was read from."""

    profile: Profile
    places: Any
    layer: Layer
    state: State
    cell_m: float


def along(given: dict[str, Any], model: str, step: float, rights: Rights) -> Section:
    """Return the profile of a GeoJSON line (EPSG:4326), a sample every `step` metres (0: finest).

    Raises Invalid for what is no line, Unknown without a model, Forbidden if it is not theirs.
    """
    line = _line(given)
    lon, lat = line.coords[0]
    layer = catalogue.layer(model) if model else elevation.best(lon, lat, rights).layer
    ask(layer, rights)
    state = State.objects.filter(layer=layer.code).exclude(path="").first()
    if state is None or not layer.heights:
        raise Unknown(f"layer {layer.code} is no elevation model", zh="该图层不是高程模型")
    field = reading.read(state, line, coarser=_MOST_CELLS)
    corners = field.places(np.asarray(line.coords))
    found = profile(field.grid, corners, step)
    if len(found.distance) > MOST_SAMPLES:
        found = profile(field.grid, corners, found.length / (MOST_SAMPLES - len(corners)))
    cell = float(np.sqrt(field.grid.areas.mean()))
    return Section(found, field.positions(found.places), layer, state, round(cell, 2))


def _line(given: dict[str, Any]) -> shapely.LineString:
    shape = given.get("geometry") if given.get("type") == "Feature" else given
    try:
        if not isinstance(shape, dict) or shape["type"] != "LineString":
            raise ValueError("not a LineString")
        corners = np.array([place[:2] for place in shape["coordinates"]], dtype=np.float64)
        lon, lat = corners.reshape(-1, 2).T
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise _bad("the line is no GeoJSON LineString", "须为 GeoJSON 线（LineString）") from error
    if not (2 <= len(corners) <= MOST_CORNERS):
        raise _bad(f"a line has 2 to {MOST_CORNERS} corners", f"线须有 2 至 {MOST_CORNERS} 个点")
    if not ((np.abs(lon) <= 180) & (np.abs(lat) <= 85)).all():
        raise _bad("the line's places are no degrees", "线的坐标不是经纬度（度）")
    return shapely.LineString(corners)


def _bad(detail: str, zh: str) -> Invalid:
    return Invalid(detail, zh=zh, field="line")
