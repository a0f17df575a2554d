"""An alert's whole life: what rules find, what people do, and that replay equals the tables."""

import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts import actions, ingest
from alerts.models import Alert, Note
from core import clock
from core.errors import Conflict, Forbidden, Invalid, Unknown
from core.severity import Severity
from feed import state
from feed.models import Event
from feed.projection import projections
from people import may
from people.models import Role

MINUTE = datetime.timedelta(minutes=1)


def post(stream: int, at: datetime.datetime, *values: float) -> datetime.datetime:
    """Post values a minute apart; returns the minute after the last."""
    for value in values:
        ingest.commit([ingest.Row.of(stream, at, value)])
        at += MINUTE
    return at


def only() -> Alert:
    return Alert.objects.get()


def test_a_hold_time_must_pass_before_the_alert(shelf_rules, station, noon) -> None:
    _, depth = station("D1", "water_depth")
    at = post(depth.pk, noon, 20)
    assert not Alert.objects.exists()
    post(depth.pk, at, 20)
    alert = only()
    assert alert.severity == Severity.YELLOW and alert.value == 20 and alert.limit == 15
    assert alert.opened_at == at and alert.rule_version == 1


def test_a_dip_starts_the_hold_time_anew(shelf_rules, station, noon) -> None:
    _, depth = station("D1", "water_depth")
    post(depth.pk, noon, 20, 1)
    at = noon + 1.5 * MINUTE
    post(depth.pk, at, 20)
    assert not Alert.objects.exists()


def test_hysteresis_and_clear_hold_keep_an_alert_from_flapping(shelf_rules, station, noon) -> None:
    _, depth = station("D1", "water_depth")
    at = post(depth.pk, noon, 16, 16, 14, 16, 14, 13.5, 16)
    assert only().severity == Severity.YELLOW and Event.objects.filter(topic="alert").count() == 1
    at = post(depth.pk, at, *[1] * 5)
    assert only().cleared_at is None  # five minutes below have not passed yet
    post(depth.pk, at, 1, 1)
    assert only().cleared_at is not None and not only().closed


def test_a_rise_wakes_a_person_again(shelf_rules, station, noon, dispatcher) -> None:
    _, depth = station("D1", "water_depth")
    at = post(depth.pk, noon, 20, 20)
    actions.acknowledge(only().pk, may.of_user(dispatcher))
    assert only().state == Alert.State.ACKNOWLEDGED
    post(depth.pk, at, 60, 60)
    alert = only()
    assert alert.severity == Severity.RED and alert.state == Alert.State.OPEN
    assert alert.acknowledged_by is None


def test_late_and_repeated_readings_move_nothing(shelf_rules, station, noon) -> None:
    _, depth = station("D1", "water_depth")
    post(depth.pk, noon, 1, 1, 1)
    post(depth.pk, noon - 10 * MINUTE, 60, 60, 60)  # older than the newest
    post(depth.pk, noon, 1, 1, 1)  # the device repeats itself
    assert not Alert.objects.exists()


def test_resolved_and_cleared_is_closed_and_the_next_is_a_new_alert(
    shelf_rules, station, noon, dispatcher
) -> None:
    _, depth = station("D1", "water_depth")
    at = post(depth.pk, noon, 20, 20)
    actions.resolve(only().pk, "handled", may.of_user(dispatcher), "抽水完成")
    assert not only().closed
    at = post(depth.pk, at, *[0] * 8)
    assert only().closed
    post(depth.pk, at, 20, 20)
    assert Alert.objects.count() == 2 and Alert.objects.filter(closed=False).count() == 1


def test_a_cause_that_comes_back_goes_on_with_its_alert(
    shelf_rules, station, noon, dispatcher
) -> None:
    _, depth = station("D1", "water_depth")
    at = post(depth.pk, noon, 20, 20)
    actions.acknowledge(only().pk, may.of_user(dispatcher))
    at = post(depth.pk, at, *[0] * 8)
    assert only().cleared_at is not None
    post(depth.pk, at, 20, 20)
    assert only().cleared_at is None and only().state == Alert.State.OPEN


def test_steps_are_refused_with_a_sentence(
    shelf_rules, station, noon, dispatcher, district_dispatcher, citizen
) -> None:
    _, depth = station("D1", "water_depth", scope="410102")
    post(depth.pk, noon, 20, 20)
    pk, ding = only().pk, may.of_user(dispatcher)
    with pytest.raises(Unknown):
        actions.acknowledge(pk, may.of_user(district_dispatcher))
    with pytest.raises(Unknown):
        actions.acknowledge(pk, may.of_user(citizen))
    with pytest.raises(Invalid, match="cannot see"):
        actions.assign(pk, district_dispatcher.pk, ding)
    with pytest.raises(Invalid, match="characters"):
        actions.comment(pk, "   ", ding)
    with pytest.raises(Invalid, match="outcome"):
        actions.resolve(pk, "gone", ding)
    with pytest.raises(Conflict, match="changed since"):
        actions.acknowledge(pk, ding, version=99)
    actions.resolve(pk, "handled", ding)
    with pytest.raises(Conflict, match="resolved") as refused:
        actions.acknowledge(pk, ding)
    assert refused.value.more["current"]["state"] == "resolved"


def test_a_planner_may_look_but_not_act(shelf_rules, station, noon, enrol) -> None:
    _, depth = station("D1", "water_depth")
    post(depth.pk, noon, 20, 20)
    with pytest.raises(Forbidden):
        actions.acknowledge(only().pk, may.of_user(enrol("pan", Role.PLANNER)))


def test_acknowledging_twice_changes_nothing(shelf_rules, station, noon, dispatcher) -> None:
    _, depth = station("D1", "water_depth")
    post(depth.pk, noon, 20, 20)
    ding = may.of_user(dispatcher)
    first = actions.acknowledge(only().pk, ding)
    again = actions.acknowledge(only().pk, ding)
    assert again.version == first.version


def test_words_stay_beside_the_log(shelf_rules, station, noon, dispatcher) -> None:
    _, depth = station("D1", "water_depth")
    post(depth.pk, noon, 20, 20)
    actions.comment(only().pk, "联系人王五 13900000000", may.of_user(dispatcher))
    assert Note.objects.get().words.endswith("13900000000")
    assert not Event.objects.filter(body__icontains="13900000000").exists()


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("read"), st.sampled_from([0.0, 10.0, 16.0, 30.0, 60.0])),
        st.tuples(st.sampled_from(["acknowledge", "resolve", "comment", "assign"]), st.just(0.0)),
    ),
    min_size=1,
    max_size=25,
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_replaying_the_log_up_to_now_equals_the_live_tables(
    shelf_rules, station, noon, dispatcher, steps
) -> None:
    thing, depth = _fresh_station(station)
    at = noon
    for what, value in steps:
        at += MINUTE
        with clock.fixed(at):
            _one_step(what, value, at, thing, depth, dispatcher)
    live = {
        (item.topic, item.id): item.data
        for projection in projections().values()
        for item in projection.items()
    }
    _, known = state.known_at(clock.now())
    assert {key: entity.data for key, entity in known.items()} == live
    was = state.was_at(clock.now())
    assert {key: entity.data for key, entity in was.items()} == live


def _one_step(what, value, at, thing, depth, user) -> None:
    if what == "read":
        ingest.commit([ingest.Row.of(depth.pk, at, value)])
        return
    alert = Alert.objects.filter(thing=thing, closed=False).first()
    if alert is not None and (alert.state != "resolved" or what == "comment"):
        _take(what, alert.pk, user, may.of_user(user))


def _take(what: str, alert_id: int, user, ding: may.Rights) -> None:
    match what:
        case "acknowledge":
            actions.acknowledge(alert_id, ding)
        case "resolve":
            actions.resolve(alert_id, "handled", ding)
        case "comment":
            actions.comment(alert_id, "看到了", ding)
        case "assign":
            actions.assign(alert_id, user.pk, ding)


_made = iter(range(10_000))


def _fresh_station(station):
    return station(f"H{next(_made)}", "water_depth")


def test_the_past_is_what_was_known_then(shelf_rules, station, noon, dispatcher) -> None:
    _, depth = station("D1", "water_depth")
    before = clock.now()
    post(depth.pk, noon, 20, 20)
    raised = clock.now()
    actions.acknowledge(only().pk, may.of_user(dispatcher))
    assert not [key for key in state.known_at(before)[1] if key[0] == "alert"]
    (then,) = [e for e in state.known_at(raised)[1].values() if e.topic == "alert"]
    assert then.data["state"] == "open"
    # by what is known now, it was so a day ago already
    (was,) = [e for e in state.was_at(noon + 5 * MINUTE).values() if e.topic == "alert"]
    assert was.data["state"] == "open" and was.data["severity"] == Severity.YELLOW


def test_a_keyframe_changes_nothing_but_the_work(shelf_rules, station, noon) -> None:
    _, depth = station("D1", "water_depth")
    at = post(depth.pk, noon, 20, 20)
    assert state.keep_keyframe(every=1) is not None
    post(depth.pk, at, 60, 60)
    _, known = state.known_at(clock.now())
    (alert,) = [entity for key, entity in known.items() if key[0] == "alert"]
    assert alert.data["severity"] == Severity.RED
