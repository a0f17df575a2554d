"""Which buildings a flood reaches, and how deep: a registered layer of them, and figures.

Water counts that is connected with the flood's point; a building is reached where that water stands
at its outline, and its depths are the level over the ground there.
"""

import dataclasses
import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import shapely
from django.db import connection, transaction

from core.errors import Conflict
from layers import actions as layers
from layers import catalogue, groups, telling
from layers.analysing import wetting
from layers.analysing.reading import Field
from layers.layer import Column, Layer, Paint
from layers.models import AnalysisJob, State
from layers.rights import narrower
from layers.staging import Feature
from layers.terrain.grid import Mask
from layers.terrain.standing import Outlines, Standing, standing

AT_ONCE = 4000  # buildings looked at together
_METRES = 111_400.0  # of one degree, at most
_OF_CELL = 0.25  # of a cell: the farthest from one spot of an outline to the next
CLASSES = (0.15, 0.5, 1.0, 2.0)  # m: where cars are stopped, knees, waists, heads
_SHADES = ("#c6dbef", "#9ecae1", "#4292c6", "#2171b5", "#084594")
_COLUMNS = {
    "depth_class": Column("水深级别", "depth class", "int"),
    "depth_max_m": Column("最大水深（m）", "greatest depth (m)", "float"),
    "depth_mean_m": Column("平均水深（m）", "mean depth (m)", "float", tile=False),
    "depth_min_m": Column("最小水深（m）", "least depth (m)", "float", tile=False),
    "ground_m": Column("最低地面高程（m）", "lowest ground (m)", "float", tile=False),
    "wet_share": Column("外墙受淹比例", "share of the outline in water", "float", tile=False),
}
_BUILDINGS = """
SELECT fid, ST_AsBinary(original), properties FROM layers_feature
WHERE layer = %s AND geom && ST_Transform(ST_MakeEnvelope(%s, %s, %s, %s, 4326), 3857) ORDER BY fid
"""


@dataclasses.dataclass(slots=True)
class Tally:
    """What is summed up while the buildings go by; people as the column `people` tells them."""

    looked: int = 0
    buildings: int = 0
    people: float = 0.0
    unknown: int = 0
    deepest: float = 0.0
    by_class: list[int] = dataclasses.field(default_factory=lambda: [0] * (len(CLASSES) + 1))

    def add(self, depth: float, held: dict[str, Any]) -> None:
        """Count one building that stands in water."""
        self.buildings += 1
        self.deepest = max(self.deepest, depth)
        self.by_class[held["depth_class"] - 1] += 1
        people = held.get("people")
        if isinstance(people, int | float):
            self.people += people
        else:
            self.unknown += 1

    def told(self) -> dict[str, Any]:
        """Return it as the report tells it; `people` is null where no building tells any."""
        known = self.buildings > self.unknown
        return {
            "looked_at": self.looked,
            "buildings": self.buildings,
            "people": round(self.people) if known or not self.buildings else None,
            "people_unknown": self.unknown,
            "deepest_m": round(self.deepest, 2),
            "by_depth": [
                {"from_m": low, "buildings": n}
                for low, n in zip((0.0, *CLASSES), self.by_class, strict=True)
            ],
        }


def run(
    row: AnalysisJob, state: State, field: Field, tell: Callable[[str, int], None]
) -> dict[str, Any]:
    """Find the buildings and register them, in the caller's transaction; return the report."""
    if state.version != row.model_version:
        raise Conflict(
            "the elevation model has changed since the flood was reckoned",
            zh="淹没分析之后高程模型已更新",
            remedy="ask for the flood again",
        )
    tell("flooding", 30)
    level = float(row.numbers["level"])
    lon, lat = row.place["coordinates"] if row.place else (0.0, 0.0)
    water = wetting.water(field, lon, lat, level)
    tell("outlines", 60)
    tally = Tally()
    with transaction.atomic():  # read before the first is stored: one connection, one statement
        found = list(_found(row.against, field, water, level, tally))
        tell("storing", 80)
        _register(row, state, found)
    return {"affected": tally.told(), "features": tally.buildings}


def _register(row: AnalysisJob, state: State, found: list[Feature]) -> None:
    model, buildings = catalogue.layer(row.model), catalogue.layer(row.against)
    held = State.objects.filter(pk=buildings.code).first()
    source = f"水位 water level；{row.numbers['level']:g} m；{buildings.code}"
    source += f" v{held.version if held else 0}, {model.code} v{state.version}"
    layers.register(_layer(row, model, buildings, source), row.by)
    simulated = state.simulated or (held is not None and held.simulated)
    layers.replace_features(row.layer, found, simulated=simulated)
    layers.date(row.layer, str(state.source_date or ""), source)
    facts = {
        "id": str(row.pk), "kind": row.kind, "of": str(row.of), "buildings": row.against,
        "model": row.model, "model_version": state.version, "place": row.place, "area": row.area,
        "numbers": row.numbers,
    }  # fmt: skip
    layers.note(row.layer, {"analysis": facts})
    telling.tell(catalogue.layer(row.layer), "filled", row.by, analysis=row.kind)


def _layer(row: AnalysisJob, model: Layer, buildings: Layer, source: str) -> Layer:
    """Return the layer to be registered: the buildings' columns and the depths, drawn by depth."""
    return Layer(
        code=row.layer, title_zh=row.title_zh, title_en=row.title_en, group=groups.ANALYSES,
        kind="vector", shape="polygon", owner=model.owner, datum=buildings.datum,
        source=source, refresh="once",
        sharing=narrower(model, buildings), attribution=buildings.attribution, min_zoom=9,
        max_zoom=17, order=446, label="", columns=_COLUMNS | buildings.columns | _COLUMNS,
        style=tuple(_paints()),
    )  # fmt: skip


def _paints() -> Iterator[Paint]:
    edges = ("0", *(f"{edge:g}" for edge in CLASSES))
    for nth, colour in enumerate(_SHADES):
        last = nth == len(CLASSES)
        words = f"≥ {edges[nth]} m" if last else f"{edges[nth]}–{edges[nth + 1]} m"
        look = {"colour": colour, "outline": "#0b3c7a"}
        where = {"depth_class": [nth + 1]}
        yield Paint("fill", look, look, where, f"水深 {words}", f"water {words}")


def _found(
    buildings: str, field: Field, water: Mask, level: float, tally: Tally
) -> Iterator[Feature]:
    """Yield the buildings that the water stands at, by their own numbers, with their depths."""
    if not water.any():
        return
    with connection.chunked_cursor() as cursor:
        cursor.execute(_BUILDINGS, [buildings, *_box(field, water)])
        while rows := cursor.fetchmany(AT_ONCE):
            tally.looked += len(rows)
            shapes = shapely.from_wkb([bytes(wkb) for _, wkb, _ in rows])
            stands = standing(field.grid, water, level, outlines(shapes, field))
            for at in np.flatnonzero(stands.touched).tolist():
                fid, wkb, properties = rows[at]
                held = _read(properties) | _depths(stands, at)
                tally.add(float(stands.most[at]), held)
                yield fid, bytes(wkb), held


def _box(field: Field, water: Mask) -> list[float]:
    """Return the box round the wet cells in degrees, a cell wider."""
    rows, columns = np.flatnonzero(water.any(axis=1)), np.flatnonzero(water.any(axis=0))
    left, right = float(columns[0]) - 1, float(columns[-1]) + 2
    top, bottom = float(rows[0]) - 1, float(rows[-1]) + 2
    corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom)])
    lon, lat = field.positions(corners).T
    return [float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())]


def outlines(shapes: Any, field: Field) -> Outlines:
    """Return spots along areas' rings (degrees), a quarter of a cell apart at most, and corners."""
    cell = min(float(field.grid.cell_x.min()), float(field.grid.cell_y.min()))
    parts, part_of = shapely.get_parts(shapes, return_index=True)
    rings, ring_of = shapely.get_rings(parts, return_index=True)
    fine = shapely.segmentize(rings, _OF_CELL * cell / _METRES)
    spots, spot_of = shapely.get_coordinates(fine, return_index=True)
    places = field.places(spots)
    same = spot_of[1:] == spot_of[:-1]
    along = np.diff(places, axis=0)[same] * (field.grid.cell_x.mean(), field.grid.cell_y.mean())
    middles = (places[1:] + places[:-1])[same] / 2
    owner = part_of[ring_of[spot_of]]
    return Outlines(
        np.concatenate((owner[1:][same], owner)),
        np.concatenate((middles, places)),
        np.concatenate((np.hypot(*along.T), np.zeros(len(places)))),
        len(shapes),
    )


def _depths(stands: Standing, at: int) -> dict[str, Any]:
    most = float(stands.most[at])
    return {
        "depth_class": 1 + int(np.searchsorted(CLASSES, most, side="right")),
        "depth_max_m": round(most, 2),
        "depth_mean_m": round(float(stands.mean[at]), 2),
        "depth_min_m": round(float(stands.least[at]), 2),
        "ground_m": round(float(stands.ground[at]), 2),
        "wet_share": round(float(stands.share[at]), 3),
    }


def _read(properties: str | dict[str, Any]) -> dict[str, Any]:
    """Return jsonb as a mapping: Django's own cursors hand it over as text."""
    read: dict[str, Any] = json.loads(properties) if isinstance(properties, str) else properties
    return read
