"""What is odd about shapes is told by row, in both languages, and never more than a page of it."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
import shapely
from django.conf import settings

from layers.importing import actions, rows, run, topology
from layers.importing.making import Wishes
from layers.importing.table import Batch
from layers.models import Stage
from people.may import Rights
from people.models import Role

PLANNER = Rights(7, Role.PLANNER.value, ("4101",), None, "pan")
METRE = 1 / 111_195  # degrees of latitude


def area(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    """Return a box in metres, near the equator where degrees are square."""
    return shapely.box(*(METRE * edge for edge in (west, south, east, north)))


def examined(
    *shapes: shapely.Geometry, shape: str = "polygon", coverage: bool = False
) -> topology.Topology:
    batch = Batch(np.array(shapes, object), {})
    with TemporaryDirectory() as folder:
        survey = rows.Survey(Path(folder), "EPSG:4326", coverage=coverage)
        survey.add(batch, *rows.usable(batch, 1))
        return survey.judge(shape).topology


def told(found: topology.Topology) -> list[tuple[str, list[int]]]:
    assert all(one.en and one.zh and len(one.at) == 2 for one in found.found)
    return [(one.kind, one.rows) for one in found.found]


def test_sound_shapes_have_no_findings() -> None:
    found = examined(area(0, 0, 10, 10), area(10, 0, 20, 10), coverage=True)
    assert (found.checked, found.counts, found.found) == (2, {}, [])
    assert examined(shapely.Point(1, 1), shapely.Point(1, 2), shape="point").counts == {}


def test_crossings_of_areas_and_lines() -> None:
    bow = shapely.Polygon([(0, 0), (METRE * 9, METRE * 9), (METRE * 9, 0), (0, METRE * 9)])
    assert told(examined(area(20, 0, 30, 10), bow)) == [("crossing", [2])]
    knot = shapely.LineString([(0, 0), (1, 1), (1, 0), (0, 1)])
    straight = shapely.LineString([(0, 0), (1, 1)])
    assert told(examined(straight, knot, shape="line")) == [("crossing", [2])]


def test_twins_are_found_however_they_are_drawn() -> None:
    first = area(0, 0, 10, 10)
    turned = shapely.Polygon([*first.exterior.coords[1:-1], first.exterior.coords[0]])
    found = examined(first, area(0, 0, 10, 10), area(5, 5, 9, 9), turned.reverse())
    assert told(found) == [("duplicate", [2, 1]), ("duplicate", [4, 1])]
    spots = [shapely.Point(1, 1), shapely.Point(2, 2), shapely.Point(1, 1)]
    assert told(examined(*spots, shape="point")) == [("duplicate", [3, 1])]


def test_slivers_and_holes_with_their_sizes() -> None:
    pierced = area(0, 0, 10, 10).difference(area(2, 2, 4, 4)).difference(area(6, 6, 7, 7))
    found = examined(area(20, 0, 120, 0.2), pierced, shapely.MultiPolygon([pierced]))
    assert told(found) == [
        ("sliver", [1]),
        ("hole", [2]),
        ("duplicate", [3, 2]),
        ("hole", [3]),
    ] or (found.counts == {"sliver": 1, "hole": 2})
    sliver, hole = found.found[0], found.found[1]
    assert sliver.m2 == pytest.approx(20, rel=0.01) and "0.20 m wide" in sliver.en
    assert hole.m2 == pytest.approx(1, rel=0.01) and "2 holes" in hole.en and "2 个洞" in hole.zh


def test_a_gap_between_neighbours_that_opens_to_the_outside() -> None:
    west, east = area(0, 0, 10, 20), area(10.8, 0, 20, 20)
    found = examined(west, east, coverage=True)
    assert told(found) == [("open_gap", [1, 2])]
    assert found.found[0].m2 == pytest.approx(0.8 * 20, rel=0.01)
    wedge = shapely.Polygon(
        [(METRE * x, METRE * y) for x, y in ((10, 0), (11, 20), (20, 20), (20, 0))]
    )
    (wedged,) = examined(west, wedge, coverage=True).found
    assert wedged.kind == "open_gap" and wedged.m2 == pytest.approx(10, rel=0.05)
    assert told(examined(west, area(13, 0, 20, 20), coverage=True)) == [], "a street may be meant"
    notched = area(0, 0, 10, 20).difference(area(4, 10, 5, 20))
    assert told(examined(notched, area(10, 0, 20, 20), coverage=True)) == []


def test_gaps_and_overlaps_are_told_of_a_coverage_only() -> None:
    ring = [area(0, 0, 30, 10), area(0, 20, 30, 30), area(0, 10, 10, 20), area(18, 10, 30, 21)]
    assert examined(*ring).counts == {}
    found = examined(*ring, coverage=True)
    assert told(found) == [("overlap", [2, 4]), ("gap", [1, 2, 3, 4])]
    overlap, gap = found.found
    assert overlap.m2 == pytest.approx(12, rel=0.01) and gap.m2 == pytest.approx(80, rel=0.01)
    assert gap.at == pytest.approx((14 * METRE, 15 * METRE), abs=5 * METRE)


def test_areas_inside_one_another_overlap() -> None:
    found = examined(area(0, 0, 30, 30), area(5, 5, 9, 9), coverage=True)
    assert told(found) == [("overlap", [1, 2])]


def test_only_a_page_is_told_and_all_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    found = examined(*[area(0, 0, 10, 10)] * 300)
    assert found.counts == {"duplicate": 299} and len(found.found) == topology.MOST_TOLD
    monkeypatch.setattr(topology, "MOST_COVERED", 1)
    assert "not checked" in examined(*[area(0, 0, 9, 9)] * 2, coverage=True).notes[0][0]


def test_an_import_tells_what_is_odd(
    real: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "DATA", tmp_path)
    boxes = [shapely.box(113.60, 34.70, 113.61, 34.71), shapely.box(113.605, 34.70, 113.62, 34.71)]
    bow = shapely.Polygon([(113.7, 34.7), (113.8, 34.8), (113.8, 34.7), (113.7, 34.8)])
    features: list[dict[str, Any]] = [
        {"type": "Feature", "properties": {}, "geometry": one}
        for one in (None, *map(shapely.geometry.mapping, (*boxes, bow)))
    ]
    content = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    wishes = Wishes(coverage=True)
    given = actions.Given("a.geojson", datum="EPSG:4490", layer="parcels", wishes=wishes)
    found = actions.hand_in(given, [content], len(content), PLANNER)
    assert actions.queue.claim() is not None
    done = run.run(found.pk)
    assert done.stage == Stage.DONE, done.said
    assert done.report["topology"]["counts"] == {"crossing": 1, "overlap": 1}
    kinds = {one["kind"]: one["rows"] for one in done.report["topology"]["found"]}
    assert kinds == {"crossing": [4], "overlap": [2, 3]}
