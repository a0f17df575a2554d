"""An incident's life: reported, taken, corrected, linked, under control, closed, reopened."""

import dataclasses
import datetime
import uuid
from typing import Any

from django.contrib.gis.measure import D
from django.db import IntegrityError, transaction
from django.db.models import Q

from alerts.models import Alert
from core import clock
from core.errors import Conflict, Invalid, Unknown
from core.severity import Severity
from emergency import place, public
from emergency.actions import timers
from emergency.actions.log import (
    check,
    check_running,
    keep,
    locked_incident,
    write,
)
from emergency.models import Caller, Incident, Link, Remark
from emergency.nature import OTHER, natures, propose
from feed.log import seal
from people import may
from people.models import User
from urban.models import Case

MAX_AHEAD = datetime.timedelta(minutes=2)
OLDEST = datetime.timedelta(days=7)
LONGEST_ADDRESS, LONGEST_NARRATIVE = 200, 4000
# a second call about the same thing comes from nearby and soon
_SAME_KIND_M, _ANY_KIND_M = 1000, 200
_SAME_TIME = datetime.timedelta(hours=1)
_COUNTS = ("deaths", "serious_injuries", "missing")
_LINKED: dict[str, type[Alert] | type[Case] | type[Incident]] = {
    Link.Kind.ALERT: Alert,
    Link.Kind.CASE: Case,
    Link.Kind.INCIDENT: Incident,
}
_LEVELS = ("severity", "response_level", "warning_colour")


@dataclasses.dataclass(frozen=True, slots=True)
class Call:
    """What is known when an incident is reported; without a type, the words propose one."""

    words: str = ""
    nature: str = ""
    severity: int | None = None
    lon: float | None = None
    lat: float | None = None
    address: str = ""
    source: str = "call"
    caller_name: str = ""
    caller_phone: str = ""
    reported_at: datetime.datetime | None = None
    alert: int | None = None
    case: int | None = None
    key: uuid.UUID | None = None


def report(call: Call, rights: may.Rights) -> tuple[Incident, bool]:
    """Open an incident; returns it and whether it is new: the same key gives the same incident."""
    if call.alert is not None:
        call = _of_alert(call, rights)
    where = place.at(call.lon, call.lat)
    may.require(rights, "incident.report", where.scope)
    nature, severity = _judged(call)
    try:
        known = Incident.objects.filter(key=call.key).first() if call.key else None
        return (known, False) if known else (_open(call, where, nature, severity, rights), True)
    except IntegrityError:  # the same was sent twice at once, and the other came first
        return Incident.objects.get(key=call.key), False


@transaction.atomic
def _open(
    call: Call, where: place.Place, nature: str, severity: Severity, rights: may.Rights
) -> Incident:
    incident = _new(call, where, nature, severity, rights)
    did = _personal(incident, call, rights)
    did |= _first_links(incident, call)
    keep(incident, None, "reported", rights.actor, incident.reported_at, did=did)
    timers.unassigned(incident, rights.actor)
    return incident


def _judged(call: Call) -> tuple[str, Severity]:
    """Return type and grade: as given, else as the words propose."""
    if call.nature and call.nature not in natures():
        raise Invalid(
            f"there is no incident type {call.nature!r}",
            zh=f"没有事件类型 {call.nature!r}",
            field="nature",
            remedy="see GET /api/v1/incidents/natures",
        )
    if not call.nature and not call.words.strip() and call.alert is None:
        raise Invalid(
            "say what happened, or give its type",
            zh="请描述情况或选择事件类型",
            field="words",
        )
    proposed = {each.nature.code: each for each in propose(call.words)}
    code = call.nature or next(iter(proposed), OTHER)
    usual = proposed[code].severity if code in proposed else natures()[code].severity
    return code, _level(call.severity if call.severity is not None else usual, "severity")


def _level(value: int, field: str) -> Severity:
    if value not in list(Severity):
        raise Invalid(f"{field} is 1 (worst) to 4", zh="等级应为 1（最高）至 4", field=field)
    return Severity(value)


def _new(
    call: Call, where: place.Place, nature: str, severity: Severity, rights: may.Rights
) -> Incident:
    now = clock.now()
    simulated = User.objects.filter(pk=rights.user_id, simulated=True).exists()
    incident = Incident(
        nature=nature,
        severity=severity,
        source=_source(call),
        point=where.point,
        address=_address(call.address),
        scope=where.scope,
        place_zh=where.zh,
        place_en=where.en,
        reported_at=_reported(call.reported_at, now),
        known_at=now,
        changed_at=now,
        key=call.key,
        simulated=simulated,
    )
    incident.similar = similar(incident)
    incident.save()
    return incident


def _source(call: Call) -> str:
    if call.source not in Incident.Source.values:
        raise Invalid(
            f"source is one of {', '.join(Incident.Source.values)}", zh="来源有误", field="source"
        )
    return call.source


def _address(text: str) -> str:
    text = text.strip()
    if len(text) > LONGEST_ADDRESS or "\x00" in text:
        raise Invalid(
            f"an address has at most {LONGEST_ADDRESS} characters",
            zh=f"地址不得超过 {LONGEST_ADDRESS} 个字符",
            field="address",
        )
    return text


def _reported(given: datetime.datetime | None, now: datetime.datetime) -> datetime.datetime:
    if given is None:
        return now
    if given.tzinfo is None or not now - OLDEST <= given <= now + MAX_AHEAD:
        raise Invalid(
            "reported_at lies in the future, more than a week ago, or without an offset",
            zh="接报时间在未来、早于一周或缺少时区",
            field="reported_at",
        )
    return given


def similar(incident: Incident) -> list[int]:
    """Return incidents near in place and time, newest first: perhaps the same thing."""
    if incident.point is None:
        return []
    near = Q(nature=incident.nature, point__dwithin=(incident.point, _degrees(_SAME_KIND_M)))
    near |= Q(point__dwithin=(incident.point, _degrees(_ANY_KIND_M)))
    since = incident.reported_at - _SAME_TIME
    found = Incident.objects.filter(near, reported_at__gte=since).exclude(pk=incident.pk)
    return list(found.order_by("-pk").values_list("pk", flat=True)[:5])


def _degrees(metres: float) -> float:
    return float(D(m=metres).m) / 111_320.0


def _personal(incident: Incident, call: Call, rights: may.Rights) -> dict[str, Any]:
    """Keep narrative and caller beside the log; return their digests."""
    did: dict[str, Any] = {}
    if call.words.strip():
        did |= write(incident, Remark.Kind.NARRATIVE, call.words, rights)
    name, phone = call.caller_name.strip(), call.caller_phone.strip()
    if name or phone:
        if len(name) > 60 or len(phone) > 30 or "\x00" in name + phone:
            raise Invalid(
                "a name has at most 60 characters, a phone number 30",
                zh="姓名不超过 60 字、电话不超过 30 位",
                field="caller_phone" if len(phone) > 30 else "caller_name",
            )
        salt, digest = seal(f"{name}\n{phone}")
        Caller.objects.create(incident=incident, name=name, phone=phone, salt=salt)
        did["caller"] = digest
    return did


def _first_links(incident: Incident, call: Call) -> dict[str, Any]:
    did = {}
    for kind, ref in ((Link.Kind.ALERT, call.alert), (Link.Kind.CASE, call.case)):
        if ref is not None:
            Link.objects.create(incident=incident, kind=kind, ref=ref)
            did[str(kind)] = ref
    return did


def _of_alert(call: Call, rights: may.Rights) -> Call:
    """Return the call with what the alert tells: place, time; the alert itself stays as it is."""
    alert = Alert.objects.select_related("thing").filter(pk=call.alert or 0).first()
    if alert is None or not may.may(rights, "alert.see", alert.scope):
        raise Unknown(f"there is no alert {call.alert}", zh=f"没有编号为 {call.alert} 的告警")
    words = call.words or f"{alert.title_zh} {alert.title_en}：{alert.thing.name}"
    point = alert.geom if call.lon is None else None
    return dataclasses.replace(
        call,
        words=words,
        lon=point.x if point else call.lon,
        lat=point.y if point else call.lat,
        address=call.address or alert.thing.name,
        source="alert",
        severity=call.severity if call.severity is not None else alert.severity,
    )


# --- what people do about it ---------------------------------------------------------------------


def take(incident_id: int, rights: may.Rights, version: int | None = None) -> Incident:
    """Take an incident on oneself, so that others see who has it; twice changes nothing."""
    with transaction.atomic():
        incident = locked_incident(incident_id, rights, "incident.command")
        check_running(incident)
        if incident.taken_by_id == rights.user_id:
            return incident
        check(incident, version)
        before = public.incident(incident)
        did = {"from": incident.taken_by_id}
        incident.taken_by_id = rights.user_id
        incident.taken_at = incident.taken_at or clock.now()
        return keep(incident, before, "taken", rights.actor, did=did, decision=True)


def note(
    incident_id: int, words: str, rights: may.Rights, key: uuid.UUID | None = None
) -> Incident:
    """Add words, sealed in the log; the same key is kept once. A closed incident takes them too."""
    with transaction.atomic():
        incident = locked_incident(incident_id, rights, "incident.note")
        if key and Remark.objects.filter(key=key).exists():
            return incident
        before = public.incident(incident)
        did = write(incident, Remark.Kind.NOTE, words, rights, key)
        return keep(incident, before, "noted", rights.actor, did=did)


def edit(
    incident_id: int, given: dict[str, Any], rights: may.Rights, version: int | None = None
) -> Incident:
    """Correct what is known: type, grade, level, colour, place, address, losses.

    `under_control: true` stamps the moment, once.
    """
    with transaction.atomic():
        incident = locked_incident(incident_id, rights, "incident.command")
        check_running(incident)
        check(incident, version)
        before = public.incident(incident)
        _correct(incident, given, rights)
        if public.incident(incident) == before:
            return incident
        return keep(incident, before, "edited", rights.actor, decision=True)


def _correct(incident: Incident, given: dict[str, Any], rights: may.Rights) -> None:
    if "nature" in given:
        incident.nature = _judged(Call(nature=given["nature"] or OTHER))[0]
    for field in _LEVELS:
        if field in given and (given[field] is not None or field != "severity"):
            value = given[field]
            setattr(incident, field, None if value is None else _level(value, field))
    if "address" in given:
        incident.address = _address(given["address"] or "")
    if "lon" in given or "lat" in given:
        _move(incident, place.at(given.get("lon"), given.get("lat")), rights)
    _count(incident, given)
    if given.get("under_control") and incident.under_control_at is None:
        incident.under_control_at = clock.now()


def _move(incident: Incident, where: place.Place, rights: may.Rights) -> None:
    may.require(rights, "incident.command", where.scope)
    incident.point, incident.scope = where.point, where.scope
    incident.place_zh, incident.place_en = where.zh, where.en


def _count(incident: Incident, given: dict[str, Any]) -> None:
    for field in (*_COUNTS, "loss_10k_yuan"):
        if field not in given:
            continue
        value = given[field]
        if value is not None and not 0 <= value < 10_000_000:
            raise Invalid(f"{field} cannot be {value}", zh="数值超出范围", field=field)
        setattr(incident, field, value)


def link(incident_id: int, kind: str, ref: int, rights: may.Rights) -> Incident:
    """Join an alert, a case or another incident to it; twice changes nothing."""
    with transaction.atomic():
        incident = locked_incident(incident_id, rights, "incident.command")
        if kind not in Link.Kind.values:
            raise Invalid(f"kind is one of {', '.join(Link.Kind.values)}", zh="关联类型有误",
                          field="kind")  # fmt: skip
        _must_exist(kind, ref, incident, rights)
        before = public.incident(incident)
        _, made = Link.objects.get_or_create(incident=incident, kind=kind, ref=ref)
        if not made:
            return incident
        return keep(incident, before, "linked", rights.actor, did={"kind": kind, "ref": ref})


def _must_exist(kind: str, ref: int, incident: Incident, rights: may.Rights) -> None:
    table = _LINKED[Link.Kind(kind)]
    found = table.objects.filter(may.visible(rights, f"{kind}.see"), pk=ref).exists()
    if not found or (kind == Link.Kind.INCIDENT and ref == incident.pk):
        raise Unknown(f"there is no other {kind} {ref}", zh=f"没有可关联的编号 {ref}")


def close(
    incident_id: int,
    outcome: str,
    rights: may.Rights,
    words: str = "",
    version: int | None = None,
) -> Incident:
    """Say how it ended. Refused while units are still on it; what was timed is cancelled."""
    if outcome not in Incident.Outcome.values:
        raise Invalid(
            f"outcome must be one of {', '.join(Incident.Outcome.values)}",
            zh="结束事件须选择处置结果",
            field="outcome",
        )
    with transaction.atomic():
        incident = locked_incident(incident_id, rights, "incident.command")
        check_running(incident)
        check(incident, version)
        _check_released(incident)
        before = public.incident(incident)
        did: dict[str, Any] = {"outcome": outcome}
        if words.strip():
            did |= write(incident, Remark.Kind.NOTE, words, rights)
        incident.state, incident.outcome = Incident.State.CLOSED, outcome
        incident.closed_at = clock.now()
        keep(incident, before, "closed", rights.actor, did=did, decision=True)
        timers.end_of_incident(incident, rights.actor)
        return incident


def _check_released(incident: Incident) -> None:
    still = [
        row.unit.code
        for row in incident.assignments.filter(available_at=None).select_related("unit")
    ]
    if still:
        raise Conflict(
            f"{', '.join(still)} still ordered to incident {incident.pk}",
            zh=f"{'、'.join(still)} 尚未撤离，不能结束事件 {incident.pk}",
            remedy="set the units available first",
            reason="units_out",
            units=still,
            current=public.incident(incident),
        )


def reopen(incident_id: int, rights: may.Rights, version: int | None = None) -> Incident:
    """Open a closed incident again; that it was closed stays in the log."""
    with transaction.atomic():
        incident = locked_incident(incident_id, rights, "incident.command")
        if incident.state != Incident.State.CLOSED:
            return incident
        check(incident, version)
        before = public.incident(incident)
        incident.outcome, incident.closed_at = "", None
        settle(incident)
        keep(incident, before, "reopened", rights.actor, decision=True)
        if incident.state == Incident.State.OPEN:
            timers.unassigned(incident, rights.actor)
        return incident


def settle(incident: Incident) -> None:
    """Set the state that orders and stamps amount to.

    Open: nobody is on it and nobody has been there. Active: somebody is, or was.
    """
    if incident.closed_at is not None:
        incident.state = Incident.State.CLOSED
    elif incident.on_scene_at or incident.assignments.filter(available_at=None).exists():
        incident.state = Incident.State.ACTIVE
    else:
        incident.state = Incident.State.OPEN
