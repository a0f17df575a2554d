"""What a file's coordinates refer to: declared, checked on known places, doubted, overruled."""

from collections.abc import Callable
from typing import Any

import pytest
import shapely

from core import datums
from layers.importing import actions, run
from layers.models import Feature, Registered, Stage
from places.models import Division
from tests.layers.handed import PLANNER, bring, collection, feature

pytestmark = pytest.mark.usefixtures("own_data")


@pytest.fixture
def known(fill: Callable[..., int]) -> None:
    """Districts and schools whose places are known."""
    for at, name in enumerate(("金水区", "二七区", "管城区")):
        box = shapely.box(113.6 + at / 10, 34.7, 113.7 + at / 10, 34.8)
        Division.objects.create(
            code=f"41010{at + 4}", prefix=f"41010{at + 4}", name_zh=name, name_en=name,
            level="district", boundary=f"SRID=4326;{shapely.MultiPolygon([box]).wkt}",
        )  # fmt: skip
    Division.objects.create(
        code="410100", name_zh="郑州市", name_en="Zhengzhou", level="city", prefix="4101",
        boundary=f"SRID=4326;{shapely.MultiPolygon([shapely.box(113.6, 34.7, 113.9, 34.8)]).wkt}",
    )  # fmt: skip
    spots = [(shapely.Point(113.65 + i / 100, 34.75), {"name_zh": f"{i}小"}) for i in range(9)]
    fill("schools", spots)
    grid = [shapely.LineString([(113.6, y / 500), (113.9, y / 500)]) for y in range(17350, 17400)]
    fill("streets", [(line, {"class": "local"}) for line in grid])


def schools(datum: datums.Datum) -> bytes:
    rows = []
    for i in range(9):
        lon, lat = datums.from_wgs84(datum, 113.65 + i / 100, 34.75)
        rows.append(feature(shapely.Point(float(lon), float(lat)), name=f"{i}小"))
    return collection(*rows)


@pytest.mark.parametrize(
    ("true", "declared", "proposed"),
    [
        (datums.Datum.GCJ02, "EPSG:4326", "GCJ-02"),
        (datums.Datum.GCJ02, "EPSG:4490", "GCJ-02"),
        (datums.Datum.BD09, "EPSG:4326", "BD-09"),
        (datums.Datum.BD09, "GCJ-02", "BD-09"),
        (datums.Datum.WGS84, "GCJ-02", "EPSG:4490"),
    ],
)
def test_a_shifted_file_is_noticed_on_known_places(
    known: None, true: datums.Datum, declared: str, proposed: str
) -> None:
    asked = bring(schools(true), datum=declared)
    assert asked.stage == Stage.ASKING and asked.said["proposed"] == proposed
    assert "9 known places" in asked.said["en"] and "9 个已知地点" in asked.said["zh"]
    assert not Registered.objects.exists()
    given = actions.Given("", datum=proposed)
    actions.answer(asked.pk, given, PLANNER)
    assert actions.queue.claim() is not None
    done = run.run(asked.pk)
    assert done.stage == Stage.DONE and "0 m apart" in done.report["check"]["en"]
    stored = Feature.objects.get(layer=done.layer, fid=1).original
    assert (stored.x, stored.y) == pytest.approx((113.65, 34.75), abs=1e-6)


def test_a_true_datum_is_confirmed(known: None) -> None:
    done = bring(schools(datums.Datum.WGS84), datum="EPSG:4326")
    assert done.stage == Stage.DONE and "9 known places: 0 m" in done.report["check"]["en"]


def test_outlines_tell_where_there_are_no_names(known: None) -> None:
    rows = []
    for y in range(17352, 17396, 2):
        lons = [113.61 + i / 100 for i in range(20)]
        pairs = [datums.wgs84_to_gcj02(lon, y / 500) for lon in lons]
        rows.append(feature(shapely.LineString([(float(a), float(b)) for a, b in pairs])))
    asked = bring(collection(*rows), datum="EPSG:4326")
    assert asked.stage == Stage.ASKING and asked.said["proposed"] == "GCJ-02"
    assert "known outlines" in asked.said["en"]


def test_what_matches_nothing_is_taken_and_told_so(known: None) -> None:
    rows = [feature(shapely.Point(113.66 + i / 1000, 34.7512), name=f"井{i}") for i in range(30)]
    done = bring(collection(*rows), datum="EPSG:4326")
    assert done.stage == Stage.DONE and "not checked" in done.report["check"]["en"]


def test_a_doubt_may_be_overruled_and_is_recorded(known: None) -> None:
    done = bring(schools(datums.Datum.GCJ02), datum="EPSG:4326", accept_datum=True)
    assert done.stage == Stage.DONE and done.accepted
    assert "GCJ-02" in done.report["accepted"]["en"] and done.report["accepted"]["zh"]


def test_without_a_datum_one_is_asked_for_and_proposed(known: None) -> None:
    asked = bring(schools(datums.Datum.GCJ02), datum="")
    assert asked.stage == Stage.ASKING and asked.said["proposed"] == "GCJ-02"
    assert asked.report["guess"]["datum"] == "GCJ-02" and asked.report["guess"]["zh"]


def points(*places: tuple[float, float], **more: Any) -> bytes:
    return collection(*(feature(shapely.Point(place)) for place in places), **more)


CRS_4547 = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4547"}}


@pytest.mark.parametrize(
    ("content", "datum", "complaint", "proposed"),
    [
        (points((465691.69, 3846546.3)), "EPSG:4326", "the numbers are metres", ""),
        (points((38465691.69, 3846546.3)), "EPSG:4326", "the numbers are metres", "EPSG:4526"),
        (points((113.6, 34.7)), "EPSG:4547", "the numbers are degrees", "EPSG:4490"),
        (points((34.7, 113.6)), "EPSG:4326", "axes stand in the other order", "EPSG:4326"),
        (points((3846546.3, 465691.69)), "EPSG:4547", "axes stand in the other", "EPSG:4547"),
        (points((3846546.3, 38465691.69)), "EPSG:4526", "axes stand in the other", "EPSG:4526"),
        (points((465691.69, 3846546.3)), "EPSG:4548", "km from the city", ""),
        (points((465691.69, 3846546.3), crs=CRS_4547), "EPSG:4546", "says EPSG:4547", "EPSG:4547"),
    ],
)
def test_wrong_zones_units_and_axes_are_caught(
    known: None, content: bytes, datum: str, complaint: str, proposed: str
) -> None:
    asked = bring(content, datum=datum)
    assert asked.stage == Stage.ASKING, asked.report
    assert complaint in asked.said["en"] and asked.said["zh"] and asked.said["remedy"]
    assert asked.said["proposed"] == proposed


def test_gauss_kruger_lands_where_it_should(known: None) -> None:
    for epsg, east in ((4547, 465691.6898), (4526, 38465691.6898)):
        done = bring(points((east, 3846546.3023)), datum=f"EPSG:{epsg}")
        stored = Feature.objects.get(layer=done.layer, fid=1).original
        assert (stored.x, stored.y) == pytest.approx((113.625328, 34.746611), abs=2e-6)


@pytest.mark.parametrize("datum", ["EPSG:4610", "EPSG:4214", "EPSG:2362", "EPSG:1", "nonsense"])
def test_old_and_unknown_frames_are_refused(real: None, datum: str) -> None:
    with pytest.raises(actions.Invalid) as caught:
        bring(points((113.6, 34.7)), datum=datum)
    assert caught.value.field == "datum" and caught.value.zh
