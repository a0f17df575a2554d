"""The ground that is asked about: what somebody drew, or what an analysis found."""

import uuid
from typing import Any

import numpy as np
import rasterio
import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db import connection
from pyproj import CRS, Transformer
from rasterio.features import shapes

from core.errors import Conflict, Invalid
from layers import area
from layers.analysing import actions, flooding
from layers.models import AnalysisJob, State
from layers.raster import stored
from people.may import Rights

_OF_LAYER = "SELECT ST_AsEWKB(original) FROM layers_feature WHERE layer = %s ORDER BY fid"


def of_analysis(number: uuid.UUID, level: float | None, rights: Rights) -> list[GEOSGeometry]:
    """Return the ground of a finished analysis in EPSG:4326: its areas, its water, or its box.

    Of flood levels the water at `level` (m) is meant, of a viewshed what is seen. Raises Unknown,
    Forbidden, Conflict (not done, or its layer is another's now) or Invalid (it has no ground).
    """
    row = actions.queue.one(number, rights)
    state = _own(row)
    if row.kind == actions.KIND and row.of:
        row = actions.queue.one(row.of, rights)
        state, level = _own(row), float(state.raster["analysis"]["numbers"]["level"])
    if row.kind == "levels":
        rise = flooding.level(row, level) - float(row.report["figures"]["ground_m"])
        return _cells(state, 0.0, rise)
    if row.kind == "viewshed":
        return _cells(state, 0.5, 1.5)
    found = [] if state.path else _areas(row.layer)
    if not found and row.area is not None:
        found = [area.read(row.area)]
    if not found:
        raise Invalid("the analysis has no area", zh="该分析没有范围", field="analysis")
    return found


def buildings_of(number: uuid.UUID) -> tuple[str, str] | None:
    """Return the layer of the buildings that an analysis found in water, and that they are of."""
    row = AnalysisJob.objects.filter(pk=number, kind=actions.KIND).first()
    return (row.layer, row.against) if row is not None else None


def _own(row: AnalysisJob) -> State:
    """Return the state of what an analysis made; raises Conflict if that is another's by now."""
    state = State.objects.filter(pk=row.layer).first()
    made: dict[str, Any] = (state.raster.get("analysis") or {}) if state else {}
    if state is None or made.get("id") != str(row.pk):
        raise Conflict(
            "what the analysis made is no longer there",
            zh="该分析的成果已被删除或更新",
            stage=row.stage,
        )
    return state


def _areas(layer: str) -> list[GEOSGeometry]:
    with connection.cursor() as cursor:
        cursor.execute(_OF_LAYER, [layer])
        found = [GEOSGeometry(memoryview(ewkb)) for (ewkb,) in cursor.fetchall()]
    return [one for one in found if one.geom_type in ("Polygon", "MultiPolygon")]


def _cells(state: State, least: float, most: float) -> list[GEOSGeometry]:
    """Return the cells of a raster that hold least to most, as areas in EPSG:4326."""
    with rasterio.open(stored(state.path)) as source:
        values = source.read(1)
        within = (values >= np.float32(least)) & (values <= np.float32(most))
        drawn = shapes(within.astype(np.uint8), within, connectivity=4, transform=source.transform)
        own = shapely.union_all([shapely.geometry.shape(one) for one, _ in drawn])
        way = Transformer.from_crs(CRS.from_wkt(source.crs.to_wkt()), 4326, always_xy=True)
    if own.is_empty:
        return []
    lonlat = shapely.transform(own, lambda at: np.column_stack(way.transform(at[:, 0], at[:, 1])))
    return [GEOSGeometry(memoryview(lonlat.wkb), srid=4326)]
