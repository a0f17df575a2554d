"""The only writer of alerts: what rules find, and the steps that people take."""

import dataclasses
import datetime
from typing import Any

from django.contrib.gis.geos import Point
from django.db import transaction

from alerts.kind import Measure
from alerts.models import Alert, Note, Standing
from alerts.rule import Rule
from alerts.standing import Verdict
from core import clock
from core.errors import Conflict, Invalid, Unknown
from core.severity import Severity
from feed.log import Happening, changes, ewkb, record, seal
from people import may
from people.models import User
from places.label import label
from sensors.models import Datastream, Thing

MOVES = {
    "acknowledged": (Alert.State.OPEN,),
    "assigned": (Alert.State.OPEN, Alert.State.ACKNOWLEDGED),
    "resolved": (Alert.State.OPEN, Alert.State.ACKNOWLEDGED),
}
LONGEST_NOTE = 4000


@dataclasses.dataclass(frozen=True, slots=True)
class Subject:
    """What an alert is about: a thing, and the stream or fence that the rule looked at."""

    key: str
    thing_id: int
    datastream_id: int | None = None
    fence_id: int | None = None
    unit: str = ""
    point: Point | None = None

    @property
    def standing(self) -> str:
        """Return what standings are read by: a thing's fences are read together."""
        return self.key if self.fence_id is None else f"t:{self.thing_id}"

    def slot(self, rule: str) -> str:
        """Return the rule's name in the standing: one for each fence."""
        return rule if self.fence_id is None else f"{rule}/{self.fence_id}"


def public(alert: Alert) -> dict[str, Any]:
    """Return the whole alert as the log and every screen have it; nothing personal is in it."""
    thing = alert.thing
    return {
        "id": alert.pk,
        "number": alert.pk,
        "rule": alert.rule,
        "rule_version": alert.rule_version,
        "kind": alert.kind,
        "title_zh": alert.title_zh,
        "title_en": alert.title_en,
        "severity": alert.severity,
        "peak": alert.peak,
        "state": str(alert.state),
        "condition": "active" if alert.cleared_at is None else "cleared",
        "closed": alert.closed,
        "thing_id": alert.thing_id,
        "thing_zh": thing.name,
        "thing_en": thing.name_en or thing.name,
        "thing_kind": thing.kind,
        "datastream_id": alert.datastream_id,
        "fence_id": alert.fence_id,
        "property": alert.property,
        "unit": alert.unit,
        "value": alert.value,
        "limit": alert.limit,
        "values": alert.values,
        "standard_zh": alert.standard_zh,
        "standard_en": alert.standard_en,
        "opened_at": _iso(alert.opened_at),
        "changed_at": _iso(alert.changed_at),
        "cleared_at": _iso(alert.cleared_at),
        "acknowledged_at": _iso(alert.acknowledged_at),
        "acknowledged_by": alert.acknowledged_by_id,
        "assigned_to": alert.assigned_to_id,
        "resolved_at": _iso(alert.resolved_at),
        "resolved_by": alert.resolved_by_id,
        "outcome": str(alert.outcome) or None,
        "comments": alert.comments,
        "scope": alert.scope,
        "place_zh": alert.place_zh,
        "place_en": alert.place_en,
        "simulated": alert.simulated,
        "version": alert.version,
    }


def _iso(moment: datetime.datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(clock.UTC).isoformat()


def _tell(
    alert: Alert,
    before: dict[str, Any] | None,
    kind: str,
    actor: str,
    at: datetime.datetime,
    did: dict[str, Any] | None = None,
) -> Alert:
    now = public(alert)
    body: dict[str, Any] = {"now": now, "did": did or {}, "gone": alert.closed}
    if before is not None:
        body["changed"] = sorted(changes(before, now))
    record(
        Happening(
            topic="alert",
            kind=kind,
            entity="alert",
            entity_id=str(alert.pk),
            actor=actor,
            at=at,
            scope=alert.scope,
            geom=ewkb(alert.geom),
            body=body,
        )
    )
    return alert


# --- what rules find -----------------------------------------------------------------------------


def follow(
    rule: Rule,
    subject: Subject,
    alert_id: int | None,
    verdict: Verdict,
    measure: Measure,
    at: datetime.datetime,
) -> int | None:
    """Carry a rule's verdict out and return the subject's alert, None once it is closed.

    In the transaction of the reading; `at` is the reading's own time. A subject has one alert per
    rule until that is closed: a cause that comes back goes on with it.
    """
    alert = (
        Alert.objects.select_for_update(no_key=True, of=("self",))
        .select_related("thing")
        .filter(pk=alert_id, closed=False)
        .first()
        if alert_id is not None
        else Alert.objects.select_for_update(no_key=True, of=("self",))
        .select_related("thing")
        .filter(rule=rule.code, subject=subject.key, closed=False)
        .first()
    )
    if alert is None:
        return None if verdict.grade is None else _raise(rule, subject, verdict, measure, at)
    before, grade = public(alert), alert.severity
    if verdict.grade is None:
        alert.cleared_at = at
        alert.closed = alert.state == Alert.State.RESOLVED
    else:
        _regrade(alert, rule, verdict.grade, measure)
    alert.changed_at = clock.now()
    alert.version += 1
    alert.save()
    kind = verdict.kind if verdict.kind != "raised" else "raised_again"
    did = {"from": grade, "to": alert.severity}
    _tell(alert, before, kind, f"rule:{rule.code}", at, did)
    return None if alert.closed else alert.pk


def _regrade(alert: Alert, rule: Rule, grade: Severity, measure: Measure) -> None:
    """Take a new grade; one that is worse, or a cause that came back, needs a person again."""
    worse, again = grade < alert.severity, alert.cleared_at is not None
    alert.severity = grade
    alert.peak = min(alert.peak, grade)
    alert.cleared_at = None
    alert.rule_version = rule.version
    _show(alert, rule, grade, measure)
    if worse or again:
        alert.state = Alert.State.OPEN
        alert.acknowledged_at = alert.acknowledged_by = None
        alert.resolved_at = alert.resolved_by = None
        alert.outcome = ""


def _show(alert: Alert, rule: Rule, grade: Severity, measure: Measure) -> None:
    alert.value, alert.limit = measure.value, measure.limits.get(grade)
    alert.values = measure.values
    cited = measure.standard or (rule.standard_zh, rule.standard_en)
    alert.standard_zh, alert.standard_en = cited[0][:200], cited[1][:200]


def _raise(
    rule: Rule, subject: Subject, verdict: Verdict, measure: Measure, at: datetime.datetime
) -> int:
    assert verdict.grade is not None
    thing = Thing.objects.get(pk=subject.thing_id)
    place_zh, place_en = label(thing.scope)
    now = clock.now()
    alert = Alert(
        rule=rule.code,
        rule_version=rule.version,
        kind=rule.kind,
        title_zh=rule.title_zh,
        title_en=rule.title_en,
        severity=verdict.grade,
        peak=verdict.grade,
        thing=thing,
        subject=subject.key,
        datastream_id=subject.datastream_id,
        fence_id=subject.fence_id,
        property=rule.property,
        unit=subject.unit,
        geom=subject.point or thing.geom,
        scope=thing.scope,
        place_zh=place_zh,
        place_en=place_en,
        simulated=thing.simulated,
        opened_at=at,
        known_at=now,
        changed_at=now,
    )
    _show(alert, rule, verdict.grade, measure)
    alert.save()
    _tell(alert, None, "raised", f"rule:{rule.code}", at, {"to": verdict.grade})
    return alert.pk


# --- what people do ------------------------------------------------------------------------------


def _locked(alert_id: int, rights: may.Rights, verb: str) -> Alert:
    """Return the alert, locked, if it may be seen; raises Unknown or Forbidden otherwise."""
    alert = (
        Alert.objects.select_for_update(no_key=True, of=("self",))
        .select_related("thing")
        .filter(pk=alert_id)
        .first()
    )
    if alert is None or not may.may(rights, "alert.see", alert.scope):
        raise Unknown(f"there is no alert {alert_id}", zh=f"没有编号为 {alert_id} 的告警")
    may.require(rights, verb, alert.scope)
    return alert


def _check(alert: Alert, step: str, version: int | None) -> None:
    if version is not None and version != alert.version:
        raise Conflict(
            f"alert {alert.pk} has changed since you looked",
            zh=f"告警 {alert.pk} 已被他人更新",
            remedy="look at the present state and decide again",
            current=public(alert),
        )
    if alert.state not in MOVES[step]:
        raise Conflict(
            f"alert {alert.pk} is {alert.state}: it cannot be {step}",
            zh=f"告警 {alert.pk} 当前为“{alert.get_state_display()}”，不能执行此操作",
            current=public(alert),
        )


def _step(
    alert: Alert,
    before: dict[str, Any],
    kind: str,
    rights: may.Rights,
    did: dict[str, Any] | None = None,
) -> Alert:
    alert.changed_at = clock.now()
    alert.version += 1
    alert.save()
    return _tell(alert, before, kind, rights.actor, alert.changed_at, did)


def acknowledge(alert_id: int, rights: may.Rights, version: int | None = None) -> Alert:
    """Somebody has seen it and takes it; acknowledging twice changes nothing."""
    with transaction.atomic():
        alert = _locked(alert_id, rights, "alert.acknowledge")
        if alert.state == Alert.State.ACKNOWLEDGED:
            return alert
        _check(alert, "acknowledged", version)
        before = public(alert)
        alert.state = Alert.State.ACKNOWLEDGED
        alert.acknowledged_at, alert.acknowledged_by_id = clock.now(), rights.user_id
        return _step(alert, before, "acknowledged", rights)


def assign(alert_id: int, user_id: int, rights: may.Rights, version: int | None = None) -> Alert:
    """Give it to somebody who may see it; that acknowledges it."""
    with transaction.atomic():
        alert = _locked(alert_id, rights, "alert.assign")
        _check(alert, "assigned", version)
        before = public(alert)
        person = User.objects.filter(pk=user_id, is_active=True).first()
        if person is None or not may.may(may.of_user(person), "alert.see", alert.scope):
            raise Invalid(
                f"user {user_id} cannot see this alert",
                zh="该人员无权查看此告警",
                field="user",
                remedy="choose somebody whose area covers the alert",
            )
        if alert.state == Alert.State.OPEN:
            alert.state = Alert.State.ACKNOWLEDGED
            alert.acknowledged_at, alert.acknowledged_by_id = clock.now(), rights.user_id
        alert.assigned_to = person
        return _step(alert, before, "assigned", rights, {"user": user_id})


def comment(alert_id: int, words: str, rights: may.Rights) -> Alert:
    """Add words; they stay beside the log, sealed by their digest."""
    with transaction.atomic():
        alert = _locked(alert_id, rights, "alert.comment")
        before = public(alert)
        did = _write(alert, words, rights)
        return _step(alert, before, "commented", rights, did)


def _write(alert: Alert, words: str, rights: may.Rights) -> dict[str, Any]:
    words = words.strip()
    if not words or len(words) > LONGEST_NOTE or "\x00" in words:
        raise Invalid(
            f"a comment has 1 to {LONGEST_NOTE} characters",
            zh=f"备注须为 1 至 {LONGEST_NOTE} 个字符",
            field="words",
        )
    salt, digest = seal(words)
    note = Note.objects.create(
        alert=alert, author_id=rights.user_id, words=words, salt=salt, made_at=clock.now()
    )
    alert.comments += 1
    return {"note": note.pk, "digest": digest}


def resolve(
    alert_id: int, outcome: str, rights: may.Rights, words: str = "", version: int | None = None
) -> Alert:
    """Say how it ended; it closes when its cause has cleared too."""
    with transaction.atomic():
        alert = _locked(alert_id, rights, "alert.resolve")
        _check(alert, "resolved", version)
        before = public(alert)
        if outcome not in Alert.Outcome.values:
            raise Invalid(
                f"outcome must be one of {', '.join(Alert.Outcome.values)}",
                zh="请选择处置结果",
                field="outcome",
            )
        did = {"outcome": outcome} | (_write(alert, words, rights) if words.strip() else {})
        now = clock.now()
        if alert.state == Alert.State.OPEN:
            alert.acknowledged_at, alert.acknowledged_by_id = now, rights.user_id
        alert.state, alert.outcome = Alert.State.RESOLVED, outcome
        alert.resolved_at, alert.resolved_by_id = now, rights.user_id
        alert.closed = alert.cleared_at is not None
        return _step(alert, before, "resolved", rights, did)


# --- what was only shown -------------------------------------------------------------------------


def remove_simulated(actor: str) -> int:
    """Remove the alerts of simulated things, each ended in the log first; returns how many."""
    with transaction.atomic():
        found = list(
            Alert.objects.select_for_update(no_key=True, of=("self",))
            .select_related("thing")
            .filter(thing__simulated=True)
            .order_by("pk")
        )
        now = clock.now()
        for alert in found:
            before = public(alert)
            alert.state, alert.outcome = Alert.State.RESOLVED, Alert.Outcome.TEST
            alert.cleared_at, alert.changed_at, alert.closed = alert.cleared_at or now, now, True
            _tell(alert, before, "resolved", actor, now, {"outcome": alert.outcome})
        streams = Datastream.objects.filter(thing__simulated=True).values_list("pk", flat=True)
        things = Thing.objects.filter(simulated=True).values_list("pk", flat=True)
        subjects = [f"d:{pk}" for pk in streams] + [f"t:{pk}" for pk in things]
        Standing.objects.filter(subject__in=subjects).delete()
        Alert.objects.filter(pk__in=[alert.pk for alert in found]).delete()
        return len(found)
