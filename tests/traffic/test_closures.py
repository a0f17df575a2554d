"""A closure's whole life: what is refused, who may, and that replay equals the table."""

import datetime
import uuid

import pytest
import shapely
from django.db import DatabaseError, connection, transaction

from core import clock
from core.errors import Conflict, Forbidden, Invalid, Unknown
from feed import state
from feed.models import Event
from feed.projection import projections
from people import may
from people.models import Role
from places import divisions
from places.actions import DivisionRow, register_divisions
from places.models import Level
from tests.conftest import CITY, DISTRICT, ELSEWHERE
from tests.traffic.conftest import place
from traffic import actions, roads, routing
from traffic.models import Closure, Note
from traffic.order import Order

MINUTE = datetime.timedelta(minutes=1)


def line(*places: tuple[float, float]) -> dict[str, object]:
    return {"type": "LineString", "coordinates": [list(each) for each in places]}


def order(**more: object) -> Order:
    """Row 1 between the first two crossings, flooded."""
    given = {"geometry": line(place(1, 1), place(2, 1)), "reason": "flood"} | more
    return Order(**given)  # type: ignore[arg-type]


@pytest.fixture
def ding(dispatcher) -> may.Rights:
    return may.of_user(dispatcher)


def replayed() -> bool:
    """Say whether the log's fold equals the table."""
    _, fold = state.known_at(clock.now(), ["closure"])
    table = {("closure", item.id): item.data for item in projections()["closure"].items()}
    return {key: entity.data for key, entity in fold.items()} == table


def test_a_closure_is_driven_round_until_it_ends(town, ding) -> None:
    straight = routing.route(place(0.5, 1), place(2.5, 1))
    made, fresh = actions.open_road_closure(order(words="积水四十厘米"), ding)
    assert fresh and made.state == "open" and made.streets == [{"zh": "横1路", "en": "Row 1"}]
    assert made.metres == pytest.approx(500, abs=1)
    roads.forget()
    detour = routing.route(place(0.5, 1), place(2.5, 1))
    assert detour.metres == pytest.approx(straight.metres + 1000, abs=3)
    assert detour.avoided == [made.pk] and straight.avoided == []
    assert replayed()
    over = actions.end(made.pk, ding, "水已退")
    assert over.state == "ended" and over.outcome == "reopened" and over.ended_by_id
    roads.forget()
    assert routing.route(place(0.5, 1), place(2.5, 1)).seconds == straight.seconds
    assert replayed() and actions.end(made.pk, ding).version == over.version


def test_weights_follow_a_closure_without_reading_the_streets_again(town, ding, eventually) -> None:
    before = routing.route(place(0.5, 1), place(2.5, 1)).seconds
    network = roads.current().graph
    made, _ = actions.open_road_closure(order(), ding)
    slower = eventually(lambda: routing.route(place(0.5, 1), place(2.5, 1)).seconds > before)
    assert slower and roads.current().graph is network
    actions.end(made.pk, ding)
    assert eventually(lambda: routing.route(place(0.5, 1), place(2.5, 1)).seconds == before)


def test_a_slow_street_takes_longer_and_stays_open(town, ding) -> None:
    alone = line(place(1, 1), place(2, 1))
    actions.open_road_closure(order(geometry=alone, severity="slow", factor=1.5), ding)
    roads.forget()
    found = routing.route(place(1.2, 1), place(1.8, 1))
    assert found.metres == pytest.approx(300, abs=1)
    assert found.seconds == pytest.approx(1.5 * 300 / (50 / 3.6 * 0.6), rel=0.01)


def test_a_place_on_a_closed_street_is_reached_as_near_as_can_be(town, ding) -> None:
    actions.open_road_closure(order(), ding)
    roads.forget()
    found = routing.arrivals(place(1.2, 1), {"unit": place(0, 1)})["unit"]
    assert found.metres == pytest.approx(500, abs=3)  # to the crossing before it


def test_words_stay_out_of_the_log(town, ding) -> None:
    made, _ = actions.open_road_closure(order(words="王师傅电话报告"), ding)
    body = Event.objects.get(entity="closure", entity_id=str(made.pk)).body
    assert "王师傅" not in str(body) and body["did"]["digest"]
    assert Note.objects.get().words == "王师傅电话报告"


def test_a_key_counts_once(town, ding, enrol) -> None:
    key = uuid.uuid4()
    made, fresh = actions.open_road_closure(order(), ding, key)
    again, twice = actions.open_road_closure(order(), ding, key)
    assert fresh and not twice and made.pk == again.pk and Closure.objects.count() == 1
    other = may.of_user(enrol("dai", Role.DISPATCHER))
    with pytest.raises(Conflict):
        actions.open_road_closure(order(), other, key)


WRONG: list[tuple[dict[str, object], str]] = [
    ({"geometry": None}, "geometry"),
    ({"geometry": {}}, "geometry"),
    ({"geometry": {"type": "LineString", "coordinates": []}}, "geometry"),
    ({"geometry": {"type": "LineString", "coordinates": [[1, 2]]}}, "geometry"),
    ({"geometry": {"type": "MultiPoint", "coordinates": [[113.6, 34.7]]}}, "geometry"),
    ({"geometry": {"type": "Point", "coordinates": ["a", None]}}, "geometry"),
    ({"geometry": {"type": "Point", "coordinates": [34.77, 113.68]}}, "geometry"),
    (
        {
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[113, 34], [114, 35], [114, 34], [113, 35], [113, 34]]],
            }
        },
        "geometry",
    ),
    ({"geometry": line(place(0.3, 0.5), place(0.7, 0.5))}, "geometry"),  # beside all streets
    ({"reason": "weather"}, "reason"),
    ({"severity": "shut"}, "severity"),
    ({"severity": "slow", "factor": 0.5}, "factor"),
    ({"severity": "slow", "factor": float("nan")}, "factor"),
    ({"words": "长" * 1001}, "words"),
    ({"until_at": datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)}, "until"),
    ({"until_at": datetime.datetime(2026, 12, 1)}, "until"),
]


def test_what_is_no_closure_is_refused_with_its_sentence(town, ding) -> None:
    for wrong, field in WRONG:
        with pytest.raises(Invalid) as caught:
            actions.open_road_closure(order(**wrong), ding)
        assert caught.value.field == field, wrong
        assert caught.value.zh and caught.value.detail
    assert not Closure.objects.exists() and not Event.objects.filter(topic="closure").exists()


def city(inside: dict[str, tuple[float, float, float, float]]) -> None:
    """Found a city of districts: code → west, south, east, north."""
    boxes = {code: shapely.box(*box) for code, box in inside.items()}
    whole = shapely.union_all(list(boxes.values()))
    rows = [DivisionRow("410100", "郑州市", Level.CITY, None, _wkb(whole))]
    rows += [
        DivisionRow(code, "测试区", Level.DISTRICT, "410100", _wkb(box))
        for code, box in boxes.items()
    ]
    register_divisions(rows)
    divisions.forget()


def _wkb(shape: shapely.Geometry) -> bytes:
    return shapely.to_wkb(shapely.MultiPolygon([shape]))


def test_it_lies_where_all_of_it_lies(town, ding, district_dispatcher) -> None:
    (west, south), (middle, north), (east, _) = place(-1, -1), place(2.5, 5), place(5, 5)
    city({DISTRICT: (west, south, middle, north), ELSEWHERE: (middle, south, east, north)})
    dong = may.of_user(district_dispatcher)
    made, _ = actions.open_road_closure(order(), dong)
    assert made.scope == DISTRICT and made.place_zh
    across = order(geometry=line(place(2, 1), place(3, 1)))
    with pytest.raises(Forbidden):
        actions.open_road_closure(across, dong)
    both, _ = actions.open_road_closure(across, ding)
    assert both.scope == CITY
    with pytest.raises(Forbidden):
        actions.end(both.pk, dong)
    far = order(geometry=line(place(30, 1), place(31, 1)))
    with pytest.raises(Invalid, match="outside the city"):
        actions.open_road_closure(far, ding)


def test_nobody_acts_on_a_picture_that_has_changed(town, ding) -> None:
    made, _ = actions.open_road_closure(order(), ding)
    changed = actions.change(made.pk, order(severity="slow"), ding, made.version)
    assert changed.version == 2 and changed.factor == 3.0
    with pytest.raises(Conflict) as caught:
        actions.end(made.pk, ding, version=1)
    assert caught.value.more["current"]["severity"] == "slow"
    actions.end(made.pk, ding, version=2)
    with pytest.raises(Conflict, match="has ended"):
        actions.change(made.pk, order(), ding)
    with pytest.raises(Unknown):
        actions.end(made.pk + 1, ding)


def test_a_time_that_runs_out_ends_it(town, ding) -> None:
    made, _ = actions.open_road_closure(order(until_at=clock.now() + 10 * MINUTE), ding)
    assert actions.expire() == 0
    with clock.fixed(clock.now() + 11 * MINUTE):
        roads.forget()
        assert routing.route(place(1.2, 1), place(1.8, 1)).metres < 310  # before the duty ran
        assert actions.expire() == 1
    made.refresh_from_db()
    assert made.state == "ended" and made.outcome == "expired" and replayed()


def test_a_planned_closure_waits_for_its_time(town, ding) -> None:
    begins = clock.now() + 60 * MINUTE
    actions.open_road_closure(order(from_at=begins, until_at=begins + 60 * MINUTE), ding)
    roads.forget()
    assert routing.route(place(1.2, 1), place(1.8, 1)).metres < 310
    with clock.fixed(begins + MINUTE):
        roads.forget()
        assert routing.route(place(0.5, 1), place(2.5, 1)).avoided


def test_the_table_refuses_a_change_without_an_event(town, ding) -> None:
    made, _ = actions.open_road_closure(order(), ding)
    with (
        pytest.raises(DatabaseError, match="changed without an event"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE traffic_closure SET severity = 'slow' WHERE id = %s", [made.pk])


def test_what_was_closed_in_play_is_removed_with_the_demo(town, ding, enrol) -> None:
    kept, _ = actions.open_road_closure(order(), ding)
    actions.propose(order(), "alert:1", "rule:road_flooding", simulated=True)
    assert actions.remove_simulated("demo_city") == 1
    assert [row.pk for row in Closure.objects.all()] == [kept.pk] and replayed()


def test_a_proposal_turns_ways_aside_but_bars_none(town, ding) -> None:
    made = actions.propose(order(), "alert:7", "rule:road_flooding", simulated=False)
    assert made is not None and made.state == "proposed"
    assert actions.propose(order(), "alert:7", "rule:road_flooding", simulated=False) is None
    roads.forget()
    assert routing.route(place(0.5, 1), place(2.5, 1)).avoided == [made.pk]
    assert routing.route(place(1.2, 1), place(1.8, 1)).metres == pytest.approx(300, abs=1)
    sure = actions.confirm(made.pk, ding, made.version)
    assert sure.state == "open" and sure.confirmed_by_id == ding.user_id
    assert actions.confirm(made.pk, ding).version == sure.version
    (over,) = actions.withdraw("alert:7", "rule:road_flooding")
    assert over.outcome == "cleared" and replayed()


def test_a_proposal_may_be_declined_or_taken_over(town, ding) -> None:
    one = actions.propose(order(), "alert:1", "rule:road_flooding", simulated=False)
    two = actions.propose(order(), "alert:2", "rule:road_flooding", simulated=False)
    assert one is not None and two is not None
    assert actions.end(one.pk, ding).outcome == "declined"
    taken = actions.change(two.pk, order(reason="collapse"), ding)
    assert taken.state == "open" and taken.source == ""
    assert actions.withdraw("alert:2", "rule:road_flooding") == []
