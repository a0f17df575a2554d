"""Orders and statuses: one request does it all; busy, late, repeated, withdrawn."""

import datetime
import uuid

import pytest
from django.db import DatabaseError, transaction

from core import clock
from core.errors import Conflict, Forbidden, Invalid
from emergency.actions import incidents, orders, positions, tasks, units
from emergency.actions.orders import Order
from emergency.actions.units import Said
from emergency.models import Assignment, Incident, Stamp, Task, Unit
from emergency.whereabouts import of_unit
from feed.models import Event
from people import may

MINUTE = datetime.timedelta(minutes=1)


def running() -> set[str]:
    return set(Task.objects.filter(state="running").values_list("kind", flat=True))


def test_one_request_assigns_stamps_and_starts_the_timers(ding, call, unit) -> None:
    row, one, two = call(), unit("D1", east_m=800), unit("P1", "police")
    sent = orders.dispatch(row.pk, [Order(one.pk), Order(two.pk)], ding, version=row.version)
    assert sent.state == "active" and sent.dispatched_at
    one.refresh_from_db()
    assert one.status == "dispatched" and one.order.incident_id == row.pk
    stamp = Stamp.objects.get(unit=one)
    assert stamp.by_id == ding.user_id and round(stamp.point.y, 6) == 34.75
    assert one.order.eta_s == pytest.approx(800 * 1.4 / (40 / 3.6), rel=0.02)
    assert one.order.eta_basis == "line"
    assert running() == {"turnout", "arrival"}
    assert Task.objects.get(kind="unassigned").state == "done"
    kinds = list(Event.objects.filter(topic="unit").values_list("kind", flat=True))
    assert kinds.count("dispatched") == 2


def test_sending_a_unit_that_is_there_changes_nothing(ding, call, unit) -> None:
    row, one = call(), unit("D1")
    first = orders.dispatch(row.pk, [Order(one.pk)], ding)
    assert orders.dispatch(row.pk, [Order(one.pk)], ding).version == first.version
    assert Assignment.objects.count() == 1


def test_an_order_to_a_busy_unit_is_refused_whole(ding, call, unit) -> None:
    first, second, one, two = call(), call("着火"), unit("D1"), unit("D2")
    orders.dispatch(first.pk, [Order(one.pk)], ding)
    with pytest.raises(Conflict, match=f"D1 is busy with incident {first.pk}") as refused:
        orders.dispatch(second.pk, [Order(two.pk), Order(one.pk)], ding)
    assert refused.value.zh == f"单位 D1 正在处置事件 {first.pk}"
    assert refused.value.more["current"]["code"] == "D1"
    assert Assignment.objects.count() == 1 and Unit.objects.get(code="D2").status == "available"


def test_diverting_needs_a_reason_and_leaves_the_first_open_again(ding, call, unit) -> None:
    first, second, one = call(), call("着火，有人被困"), unit("D1")
    orders.dispatch(first.pk, [Order(one.pk)], ding)
    with pytest.raises(Invalid, match="reason"):
        orders.dispatch(second.pk, [Order(one.pk, divert=True)], ding)
    orders.dispatch(second.pk, [Order(one.pk, divert=True)], ding, reason="有人被困，优先")
    old = Assignment.objects.get(incident=first)
    assert old.available_at and old.diverted
    assert Incident.objects.get(pk=first.pk).state == "open"
    assert Task.objects.filter(incident=first, kind="unassigned", state="running").exists()
    assert not Task.objects.filter(assignment=old, state="running").exists()
    one.refresh_from_db()
    assert one.order.incident_id == second.pk


def test_out_of_service_is_out_of_service(ding, call, unit) -> None:
    row, one = call(), unit("D1")
    units.status(one.pk, Said("out_of_service"), ding)
    with pytest.raises(Conflict, match="out of service"):
        orders.dispatch(row.pk, [Order(one.pk)], ding)
    units.status(one.pk, Said("available"), ding)
    units.status(one.pk, Said("committed"), ding)  # standing by
    with pytest.raises(Conflict, match="committed"):
        orders.dispatch(row.pk, [Order(one.pk)], ding)
    orders.dispatch(row.pk, [Order(one.pk, divert=True)], ding, reason="就近")


def test_the_way_of_a_unit_through_its_order(ding, call, unit) -> None:
    row, one = call(), unit("D1")
    orders.dispatch(row.pk, [Order(one.pk)], ding)
    units.status(one.pk, Said("en_route"), ding)
    assert running() == {"arrival"}
    units.status(one.pk, Said("on_scene"), ding)
    assert running() == {"roll_call"}
    row.refresh_from_db()
    assert row.en_route_at and row.on_scene_at and row.state == "active"
    units.status(one.pk, Said("available"), ding)
    order = Assignment.objects.get()
    assert order.available_at and running() == set()
    one.refresh_from_db()
    assert one.order is None and one.status == "available"
    row.refresh_from_db()
    assert row.state == "active"  # somebody has been there: it is not pending again


def test_an_order_given_up_before_the_scene_leaves_the_call_pending(ding, call, unit) -> None:
    row, one = call(), unit("D1")
    orders.dispatch(row.pk, [Order(one.pk)], ding)
    units.status(one.pk, Said("available"), ding)
    row.refresh_from_db()
    assert row.state == "open" and running() == {"unassigned"}


@pytest.mark.parametrize("status", ["en_route", "on_scene"])
def test_without_an_order_nobody_is_on_the_way(ding, unit, status: str) -> None:
    with pytest.raises(Conflict, match="no order"):
        units.status(unit("D1").pk, Said(status), ding)


@pytest.mark.parametrize("status", ["dispatched", "asleep", ""])
def test_what_is_no_status_is_refused(ding, unit, status: str) -> None:
    with pytest.raises(Invalid):
        units.status(unit("D1").pk, Said(status), ding)


def test_a_crew_speaks_for_its_own_unit_only(ding, call, unit, rider) -> None:
    one, two = unit("D1", crew=("shi",)), unit("D2")
    row, shi = call(), may.of_user(rider)
    orders.dispatch(row.pk, [Order(one.pk), Order(two.pk)], ding)
    assert units.status(one.pk, Said("en_route"), shi).status == "en_route"
    with pytest.raises(Forbidden, match="do not ride"):
        units.status(two.pk, Said("en_route"), shi)
    with pytest.raises(Forbidden):
        orders.dispatch(row.pk, [Order(two.pk)], shi)


def test_a_phone_says_it_twice_and_is_heard_once(ding, call, unit) -> None:
    row, one, key = call(), unit("D1"), uuid.uuid4()
    orders.dispatch(row.pk, [Order(one.pk)], ding)
    for _ in range(3):
        units.status(one.pk, Said("en_route", key=key), ding)
    assert Stamp.objects.filter(status="en_route").count() == 1
    units.status(one.pk, Said("on_scene"), ding)
    assert units.status(one.pk, Said("en_route", key=key), ding).status == "on_scene"


def test_the_phones_own_time_is_kept_beside_when_we_knew(ding, call, unit) -> None:
    row, one = call(), unit("D1")
    orders.dispatch(row.pk, [Order(one.pk)], ding)
    order = Assignment.objects.get()
    at = order.dispatched_at + datetime.timedelta(milliseconds=1)
    units.status(one.pk, Said("en_route", at=at), ding)
    event = Event.objects.filter(topic="unit", kind="status").get()
    assert event.at == at < event.known_at and Assignment.objects.get().en_route_at == at


@pytest.mark.parametrize("minutes", [5, -25 * 60])
def test_an_impossible_time_is_refused(ding, call, unit, minutes: int) -> None:
    one = unit("D1")
    with pytest.raises(Invalid) as refused:
        units.status(one.pk, Said("available", at=clock.now() + minutes * MINUTE), ding)
    assert refused.value.field == "at"


def test_a_status_that_comes_late_fills_its_stamp_and_no_more(ding, call, unit) -> None:
    with clock.fixed(clock.now() - 30 * MINUTE):
        row, one = call(), unit("D1")
        orders.dispatch(row.pk, [Order(one.pk)], ding)
    start = Assignment.objects.get().dispatched_at
    units.status(one.pk, Said("on_scene", at=start + 20 * MINUTE), ding)
    units.status(one.pk, Said("en_route", at=start + 2 * MINUTE), ding)
    order, one = Assignment.objects.get(), Unit.objects.get()
    assert order.en_route_at == start + 2 * MINUTE and one.status == "on_scene"
    assert Incident.objects.get().en_route_at == start + 2 * MINUTE


def test_a_slip_is_taken_back_and_stays_on_record(ding, call, unit) -> None:
    row, one = call(), unit("D1")
    orders.dispatch(row.pk, [Order(one.pk)], ding)
    units.status(one.pk, Said("available"), ding)
    assert running() == {"unassigned"}
    units.withdraw(one.pk, ding)
    one.refresh_from_db()
    assert one.status == "dispatched" and one.order.incident_id == row.pk
    assert running() == {"turnout", "arrival"}
    assert Incident.objects.get().state == "active"
    assert Stamp.objects.get(status="available").withdrawn_at
    with pytest.raises(Conflict, match="no longer"):
        units.withdraw(one.pk, ding)  # an order is no slip
    units.status(one.pk, Said("on_scene"), ding)
    Stamp.objects.filter(status="on_scene").get()
    with clock.fixed(clock.now() + 2 * MINUTE), pytest.raises(Conflict, match="no longer"):
        units.withdraw(one.pk, ding)


def test_stamps_cannot_be_rewritten(ding, call, unit) -> None:
    row, one = call(), unit("D1")
    orders.dispatch(row.pk, [Order(one.pk)], ding)
    with pytest.raises(DatabaseError, match="stamped already"), transaction.atomic():
        Assignment.objects.update(dispatched_at=clock.now())
    with pytest.raises(DatabaseError, match="kept as it was made"), transaction.atomic():
        Stamp.objects.update(at=clock.now())


def test_two_dispatchers_on_one_call(ding, call, unit, enrol) -> None:
    other = may.of_user(enrol("dai", "dispatcher"))
    row, one, two = call(), unit("D1"), unit("D2")
    orders.dispatch(row.pk, [Order(one.pk)], ding, version=row.version)
    with pytest.raises(Conflict, match="changed since") as refused:
        orders.dispatch(row.pk, [Order(two.pk)], other, version=row.version)
    assert refused.value.more["current"]["assignments"][0]["code"] == "D1"


def test_a_phones_position_moves_the_units_own_thing(ding, unit, rider) -> None:
    one, shi = unit("D1", crew=("shi",)), may.of_user(rider)
    positions.report(one.pk, positions.Fix(113.66, 34.76, "gcj02", accuracy=8.0), shi)
    where = of_unit(one)
    assert where.age_s is not None and where.age_s < 5
    assert abs(where.lon - 113.66) > 0.003  # brought to WGS 84
    good = {"lon": 113.6, "lat": 34.7, "datum": "wgs84"}
    for bad in (
        {"datum": "mars"},
        {"lon": 999.0},
        {"speed": -1.0},
        {"at": clock.now() + MINUTE * 9},
    ):
        with pytest.raises(Invalid):
            positions.report(one.pk, positions.Fix(**(good | bad)), shi)
    with pytest.raises(Forbidden):
        positions.report(unit("D2").pk, positions.Fix(**good), shi)


def test_timers_turn_amber_and_red_once_each(ding, call) -> None:
    call("着火")  # orange: two minutes
    start = Task.objects.get().start
    seen = []
    for seconds in (10, 97, 98, 119, 121, 200):
        with clock.fixed(start + datetime.timedelta(seconds=seconds)):
            seen.append(tasks.tell_due())
    assert seen == [0, 1, 0, 0, 1, 0]
    kinds = Event.objects.filter(topic="task").order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["begun", "soon_due", "due"]


def test_a_timer_by_hand(ding, call, rider) -> None:
    row, key = call(), uuid.uuid4()
    timer = tasks.set_timer(ding, 5, incident=row, words="回电王先生", key=key)
    assert tasks.set_timer(ding, 5, incident=row, key=key).pk == timer.pk
    told = Event.objects.filter(topic="task", entity_id=str(timer.pk)).get()
    assert "王先生" not in str(told.body) and told.body["now"]["worded"]
    assert tasks.done(timer.pk, may.of_user(rider)).state == "done"
    assert tasks.done(timer.pk, ding).ended_by_id == rider.pk  # again: nothing changes
    with pytest.raises(Conflict):
        tasks.cancel(timer.pk, ding)
    for minutes in (0, -1, 1e9, float("nan")):
        with pytest.raises(Invalid):
            tasks.set_timer(ding, minutes, incident=row)


def test_a_roll_call_that_is_answered_begins_anew(ding, call, unit) -> None:
    row, one = call(), unit("D1")
    orders.dispatch(row.pk, [Order(one.pk)], ding)
    units.status(one.pk, Said("on_scene"), ding)
    first = Task.objects.get(kind="roll_call")
    tasks.done(first.pk, ding)
    assert Task.objects.filter(kind="roll_call", state="running").get().pk != first.pk
    incidents.note(row.pk, "全员安全", ding)
