"""Reports sent upward: made from the log, kept as they were sent, sealed in the log."""

import dataclasses
import json
from collections.abc import Mapping

from django.db import transaction

from core import clock
from core.errors import Conflict, Invalid
from emergency import history, public
from emergency import report as making
from emergency.actions.log import keep, locked_incident
from emergency.models import Incident, Report
from feed.log import seal
from people import may

LONGEST = 2000
GIVEN = frozenset(making.FIRST_GIVEN) | frozenset(making.FINAL_GIVEN)


def send(incident_id: int, given: Mapping[str, str], rights: may.Rights) -> Report:
    """Make and keep the next report: the first, then follow-ups, the final once it is closed."""
    _check(given)
    with transaction.atomic():
        incident = locked_incident(incident_id, rights, "incident.command")
        last = incident.reports.order_by("-number").first()
        kind = _kind(incident, last)
        steps = history.of_incident(incident)
        fresh = [step for step in steps if last is None or step["seq"] > last.upto]
        if kind == Report.Kind.FIRST:
            parts = making.first(incident, fresh, given)
        elif kind == Report.Kind.FOLLOW_UP:
            parts = making.follow_up(fresh, given)
        else:
            parts = making.final(incident, fresh, given)
        content = [dataclasses.asdict(part) for part in parts]
        before = public.incident(incident)
        salt, digest = seal(json.dumps(content, ensure_ascii=False, sort_keys=True))
        made = Report.objects.create(
            incident=incident,
            kind=kind,
            number=last.number + 1 if last else 0,
            content=content,
            upto=steps[-1]["seq"] if steps else 0,
            salt=salt,
            by_id=rights.user_id or None,
            made_at=clock.now(),
        )
        did = {"report": made.pk, "kind": str(kind), "number": made.number, "digest": digest}
        keep(incident, before, "reported_up", rights.actor, did=did)
        return made


def _kind(incident: Incident, last: Report | None) -> Report.Kind:
    if last is None:
        return Report.Kind.FIRST
    if last.kind == Report.Kind.FINAL:
        raise Conflict(
            f"the final report of incident {incident.pk} has been sent",
            zh=f"事件 {incident.pk} 已报送终报",
        )
    closed = incident.state == Incident.State.CLOSED
    return Report.Kind.FINAL if closed else Report.Kind.FOLLOW_UP


def _check(given: Mapping[str, str]) -> None:
    for name, words in given.items():
        if name not in GIVEN:
            raise Invalid(
                f"a report takes {', '.join(sorted(GIVEN))}", zh="没有此报告项", field=name
            )
        if len(words) > LONGEST or "\x00" in words:
            raise Invalid(
                f"{name} has at most {LONGEST} characters",
                zh=f"每项不超过 {LONGEST} 个字符",
                field=name,
            )
