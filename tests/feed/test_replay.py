"""Replay between two moments: folded upon the state before it is the state after, by each clock."""

import datetime

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts import actions, ingest, tracking
from alerts.ingest import Row
from alerts.models import Alert
from core import clock
from feed import replay, state
from feed.log import Happening, record
from feed.models import Event
from feed.projection import Change, Item, StateSource, sources
from feed.topics import TOPICS
from people import may
from people.models import Role

MINUTE = datetime.timedelta(minutes=1)
SECOND = datetime.timedelta(seconds=1)
ALL = may.Rights(1, Role.ADMIN.value)


def window(since, until, known=True, topics=TOPICS, every=SECOND) -> replay.Window:
    return replay.Window(since, until, known, frozenset(topics), every)


def events_at(moment, known):
    found = state.known_at(moment)[1] if known else state.was_at(moment)
    return {key: (one.data, one.geometry, one.scope) for key, one in found.items()}


def states_at(moment, known):
    return {
        (topic, item.id): item
        for topic, source in sources().items()
        for item in source.at(moment, known)
    }


def folded(before, page):
    """The events' part of a picture after a page."""
    picture = dict(before)
    for one in page.told:
        if one.gone:
            picture.pop(one.key, None)
        else:
            picture[one.key] = (one.entity.data, one.entity.geometry, one.entity.scope)
    return picture


def moved(before, page):
    """The states' part of a picture after a page."""
    picture = dict(before)
    for one in sorted(page.changes, key=lambda change: change.moment):
        if one.gone:
            picture.pop((one.item.topic, one.item.id), None)
        else:
            picture[(one.item.topic, one.item.id)] = one.item
    return picture


STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("read"),
            st.sampled_from([0.0, 16.0, 60.0]),
            st.integers(0, 2),  # which station
            st.sampled_from([0, 0, 0, 1, 7, 30]),  # minutes that it comes late
        ),
        st.tuples(st.just("move"), st.just(0.0), st.integers(0, 2), st.sampled_from([0, 0, 2, 9])),
        st.tuples(
            st.sampled_from(["acknowledge", "resolve", "comment"]),
            st.just(0.0),
            st.integers(0, 2),
            st.just(0),
        ),
    ),
    min_size=2,
    max_size=30,
)
CUTS = st.tuples(st.floats(0, 1), st.floats(0, 1))


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, cuts=CUTS, every=st.sampled_from([1, 45, 600]), at_once=st.integers(1, 9))
def test_state_and_replay_fold_to_the_later_state(
    shelf_rules, station, dispatcher, noon, steps, cuts, every, at_once
) -> None:
    begun = clock.now()
    ends = _live_through(steps, station, dispatcher, noon)
    # the log's numbering has the real clock, readings have that of the made night
    for known, (first, last) in ((True, (begun, clock.now())), (True, ends), (False, ends)):
        low, high = sorted(first + (last - first) * cut for cut in cuts)
        if low < high:
            _prove(low, high, known, every, at_once)


def _prove(low, high, known, every, at_once) -> None:
    before, states = events_at(low, known), states_at(low, known)
    at = low
    while at < high:
        asked = window(at, high, known, every=datetime.timedelta(seconds=every))
        page = replay.page(ALL, asked, at_once)
        assert at < page.through <= high
        before, states = folded(before, page), moved(states, page)
        moments = [one.moment for one in page.told]
        assert moments == sorted(moments)
        assert all(at < moment <= page.through for moment in moments)
        at = page.through
    assert before == events_at(high, known)
    assert states == states_at(high, known)


_made = iter(range(10_000))


def _live_through(steps, station, user, noon):
    """Live through a made night, a minute a step; returns its ends by its own time."""
    places = [station(f"H{next(_made)}", "water_depth") for _ in range(3)]
    at = noon
    for what, value, place, late in steps:
        at += MINUTE
        thing, stream = places[place]
        with clock.fixed(at):
            own = at - late * MINUTE
            if what == "read":
                ingest.commit([Row.of(stream.pk, own, value)])
            elif what == "move":
                lon = 113.6 + (at - noon).total_seconds() / 1e5
                tracking.commit([tracking.Spot(thing.pk, own, lon, 34.7)])
            else:
                _step(what, thing, user)
    return noon - 40 * MINUTE, at + MINUTE


def _step(what, thing, user) -> None:
    alert = Alert.objects.filter(thing=thing, closed=False).first()
    if alert is None or (alert.state == "resolved" and what != "comment"):
        return
    who = may.of_user(user)
    match what:
        case "acknowledge":
            actions.acknowledge(alert.pk, who)
        case "resolve":
            actions.resolve(alert.pk, "handled", who)
        case "comment":
            actions.comment(alert.pk, "看到了", who)


def record_unit(number: int, scope: str, at: datetime.datetime, gone: bool = False) -> None:
    body = {"now": {"id": number, "scope": scope}, "gone": gone}
    with transaction.atomic():
        record(Happening("unit", "moved", "unit", str(number), "test", body, at, scope))


@pytest.mark.parametrize("known", [True, False])
def test_what_leaves_somebodys_area_is_gone_for_them_and_nothing_else_is_told(
    real, district_dispatcher, known
) -> None:
    who, begun = may.of_user(district_dispatcher), clock.now()
    record_unit(1, "410105", clock.now())
    seen = clock.now()
    record_unit(2, "410102", clock.now())
    record_unit(1, "410102", clock.now())
    record_unit(1, "410102", clock.now())
    record_unit(1, "410105", clock.now())
    end = clock.now()
    for since, before in ((begun, [False]), (seen, [])):
        page = replay.page(who, window(since, end, known))
        told = [(one.key[1], one.gone, one.entity is None) for one in page.told]
        shown = [("1", gone, False) for gone in before]
        assert told == [*shown, ("1", True, True), ("1", False, False)]


def test_states_are_thinned_to_one_an_entity_in_an_interval(real, station, noon) -> None:
    thing, _ = station("V1", "rain", kind="fire")
    spots = [
        tracking.Spot(thing.pk, noon + second * SECOND, 113.6 + second / 1e4, 34.7)
        for second in range(1, 61)
    ]
    tracking.commit(spots)
    page = replay.page(ALL, window(noon, noon + MINUTE, False, {"position"}, 10 * SECOND))
    assert [(one.moment - noon) // SECOND for one in page.changes] == [9, 19, 29, 39, 49, 59, 60]


class Lamp(StateSource):
    """A source that says only how it stands: on from the third minute to the seventh."""

    topic = "index"

    def latest(self, since):
        return []

    def at(self, moment, known):
        minute = (moment - self.begun) / MINUTE
        if 3 <= minute < 7:
            yield Item("index", "1", self.begun, "", None, {"on": True})


def test_a_source_that_knows_no_better_leaves_nothing_out(noon) -> None:
    lamp = Lamp()
    lamp.begun = noon
    found = list(lamp.between(noon, noon + 10 * MINUTE, True, SECOND))
    assert [(one.moment - noon, one.gone) for one in found] == [
        (3 * MINUTE, False),
        (7 * MINUTE, True),
    ]
    assert isinstance(found[0], Change)
    coarse = list(lamp.between(noon, noon + 10 * MINUTE, True, 4 * MINUTE))
    assert [(one.moment - noon, one.gone) for one in coarse] == [
        (4 * MINUTE, False),
        (8 * MINUTE, True),
    ]


def test_marks_count_what_began(shelf_rules, station, noon, district_dispatcher) -> None:
    begun = clock.now()
    for code, scope in (("D1", "410105"), ("D2", "410102")):
        _, depth = station(code, "water_depth", scope=scope)
        for minute in range(2):
            with clock.fixed(noon + minute * MINUTE):
                ingest.commit([Row.of(depth.pk, noon + minute * MINUTE, 60.0)])
    asked = window(noon - MINUTE, noon + 59 * MINUTE, False, replay.MARKED, 10 * MINUTE)
    (mark,) = replay.marks(ALL, asked)
    assert (mark["alert"], mark["incident"], mark["worst"]) == (2, 0, 1)
    (mark,) = replay.marks(may.of_user(district_dispatcher), asked)
    assert mark["alert"] == 1
    known = window(begun, clock.now(), True, replay.MARKED, MINUTE)
    assert [mark["alert"] for mark in replay.marks(ALL, known)] == [2]
    first, last = replay.ends(True)
    assert first < begun < last < clock.now()


def test_the_door_answers_in_order_and_says_where_to_go_on(
    live, shelf_rules, station, noon, supervisor, token, monkeypatch
) -> None:
    _, depth = station("D1", "water_depth")
    for minute in range(3):
        with clock.fixed(noon + minute * MINUTE):
            ingest.commit([Row.of(depth.pk, noon + minute * MINUTE, 60.0)])
    assert Event.objects.filter(topic="alert").exists()
    with live.client(token(supervisor)) as client:
        span = {"from": (noon - MINUTE).isoformat(), "to": (noon + 9 * MINUTE).isoformat()}
        answer = client.get("/api/v1/replay", params={**span, "clock": "was"}).json()
        moments = [item["moment"] for item in answer["items"]]
        assert moments == sorted(moments) and answer["next"] is None
        assert {item["topic"] for item in answer["items"]} == {"alert", "observation"}
        some = client.get("/api/v1/replay", params={**span, "clock": "was", "topics": "alert"})
        assert {item["topic"] for item in some.json()["items"]} == {"alert"}
        marks = client.get("/api/v1/replay/marks", params={**span, "clock": "was", "every": 60})
        assert [mark["alert"] for mark in marks.json()["items"]] == [1]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"to": "2026-01-01T00:00:00Z"}, "to"),
        ({"to": "2026-01-01T00:10:01Z"}, "to"),
        ({"to": "2026-01-01T00:10:00"}, "to"),
        ({"clock": "mine"}, "clock"),
        ({"topics": "weather"}, "topics"),
        ({"every": "0"}, "every"),
    ],
)
def test_a_window_that_is_none_is_refused_with_a_sentence(client, supervisor, wrong, field) -> None:
    client.force_login(supervisor, backend="django.contrib.auth.backends.ModelBackend")
    span = {"from": "2026-01-01T00:00:00Z", "to": "2026-01-01T00:05:00Z"} | wrong
    answer = client.get("/api/v1/replay", span)
    assert answer.status_code == 400, answer.content
    assert field in answer.json()["field"] and answer.json()["detail_zh"]
