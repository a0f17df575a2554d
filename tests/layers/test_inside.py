"""What lies inside an area: counts by layer, people, named sites; bad areas are refused."""

from collections.abc import Callable
from typing import Any

import pytest
import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.test import Client

from layers import questions
from people.may import NOBODY, Rights
from people.models import Role

Fill = Callable[..., int]
PLANNER = Rights(1, Role.PLANNER.value, ("4101",), None, "pan")
AREA = shapely.box(113.60, 34.70, 113.70, 34.80)


def house(x: float, people: int | None) -> tuple[shapely.Geometry, dict[str, object]]:
    return shapely.box(x, 34.75, x + 0.001, 34.751), {"use": "residential", "people": people}


@pytest.fixture
def town(fill: Fill) -> None:
    """Two houses inside, one on the edge, one outside; a school near, a hospital far; a lamp."""
    fill("buildings", [house(113.65, 40), house(113.66, None), house(113.6995, 7), house(114, 900)])
    fill("schools", [(shapely.Point(113.65, 34.75), {"name_zh": "一小", "name_en": "First"})])
    hospitals: list[tuple[shapely.Geometry, dict[str, object]]] = [
        (shapely.Point(113.61, 34.71), {"name_zh": "远医院", "name_en": "Far"}),
        (shapely.Point(113.62, 34.72), {"name_zh": "", "name_en": ""}),
        (shapely.Point(115.0, 34.72), {"name_zh": "外医院", "name_en": "Away"}),
    ]
    fill("hospitals", hospitals)
    fill("parts", [(shapely.Point(113.65, 34.75), {"code": "1", "class": "01001"})])


def area(shape: shapely.Geometry = AREA) -> GEOSGeometry:
    return GEOSGeometry(shape.wkt, srid=4326)


def test_counts_people_and_sites(town: None) -> None:
    found = questions.inside(area(), PLANNER)
    assert found.counts["buildings"] == 3 and found.counts["hospitals"] == 2
    assert found.counts["parts"] == 1 and found.counts["greens"] == 0
    assert found.people == 47
    assert [site["name_en"] for site in found.sites] == ["First", "Far"]
    assert found.sites[0] == {
        "layer": "schools", "fid": 1, "name_zh": "一小", "name_en": "First",
        "lon": 113.65, "lat": 34.75,
    }  # fmt: skip


def test_rights_decide_which_layers_are_counted(town: None) -> None:
    found = questions.inside(area(), NOBODY)
    assert "parts" not in found.counts and "grid" not in found.counts
    assert found.counts["buildings"] == 3


def test_an_area_in_metres_is_the_same_area(town: None) -> None:
    metres = area().transform(3857, clone=True)
    assert questions.inside(metres, PLANNER) == questions.inside(area(), PLANNER)


def test_an_empty_city_has_nothing_inside(real: None) -> None:
    found = questions.inside(area(), PLANNER)
    assert set(found.counts.values()) == {0} and (found.people, found.sites) == (0, [])


@pytest.fixture
def planner(town: None, enrol: Any) -> Client:
    client = Client()
    client.force_login(enrol("pan", Role.PLANNER), "django.contrib.auth.backends.ModelBackend")
    return client


def ask(client: Client, shape: object) -> Any:
    return client.post("/api/v1/layers/inside", {"area": shape}, "application/json")


def test_over_http(planner: Client) -> None:
    answer = ask(planner, shapely.geometry.mapping(AREA))
    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert body["people"] == 47 and body["counts"]["parts"] == 1
    assert body["square_km"] == pytest.approx(101.6, abs=0.5)
    feature = {"type": "Feature", "properties": {}, "geometry": shapely.geometry.mapping(AREA)}
    assert ask(planner, feature).json() == body


BOX = [[113.6, 34.7], [113.7, 34.7], [113.7, 34.8], [113.6, 34.7]]


@pytest.mark.parametrize(
    ("shape", "complaint"),
    [
        ({"type": "Point", "coordinates": [113.6, 34.7]}, "must be a GeoJSON polygon"),
        ({}, "must be a GeoJSON polygon"),
        ({"type": "Polygon"}, "cannot be read"),
        ({"type": "Polygon", "coordinates": 7}, "cannot be read"),
        ({"type": "Polygon", "coordinates": []}, "is empty"),
        ({"type": "Polygon", "coordinates": [BOX[:3]]}, "is open"),
        ({"type": "Polygon", "coordinates": [[*BOX[:3], [113.61, 34.7]]]}, "is open"),
        ({"type": "Polygon", "coordinates": [[BOX[0]] * 4]}, "is empty"),
        ({"type": "Polygon", "coordinates": [[[3800000, 4e6]] * 4]}, "longitude and latitude"),
        ({"type": "Polygon", "coordinates": [[["113", "34"]] * 4]}, "longitude and latitude"),
        (
            {
                "type": "Polygon",
                "coordinates": [[[113.6, 34.7], [113.7, 34.8], [113.7, 34.7], [113.6, 34.8],
                                 [113.6, 34.7]]],
            },
            "crosses itself",
        ),
        (shapely.geometry.mapping(shapely.box(73, 18, 135, 53)), "larger than"),
        (shapely.geometry.mapping(shapely.Point(113, 34).buffer(0.1, 6000)), "20000 corners"),
    ],
)  # fmt: skip
def test_a_bad_area_is_refused_in_both_languages(
    planner: Client, shape: object, complaint: str
) -> None:
    answer = ask(planner, shape)
    assert answer.status_code == 400, answer.content
    body = answer.json()
    assert complaint in body["detail"] and body["detail_zh"] and body["field"] == "area"


def test_strangers_are_sent_to_sign_in(town: None) -> None:
    assert ask(Client(enforce_csrf_checks=True), {}).status_code in (401, 403)
