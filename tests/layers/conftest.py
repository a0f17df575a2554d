"""Layers of the shelf, filled with small known features."""

from collections.abc import Callable, Iterator

import pytest
import shapely
from django.db import connection

from layers import actions
from layers.models import State

Fill = Callable[..., int]


@pytest.fixture
def store(real: None) -> Iterator[None]:
    """The feature store, empty before and after."""
    _empty()
    yield
    _empty()


def _empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent IN ("
            "'layers_feature'::regclass, 'layers_level'::regclass)"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TABLE {name}")
        cursor.execute("TRUNCATE layers_dense")
    State.objects.all().delete()


@pytest.fixture
def fill(store: None) -> Fill:
    """Fill a layer with shapely geometries: fill("streets", [(geometry, {"class": "local"})])."""

    def make(layer: str, things: list[tuple[shapely.Geometry, dict[str, object]]]) -> int:
        rows = ((fid, shapely.to_wkb(shape), held) for fid, (shape, held) in enumerate(things, 1))
        return actions.replace_features(layer, rows, simulated=True)

    return make
