"""Fences: enter, leave, dwell, and no flapping at the edge."""

import datetime
import itertools
import threading
from collections.abc import Callable

import pytest
from django.contrib.gis.geos import Polygon
from django.db import connection

from alerts import book, rulebook, ticks, tracking
from alerts.models import Alert, Fence, Tick
from core import clock
from core.errors import Conflict, Forbidden, Invalid, Unknown
from people import may
from sensors import registry
from sensors.actions import register
from sensors.thing import ThingSpec

METRE = 1 / 91_000  # degrees of longitude at 34.75 N
CENTRE, LAT = 113.65, 34.75
HALF = 200 * METRE
AREA = Polygon.from_bbox((CENTRE - HALF, LAT - 0.002, CENTRE + HALF, LAT + 0.002))
Drive = Callable[..., None]


def rule(event: str, **more: object) -> dict[str, object]:
    return {
        "kind": "fence",
        "title_zh": "围栏",
        "title_en": "Fence",
        "when": {"event": event, "severity": 3, **more},
    }


@pytest.fixture
def fenced(real: None, supervisor) -> Callable[..., None]:
    """Draw the fence and put one rule in force."""

    def make(event: str, **more: object) -> None:
        sun = may.of_user(supervisor)
        rulebook.draw_fence("depot", "危化品仓库", "Depot", AREA, "410105", sun)
        rulebook.make("walk", rule(event, **more), sun)
        book.forget()

    return make


@pytest.fixture
def drive(real: None, noon: datetime.datetime) -> Drive:
    """Drive a truck: metres east of the fence's eastern edge, a fix every ten seconds."""
    (truck,) = register([ThingSpec("T1", "罐车一", "Tanker 1", "truck", None, None, "4101")])
    registry.forget()
    seconds = itertools.count(0, 10)

    def go(*metres: float, accuracy: float | None = None) -> None:
        for east in metres:
            moment = noon + datetime.timedelta(seconds=next(seconds))
            lon = CENTRE + HALF + east * METRE
            tracking.commit([tracking.Spot(truck.pk, moment, lon, LAT, 30.0, 90.0, accuracy)])

    return go


def test_entering_raises_once_and_leaving_clears(fenced, drive) -> None:
    fenced("enter")
    drive(200, 100, -50)
    alert = Alert.objects.get()
    assert alert.cleared_at is None and alert.fence_id is not None
    assert alert.geom.x == pytest.approx(CENTRE + HALF - 50 * METRE)
    drive(-100, -20, 100)
    assert Alert.objects.get().cleared_at is not None


def test_a_trembling_position_at_the_edge_enters_once(fenced, drive) -> None:
    fenced("enter", margin_m=30)
    drive(100, *[-5, 8, -3, 12, 25, -1] * 5)
    alert = Alert.objects.get()
    assert alert.cleared_at is None and alert.version == 1
    drive(29, 31)
    assert Alert.objects.get().cleared_at is not None


def test_a_poor_fix_widens_the_edge(fenced, drive) -> None:
    fenced("enter", margin_m=10)
    drive(100, -5)
    drive(60, 70, accuracy=100.0)  # within its accuracy it may still be inside
    assert Alert.objects.get().cleared_at is None
    drive(150, accuracy=100.0)
    assert Alert.objects.get().cleared_at is not None


def test_leaving_speaks_only_after_having_been_inside(fenced, drive) -> None:
    fenced("leave")
    drive(500, 400)
    assert not Alert.objects.exists()
    drive(-50, 100)
    assert Alert.objects.get().cleared_at is None
    drive(-50)
    assert Alert.objects.get().cleared_at is not None


def test_dwelling_is_decided_by_the_next_fix_or_by_the_clock(fenced, drive, noon) -> None:
    fenced("dwell", dwell_s=25)
    drive(-10, -10, -10)
    assert not Alert.objects.exists()
    drive(-10)
    assert Alert.objects.get().cleared_at is None


def test_the_clock_alone_ends_a_dwell_time(fenced, drive) -> None:
    fenced("dwell", dwell_s=25)
    drive(100, -10)
    assert ticks.look() == 0 and not Alert.objects.exists()
    with clock.fixed(clock.now() + datetime.timedelta(seconds=26)):
        assert ticks.look() == 1
    assert Alert.objects.get().state == "open"
    assert Tick.objects.get().rule.startswith("walk/")


def test_older_and_repeated_fixes_move_nothing(fenced, drive, noon) -> None:
    fenced("enter")
    drive(100, 90)
    truck = registry.current().codes["T1"]
    late = tracking.Spot(truck, noon - datetime.timedelta(hours=1), CENTRE, LAT)
    tracking.commit([late, late])
    assert not Alert.objects.exists()


@pytest.mark.parametrize(
    ("when", "field"),
    [
        ({"event": "orbit"}, "when.event"),
        ({"event": "dwell"}, "when.dwell_s"),
        ({"event": "enter", "dwell_s": 9}, "when.dwell_s"),
        ({"event": "enter", "margin_m": -1}, "when.margin_m"),
        ({"event": "enter", "severity": 7}, "when.severity"),
        ({"event": "enter", "speed": 7}, "when.speed"),
    ],
)
def test_a_wrong_rule_is_refused_by_field(supervisor, when, field) -> None:
    with pytest.raises(Invalid) as refused:
        rulebook.make("wrong", rule("enter") | {"when": when}, may.of_user(supervisor))
    assert refused.value.field == field and refused.value.zh


def test_a_crossed_area_is_no_fence(supervisor, district_dispatcher) -> None:
    bow = Polygon(((0, 0), (1, 1), (1, 0), (0, 1), (0, 0)), srid=4326)
    with pytest.raises(Invalid, match="valid polygon"):
        rulebook.draw_fence("x", "叉", "X", bow, "4101", may.of_user(supervisor))
    with pytest.raises(Forbidden):
        rulebook.draw_fence("x", "叉", "X", AREA, "410102", may.of_user(district_dispatcher))


def test_a_new_fence_takes_no_code_in_use_and_a_change_needs_one(real, supervisor) -> None:
    sun = may.of_user(supervisor)
    words = ("危化品仓库", "Depot", AREA, "410105", sun)
    with pytest.raises(Unknown):
        rulebook.draw_fence("depot", *words, expect="known")
    first = rulebook.draw_fence("depot", *words, simulated=True, expect="new")
    with pytest.raises(Conflict) as refused:
        rulebook.draw_fence("depot", *words, expect="new")
    assert refused.value.field == "code"
    changed = rulebook.draw_fence("depot", "仓库", *words[1:], expect="known")
    assert (changed.pk, changed.simulated, changed.name_zh) == (first.pk, True, "仓库")
    rulebook.remove_fence("depot", sun)
    assert rulebook.draw_fence("depot", *words, expect="new").pk == first.pk


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("code", ("de pot", "仓库", "", AREA, "410105")),
        ("code", ("x" * 61, "仓库", "", AREA, "410105")),
        ("name_zh", ("depot", " ", "Depot", AREA, "410105")),
        ("name_en", ("depot", "仓库", "x" * 81, AREA, "410105")),
        ("scope", ("depot", "仓库", "", AREA, "4101x")),
    ],
)
def test_wrong_words_are_refused_by_field(real, supervisor, field, given) -> None:
    with pytest.raises(Invalid) as refused:
        rulebook.draw_fence(*given, may.of_user(supervisor))
    assert refused.value.field == field


def test_the_public_fence_carries_the_number_that_alerts_name(fenced, drive, supervisor) -> None:
    fenced("enter")
    drive(100, -50)
    told = rulebook.fence_public(Fence.objects.get())
    assert (told["code"], told["id"]) == ("depot", Alert.objects.get().fence_id)


def test_two_who_draw_one_code_at_once_are_told_apart(real: None, supervisor) -> None:
    sun, start = may.of_user(supervisor), threading.Barrier(4)
    ends: list[str] = []

    def draw() -> None:
        start.wait()
        try:
            rulebook.draw_fence("depot", "仓库", "Depot", AREA, "410105", sun, expect="new")
            ends.append("drawn")
        except Conflict:
            ends.append("taken")
        finally:
            connection.close()

    threads = [threading.Thread(target=draw) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["drawn", "taken", "taken", "taken"]
