"""Ways on a town whose answers one can work out by hand, and on real streets."""

import pytest
import shapely

from core.errors import Invalid
from tests.traffic.conftest import lattice, place
from traffic import roads, routing
from traffic.speeds import CLASSES

PACE = 50 / 3.6 * CLASSES["secondary"].share  # metres a second in the town


def test_a_way_is_as_long_as_its_blocks(town) -> None:
    found = routing.route(place(0, 0), place(3, 2))
    assert found.metres == pytest.approx(2500, abs=3)
    assert found.seconds == pytest.approx(2500 / PACE, rel=0.002)
    assert found.snapped_m == (0.0, 0.0) and found.avoided == []
    line = shapely.from_geojson(str(found.geometry).replace("'", '"'))
    assert line.coords[0] == pytest.approx(place(0, 0), abs=1e-5)
    assert line.coords[-1] == pytest.approx(place(3, 2), abs=1e-5)
    assert len(found.streets) == len(found.streets_en) >= 2


def test_a_place_beside_a_street_is_taken_to_its_middle(town) -> None:
    found = routing.route(place(0.5, 0.1), place(1, 1))  # 50 m north of the middle of a block
    assert found.snapped_m[0] == pytest.approx(50, abs=0.5)
    assert found.metres == pytest.approx(750, abs=2)
    assert found.streets == ["横0路", "纵1路"] and found.streets_en == ["Row 0", "Column 1"]


def test_arrivals_say_who_is_there_first(town) -> None:
    at = {"near": place(2, 1), "far": place(0, 0), "away": place(40, 0)}
    found = routing.arrivals(place(2, 2), at)
    assert set(found) == {"near", "far"}
    assert found["near"].metres == pytest.approx(500, abs=1)
    assert found["far"].seconds == pytest.approx(2000 / PACE, rel=0.002)
    assert set(routing.arrivals(place(2, 2), at, limit_s=100)) == {"near"}


def test_one_way_streets_are_driven_in_their_direction(fill, town) -> None:
    streets = lattice()
    for _, held in streets:
        if held["name_zh"] == "横0路":  # drawn eastwards
            held["oneway"] = True
    fill("streets", streets)
    roads.forget()
    assert routing.route(place(0.2, 0), place(1.8, 0)).metres == pytest.approx(800, abs=1)
    assert routing.route(place(1.8, 0), place(0.2, 0)).metres > 1800


def test_a_place_far_from_all_streets_is_said_to_be_so(town) -> None:
    with pytest.raises(Invalid, match="no open street lies within 500 m") as caught:
        routing.route(place(0, 0), place(-2, -2))
    assert caught.value.field == "to" and caught.value.zh
    with pytest.raises(Invalid):
        routing.arrivals(place(-2, -2), {1: place(0, 0)})


def test_a_city_without_streets_says_so(no_town) -> None:
    assert not routing.ready()
    with pytest.raises(routing.NoRoads):
        routing.arrivals(place(0, 0), {1: place(1, 1)})


def test_a_changed_layer_is_read_again_while_the_old_one_answers(fill, town, eventually) -> None:
    before = routing.route(place(0, 0), place(1, 0)).metres
    fill("streets", [row for row in lattice() if row[1]["name_zh"] != "横0路"])
    assert routing.route(place(0, 0), place(1, 0)).metres in (before, pytest.approx(1500, abs=3))
    detour = pytest.approx(1500, abs=3)
    assert eventually(lambda: routing.route(place(0, 0), place(1, 0)).metres == detour)


def test_a_stretch_follows_the_streets_that_were_pointed_at(town) -> None:
    beside = place(0.3, 1)[0], place(0.3, 1)[1] + 0.0003  # 33 m off
    found = routing.along([beside, place(2, 1), place(2, 2.5)])
    assert found.metres == pytest.approx(1600, abs=3)
    assert found.streets == ["横1路", "纵2路"] and found.streets_en == ["Row 1", "Column 2"]
    with pytest.raises(Invalid, match="within 80 m"):
        routing.along([place(0.5, 0.5), place(2, 1)])
