"""Low zooms are drawn from few features that stand for all."""

import random
from collections.abc import Callable

import pytest
import shapely
from django.db import connection

from layers import catalogue, thinning
from layers.layer import THINNED_FROM
from layers.models import State

Fill = Callable[..., int]

HEART = (113.65, 34.75)


def rows(query: str) -> list[tuple[int, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


def crowd(number: int, spread: float) -> list[tuple[shapely.Geometry, dict[str, object]]]:
    rnd = random.Random(7)
    points = ((rnd.gauss(HEART[0], spread), rnd.gauss(HEART[1], spread)) for _ in range(number))
    return [(shapely.Point(at), {"class": "0101", "code": str(n)}) for n, at in enumerate(points)]


def test_a_crowd_is_thinned_with_its_number(fill: Fill) -> None:
    fill("parts", crowd(THINNED_FROM * 2, 0.01))
    last = State.objects.get(layer="parts").thinned_to
    assert 10 < last < 18
    dense = rows("SELECT z, sum(n) FROM layers_dense GROUP BY z ORDER BY z")
    assert [z for z, _ in dense] == list(range(10, last + 1))
    ((at_ten,),) = rows("SELECT sum(n) FROM layers_level WHERE layer = 'parts' AND z = 10")
    assert at_ten == THINNED_FROM * 2, "each point is counted once"
    most = rows(
        "SELECT max(c) FROM (SELECT count(*) c FROM layers_level GROUP BY z,"
        " floor(ST_X(geom) / (40075016.68557849 / 2 ^ z)),"
        " floor(ST_Y(geom) / (40075016.68557849 / 2 ^ z))) t"
    )
    assert most[0][0] <= 64 * 64


def test_a_single_point_of_a_thinned_tile_keeps_place_and_properties(fill: Fill) -> None:
    far = (shapely.Point(HEART[0] + 0.2, HEART[1]), {"class": "0101", "code": "far"})
    fill("parts", [*crowd(THINNED_FROM + 1, 0.002), far])
    kept = rows(
        "SELECT l.n, ST_Equals(l.geom, f.geom), l.properties ->> 'code' = 'far'"
        " FROM layers_level l JOIN layers_feature f USING (layer, fid)"
        " WHERE z = 10 AND f.properties ->> 'code' = 'far'"
    )
    assert kept == [(1, True, True)]


def test_few_points_are_not_thinned(fill: Fill) -> None:
    fill("parts", crowd(200, 0.01))
    assert State.objects.get(layer="parts").thinned_to == -1
    assert rows("SELECT count(*) FROM layers_level") == [(0,)]


def test_only_great_streets_stand_in_low_zooms(fill: Fill) -> None:
    line = shapely.LineString([HEART, (HEART[0] + 0.1, HEART[1] + 0.05)])
    fill("streets", [(line, {"class": name}) for name in ("expressway", "arterial", "local")])
    shown = rows("SELECT z, count(*) FROM layers_level WHERE layer = 'streets' GROUP BY z")
    assert dict(shown) == {6: 1, 8: 1, 10: 2, 12: 2, 13: 2}
    kept = rows("SELECT shown_from FROM layers_feature WHERE layer = 'streets' ORDER BY 1")
    assert kept == [(6,), (10,), (14,)]


def test_shapes_are_simplified_by_zoom(fill: Fill) -> None:
    round_one = shapely.Point(HEART).buffer(0.01, quad_segs=200)
    speck = shapely.Point(HEART).buffer(0.00002)
    fill("waters", [(round_one, {}), (speck, {})])
    sizes = dict(rows("SELECT z, sum(ST_NPoints(geom)) FROM layers_level GROUP BY z"))
    assert sizes[8] < sizes[12] < 801
    assert dict(rows("SELECT z, count(*) FROM layers_level GROUP BY z"))[8] == 1


def test_many_plain_areas_share_the_finest_band(
    fill: Fill, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thinning, "MANY", 3)
    houses = [shapely.box(113 + at / 100, 34, 113.005 + at / 100, 34.005) for at in range(4)]
    fill("waters", [(house, {}) for house in houses])
    shared = State.objects.get(layer="waters").thinned_to
    layer = catalogue.layer("waters")
    assert dict(rows("SELECT z, count(*) FROM layers_level GROUP BY z")) == {13: 4}
    assert shared == 8  # of band 6 they are too small
    assert [layer.band(zoom, shared) for zoom in (6, 7, 13, 14)] == [6, 13, 13, None]
    assert [layer.band(zoom, -1) for zoom in (9, 13)] == [10, 13]
    fill("waters", [(shapely.Point(113, 34).buffer(0.01), {})] * 4)
    assert State.objects.get(layer="waters").thinned_to == -1
    specks = [shapely.box(113.1, at / 99, 113.1003, at / 99 + 0.0003) for at in range(40)]
    fill("waters", [(one, {}) for one in (*houses, *specks)])
    shared = State.objects.get(layer="waters").thinned_to
    assert shared == 12 and layer.band(10, shared) == 10
    assert dict(rows("SELECT z, count(*) FROM layers_level GROUP BY z")) == {8: 4, 10: 4, 13: 44}
