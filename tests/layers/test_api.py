"""The catalogue, features, "what is here?" and heights over HTTP, with rights."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
import shapely
from django.test import Client

from layers.models import State
from people.models import Role

Fill = Callable[..., int]

LAKE = shapely.box(113.60, 34.70, 113.61, 34.71)
POST = shapely.Point(113.605, 34.705)


@pytest.fixture
def city(fill: Fill) -> None:
    """A lake that all may see, and a post in it for staff."""
    fill("waters", [(LAKE, {"name_zh": "月湖", "class": "lake"})])
    fill("parts", [(POST, {"code": "1", "class": "0101"})])


def read(client: Client, path: str, status: int = 200) -> Any:
    answer = client.get(f"/api/v1{path}")
    assert answer.status_code == status, answer.content
    kind = "application/json" if status == 200 else "application/problem+json"
    assert answer["Content-Type"].startswith(kind)
    return answer.json()


def staff(enrol: Any, role: Role = Role.DISPATCHER) -> Client:
    client = Client()
    client.force_login(enrol(f"a-{role}", role), "django.contrib.auth.backends.ModelBackend")
    return client


def test_everybody_sees_what_is_open(city: None) -> None:
    listed = {layer["code"]: layer for layer in read(Client(), "/layers")["items"]}
    assert "waters" in listed and "parts" not in listed and "dem" not in listed
    lake = listed["waters"]
    assert lake["tiles"].startswith("/tiles/waters/{z}/{x}/{y}.mvt?v=1.")
    assert lake["bounds"] == pytest.approx([113.60, 34.70, 113.61, 34.71], abs=1e-5)
    assert (lake["count"], lake["version"], lake["simulated"]) == (1, 1, True)
    assert 0 <= lake["age"] < 60
    labels = [paint for paint in lake["style"] if paint["draw"] == "label"]
    assert labels[0]["tile_layer"] == "waters_label"


def test_an_empty_layer_has_no_age(city: None) -> None:
    listed = {layer["code"]: layer for layer in read(Client(), "/layers")["items"]}
    assert listed["greens"]["age"] is None and listed["greens"]["count"] == 0


def test_age_counts_from_what_the_source_describes(city: None) -> None:
    date = datetime.date.today() - datetime.timedelta(days=30)
    State.objects.filter(layer="waters").update(source_date=date)
    lake = read(Client(), "/layers/waters")
    assert lake["source_date"] == str(date) and 28 < lake["age"] / 86400 < 32


def test_staff_see_more(city: None, enrol: Any) -> None:
    listed = read(staff(enrol), "/layers?untiled=true")["items"]
    assert {"parts", "grid", "dem"} <= {layer["code"] for layer in listed}
    orders = [layer["code"] for layer in listed]
    assert orders.index("waters") < orders.index("parts")


def test_one_layer_is_told_with_its_columns(city: None) -> None:
    lake = read(Client(), "/layers/waters")
    assert lake["columns"]["name_zh"] == {
        "zh": "名称",
        "en": "Chinese name",
        "type": "text",
        "tile": True,
        "values": {},
    }
    assert lake["columns"]["class"]["values"]["lake"] == {"zh": "湖泊", "en": "Lake"}
    assert lake["datum"] == "EPSG:4490"


@pytest.mark.parametrize("path", ["/layers/parts", "/layers/parts/features/1"])
def test_what_is_not_open_asks_to_sign_in(city: None, enrol: Any, path: str) -> None:
    assert read(Client(), path, 401)["detail_zh"]
    assert read(staff(enrol, Role.CITIZEN), path, 403)["detail_zh"]
    assert read(staff(enrol), path)


def test_a_feature_comes_as_geojson_in_degrees(city: None) -> None:
    lake = read(Client(), "/layers/waters/features/1")
    assert (lake["type"], lake["id"], lake["geometry"]["type"]) == ("Feature", 1, "Polygon")
    assert shapely.from_geojson(str(lake["geometry"]).replace("'", '"')).equals(LAKE)
    assert read(Client(), "/layers/waters/features/2", 404)
    assert read(Client(), "/layers/nope/features/1", 404)


def test_what_is_here(city: None, enrol: Any) -> None:
    here = "/layers/identify?lon=113.605&lat=34.705"
    found = read(Client(), here)["items"]
    assert [(one["layer"], one["fid"]) for one in found] == [("waters", 1)]
    assert found[0]["properties"]["name_zh"] == "月湖"
    both = read(staff(enrol), here)["items"]
    assert [one["layer"] for one in both] == ["parts", "waters"], "the uppermost first"


def test_near_is_measured_on_the_ground(city: None) -> None:
    beside = "/layers/identify?lat=34.705&layers=waters&lon="
    away = 113.61 + 50 / (111320 * 0.8221)  # 50 m east of the shore
    assert read(Client(), f"{beside}{away}&within=45")["items"] == []
    (found,) = read(Client(), f"{beside}{away}&within=55")["items"]
    assert found["distance_m"] == pytest.approx(50, abs=0.5)


def test_a_question_names_its_layers(city: None) -> None:
    here = "/layers/identify?lon=113.605&lat=34.705&layers="
    assert read(Client(), here + "nope", 404)
    assert read(Client(), here + "parts", 401)


@pytest.mark.parametrize(
    "place", ["lon=nan&lat=34", "lon=181&lat=34", "lon=113&lat=-90", "lon=113"]
)
def test_a_place_must_be_one(city: None, place: str) -> None:
    for path in ("/elevation?", "/layers/identify?"):
        problem = read(Client(), path + place, 400)
        assert "lon" in problem["field"] or "lat" in problem["field"]


def test_no_model_no_height(city: None) -> None:
    assert read(Client(), "/elevation?lon=113&lat=34", 404)["detail_zh"]
