"""An incident's life: reported, taken, corrected, noted, closed, reopened; what is refused."""

import datetime
import uuid

import pytest
from django.db import DatabaseError, transaction

from alerts import ingest
from alerts.models import Alert
from core import clock
from core.errors import Conflict, Forbidden, Invalid, Unknown
from emergency.actions import incidents, orders, units
from emergency.models import Caller, Incident, Remark, Task
from feed import log
from feed.models import Event
from people import may
from people.models import Role


def bodies(kind: str = "") -> list[dict]:
    found = Event.objects.filter(topic="incident")
    return [event.body for event in (found.filter(kind=kind) if kind else found).order_by("id")]


def test_a_call_becomes_an_incident(ding, call) -> None:
    row = call("京广路隧道积水", address="京广路隧道", caller_name="王先生", caller_phone="139")
    assert (row.nature, row.severity, row.state) == ("flooding", 3, "open")
    waiting = Task.objects.get()
    assert waiting.kind == "unassigned" and waiting.state == "running"


def test_what_is_personal_stays_beside_the_log(ding, call) -> None:
    row = call("王先生家着火", caller_name="王先生", caller_phone="13900000000")
    incidents.note(row.pk, "钥匙在邻居李女士处", ding)
    told = "".join(str(body) for body in bodies())
    for secret in ("王先生", "13900000000", "李女士"):
        assert secret not in told
    caller, words = Caller.objects.get(), Remark.objects.get(kind="note")
    assert bodies("reported")[0]["did"]["caller"] == log.digest(
        caller.salt, f"{caller.name}\n{caller.phone}"
    )
    assert bodies("noted")[0]["did"]["digest"] == log.digest(words.salt, words.words)


def test_the_same_key_is_the_same_incident(ding, call) -> None:
    key = uuid.uuid4()
    again = incidents.report(incidents.Call("着火", key=key), ding)
    assert again[1]
    assert incidents.report(incidents.Call("着火", key=key), ding) == (again[0], False)
    assert Incident.objects.count() == 1 and Event.objects.filter(topic="incident").count() == 1


def test_the_same_note_is_kept_once(ding, call) -> None:
    row, key = call(), uuid.uuid4()
    for _ in range(3):
        incidents.note(row.pk, "已通知交警", ding, key)
    assert Remark.objects.filter(kind="note").count() == 1
    assert Incident.objects.get().notes == 1


def test_a_second_call_about_the_same_is_noticed(ding, call) -> None:
    first = call("隧道积水")
    second = call("路面积水很深", lon=113.655)
    assert second.similar == [first.pk]
    assert call("有人打架", lon=113.655).similar == [second.pk]  # near, though of another kind
    assert call("积水", lon=113.70).similar == []


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"words": " "}, "words"),
        ({"nature": "earthquake"}, "nature"),
        ({"severity": 5}, "severity"),
        ({"lon": 1.0}, "lat"),
        ({"source": "dream"}, "source"),
        ({"address": "路" * 201}, "address"),
        ({"caller_phone": "1" * 31}, "caller_phone"),
        ({"reported_at": datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)}, "reported_at"),
        ({"reported_at": datetime.datetime(2026, 1, 1)}, "reported_at"),
        ({"words": "着火" * 4000}, "words"),
    ],
)
def test_a_bad_call_leaves_nothing(ding, given, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        incidents.report(incidents.Call(**({"words": "着火"} | given)), ding)
    assert refused.value.field == field and refused.value.zh
    assert not Incident.objects.exists() and not Event.objects.filter(topic="incident").exists()


def test_who_has_it_is_seen_and_a_stale_picture_refused(ding, call, enrol) -> None:
    row, other = call(), may.of_user(enrol("dai", Role.DISPATCHER))
    taken = incidents.take(row.pk, ding, version=row.version)
    assert taken.taken_by_id == ding.user_id
    assert incidents.take(row.pk, ding).version == taken.version  # again: nothing changes
    with pytest.raises(Conflict) as refused:
        incidents.take(row.pk, other, version=row.version)
    assert refused.value.more["current"]["taken_by"] == ding.user_id
    assert incidents.take(row.pk, other, version=taken.version).taken_by_id == other.user_id
    assert Incident.objects.get().taken_at == taken.taken_at  # the first stands


def test_a_crew_stamp_outdates_nobodys_decision(ding, call, unit) -> None:
    row, one = call(), unit("D1")
    sent = orders.dispatch(row.pk, [orders.Order(one.pk)], ding, version=row.version)
    looked_at = sent.version
    units.status(one.pk, units.Said("en_route"), ding)
    changed = incidents.edit(row.pk, {"severity": 1}, ding, version=looked_at)
    assert changed.severity == 1 and changed.version > looked_at + 1


def test_corrections_are_told_by_field(ding, call) -> None:
    row = call()
    given = {"nature": "fire", "deaths": 2, "response_level": 3, "under_control": True}
    row = incidents.edit(row.pk, given, ding)
    assert (row.nature, row.deaths, row.response_level) == ("fire", 2, 3)
    assert {"nature", "deaths", "response_level", "under_control_at"} <= set(
        bodies("edited")[0]["changed"]
    )
    first = row.under_control_at
    assert incidents.edit(row.pk, {"under_control": True}, ding).under_control_at == first
    assert len(bodies("edited")) == 1  # what changes nothing is not told
    with pytest.raises(Invalid):
        incidents.edit(row.pk, {"deaths": -1}, ding)


def test_closing_needs_an_outcome_and_nobody_out_there(ding, call, unit) -> None:
    row, one = call(), unit("D1")
    with pytest.raises(Invalid) as refused:
        incidents.close(row.pk, "", ding)
    assert refused.value.field == "outcome"
    orders.dispatch(row.pk, [orders.Order(one.pk)], ding)
    with pytest.raises(Conflict, match="D1 still ordered"):
        incidents.close(row.pk, "handled", ding)
    units.status(one.pk, units.Said("available"), ding)
    closed = incidents.close(row.pk, "handled", ding, "排水完成")
    assert closed.state == "closed" and closed.closed_at
    assert not Task.objects.filter(state="running").exists()
    assert bodies("closed")[0]["gone"] is True
    with pytest.raises(Conflict, match="closed"):
        incidents.take(row.pk, ding)
    incidents.note(row.pk, "补记", ding)  # words may come late
    again = incidents.reopen(row.pk, ding)
    assert again.state == "open" and again.outcome == ""
    assert Task.objects.filter(state="running", kind="unassigned").count() == 1


def test_links_are_kept_once_and_must_exist(ding, call) -> None:
    first, second = call(), call("着火")
    for _ in range(2):
        incidents.link(second.pk, "incident", first.pk, ding)
    assert len(bodies("linked")) == 1
    for ref in (second.pk, 999):
        with pytest.raises(Unknown):
            incidents.link(second.pk, "incident", ref, ding)
    with pytest.raises(Invalid):
        incidents.link(second.pk, "rumour", 1, ding)


def test_rights_are_asked(ding, call, enrol, citizen) -> None:
    row = call()
    with pytest.raises(Unknown):
        incidents.take(row.pk, may.of_user(citizen))
    with pytest.raises(Forbidden):
        incidents.take(row.pk, may.of_user(enrol("pan", Role.PLANNER)))
    with pytest.raises(Forbidden):
        incidents.report(incidents.Call("着火"), may.of_user(citizen))


def test_an_alert_becomes_an_incident_with_one_key(shelf_rules, station, noon, ding) -> None:
    _, depth = station("D1", "water_depth")
    for minute in range(2):
        at = noon + datetime.timedelta(minutes=minute)
        ingest.commit([ingest.Row.of(depth.pk, at, 60)])
    alert = Alert.objects.get()
    row, _ = incidents.report(incidents.Call(alert=alert.pk), ding)
    assert row.source == "alert" and row.point == alert.geom and row.severity == alert.severity
    assert row.nature == "flooding" and row.links.get().ref == alert.pk
    assert Alert.objects.get().state == "open"  # who handles the alert is another question


def test_the_database_itself_keeps_stamps(ding, call) -> None:
    row = call()
    with pytest.raises(DatabaseError, match="stamped already"), transaction.atomic():
        Incident.objects.filter(pk=row.pk).update(reported_at=clock.now())
    with pytest.raises(DatabaseError, match="without an event"), transaction.atomic():
        Incident.objects.filter(pk=row.pk).update(severity=1)
