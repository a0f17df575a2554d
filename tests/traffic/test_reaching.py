"""What lies within so many minutes, on a lattice of blocks of 500 m that one can count by hand."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import shapely
from django.test import Client

from core.errors import Invalid, SignIn
from layers.asking import reach
from layers.asking.within import Within
from people.may import NOBODY
from people.models import Role
from tests.traffic.conftest import lattice, place
from traffic import roads
from traffic.speeds import CLASSES

PACE = 50 / 3.6 * CLASSES["secondary"].share  # metres a second in the town
BLOCK = 500 / PACE / 60  # minutes that one drives through a block


def ground(x: float, y: float, minutes: float, **more: Any) -> reach.Reach:
    lon, lat = place(x, y)
    return reach.reach(Within(lon=lon, lat=lat, minutes=minutes, **more).wanted())


def holds(found: reach.Reach, x: float, y: float) -> bool:
    return bool(shapely.from_wkt(found.area.wkt).contains(shapely.Point(place(x, y))))


def test_driving_goes_as_far_as_the_time_lasts(town: None) -> None:
    found = ground(2, 2, 1.5 * BLOCK)
    # four blocks, and half a block in the three directions from each of their ends
    assert found.streets_km == pytest.approx(4 * 0.5 + 4 * 3 * 0.25, rel=0.01)
    assert found.snapped_m < 1
    assert holds(found, 3.4, 2) and holds(found, 3, 2.4) and not holds(found, 4, 2)
    assert not holds(found, 2.5, 2.5), "the middle of a block lies 250 m from any street"
    assert holds(ground(2, 2, 1.5 * BLOCK, beside_m=300), 2.5, 2.5)


def test_one_starts_and_ends_within_a_block(town: None) -> None:
    found = ground(0.5, 0, BLOCK / 4)
    assert found.streets_km == pytest.approx(0.25, rel=0.02)
    assert holds(found, 0.3, 0) and holds(found, 0.7, 0) and not holds(found, 0, 0.4)


def test_walking_and_cycling_keep_an_even_pace(town: None) -> None:
    walk = ground(2, 2, 7.5, mode="walk")  # 4.8 km/h: 600 m
    assert walk.streets_km == pytest.approx(4 * 0.5 + 4 * 3 * 0.1, rel=0.01)
    assert ground(2, 2, 2.4, mode="cycle").streets_km == pytest.approx(walk.streets_km, rel=0.01)
    assert ground(2, 2, 7.5, mode="walk", kmh=2.4).streets_km == pytest.approx(4 * 0.3, rel=0.01)


def test_one_way_streets_differ_from_and_towards(fill: Callable[..., int], town: None) -> None:
    streets = lattice()
    for _, held in streets:
        held["oneway"] = held["name_zh"].startswith("横")  # drawn eastwards
    fill("streets", streets)
    roads.forget()
    away, towards = ground(2, 2, 0.9 * BLOCK), ground(2, 2, 0.9 * BLOCK, towards=True)
    assert holds(away, 2.8, 2) and not holds(away, 1.4, 2)
    assert holds(towards, 1.2, 2) and not holds(towards, 2.6, 2)
    assert holds(ground(2, 2, 9, mode="walk", kmh=3), 1.4, 2), "on foot one goes both ways"
    assert not holds(ground(2, 2, 9, mode="cycle", kmh=3), 1.4, 2)


def test_what_cannot_be_reached_is_said(town: None) -> None:
    with pytest.raises(Invalid, match="within 500 m") as refused:
        ground(-3, -3, 5)
    assert refused.value.zh and refused.value.field == "reach"
    with pytest.raises(Invalid, match="own speeds"):
        ground(2, 2, 5, kmh=30)
    with pytest.raises(SignIn):
        Within(lon=113.7, lat=34.8, minutes=1).reach(NOBODY)


@pytest.fixture
def ask(town: None, fill: Callable[..., int], enrol: Any, client: Client) -> Callable[..., Any]:
    def house(x: float, y: float) -> shapely.Geometry:
        return shapely.Point(place(x, y)).buffer(1e-5)

    fill("buildings", [(house(2.5, 2), {"people": 7}), (house(3.9, 3.9), {"people": 900})])
    quarter = shapely.box(*place(-1, -1), *place(5, 5))
    fill("greens", [(quarter, {"name_zh": "城"})])
    client.force_login(enrol("pan", Role.PLANNER), "django.contrib.auth.backends.ModelBackend")

    def post(path: str, expect: int = 200, **body: Any) -> Any:
        answer = client.post(f"/api/v1/{path}", json.dumps(body), content_type="application/json")
        assert answer.status_code == expect, answer.content
        return answer.json()

    return post


def test_every_question_of_place_knows_reach(ask: Callable[..., Any]) -> None:
    lon, lat = place(2, 2)
    within = {"lon": lon, "lat": lat, "minutes": BLOCK}
    told = ask("layers/reach", **within)
    assert (told["mode"], told["kmh"], told["beside_m"]) == ("drive", None, 100)
    assert told["area"]["type"] in ("Polygon", "MultiPolygon") and told["square_km"] > 0.3
    assert ask("layers/reach", **within, mode="walk")["kmh"] == 4.8
    found = ask("layers/buildings/select", reach=within, count=True)
    assert [one["id"] for one in found["features"]] == [1] and found["count"] == 1
    table = ask("layers/buildings/figures", reach=within, zones={"layer": "greens"})
    assert table["total"] == [1]
    taken = ask("layers/buildings/select/export", reach=within)
    assert len(taken["features"]) == 1 and json.loads(taken["query"]["reach"])["minutes"] == BLOCK
    assert ask("layers/inside", reach=within)["people"] == 7
    assert ask("layers/affected", reach=within)["figures"]["people"] == 7
    ask("layers/reach", 400, **within, kmh=30)
    ask("layers/reach", 400, **within | {"minutes": 0})
    ask("layers/reach", 400, **within | {"minutes": 61})


def test_without_streets_it_is_said(no_town: None, enrol: Any, client: Client) -> None:
    client.force_login(enrol("pan", Role.PLANNER), "django.contrib.auth.backends.ModelBackend")
    body = json.dumps({"reach": {"lon": 113.7, "lat": 34.8, "minutes": 5}})
    for path in ("buildings/select", "inside"):
        answer = client.post(f"/api/v1/layers/{path}", body, content_type="application/json")
        assert answer.status_code == 409 and answer.json()["type"].endswith("no_roads")
