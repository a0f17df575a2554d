"""Lists of cases: what waits for whom, what is late, what was searched for; keyset pages."""

import datetime
from typing import Any

from django.db.models import Q, QuerySet
from ninja import Schema

from core import clock
from core.errors import Invalid
from people import may
from people.models import Role
from urban.card import public
from urban.legality import department_of
from urban.models import OPEN, UNSEEN, Case
from urban.move import WAITING, State

MOST = 200
_DESK = ("accept", "dispatch", "close")
_MINE: dict[str, tuple[str, ...]] = {
    Role.DISPATCHER: _DESK,
    Role.SUPERVISOR: _DESK,
    Role.ADMIN: _DESK,
    Role.INSPECTOR: ("verify", "check"),
    Role.RESPONDER: ("handle",),
}


class Filters(Schema):
    """What to list; states are comma-separated, `after` is the last page's `next`."""

    waiting: str = ""
    state: str = ""
    q: str = ""
    kind: str = ""
    code: str = ""
    department: str = ""
    source: str = ""
    open: bool | None = None
    late: bool | None = None
    mine: bool = False
    after: int | None = None
    limit: int = 50


def page(wanted: Filters, rights: may.Rights) -> dict[str, Any]:
    """Return one page of what may be seen, newest first, with the addresses that people gave."""
    rows = chosen(wanted, rights).select_related("department", "report")
    if wanted.after is not None:
        rows = rows.filter(pk__lt=wanted.after)
    limit = max(1, min(wanted.limit, MOST))
    found = list(rows.order_by("-pk")[: limit + 1])
    following = found[limit - 1].pk if len(found) > limit else None
    items = [public(row) | {"address": row.report.address} for row in found[:limit]]
    return {"items": items, "next": following}


def chosen(wanted: Filters, rights: may.Rights) -> QuerySet[Case]:
    """Return the cases that a filter keeps."""
    rows = Case.objects.filter(may.visible(rights, "case.see"))
    if wanted.waiting:
        rows = rows.filter(_waiting(wanted.waiting, rights))
    if wanted.state:
        rows = rows.filter(state__in=wanted.state.split(","))
    if wanted.open is not None:
        rows = rows.filter(OPEN if wanted.open else ~OPEN)
    if wanted.late:
        rows = rows.filter(OPEN, due_at__lt=clock.now())
    if wanted.mine:
        rows = rows.filter(report__reporter_id=rights.user_id)
    if wanted.q.strip():
        rows = rows.filter(_words(wanted.q.strip()))
    equal = {"kind": wanted.kind, "code": wanted.code, "source": wanted.source}
    equal["department__code"] = wanted.department
    return rows.filter(**{field: value for field, value in equal.items() if value})


def _words(query: str) -> Q:
    return (
        Q(number__icontains=query)
        | Q(name_zh__icontains=query)
        | Q(name_en__icontains=query)
        | Q(place_zh__icontains=query)
        | Q(place_en__icontains=query)
        | Q(report__address__icontains=query)
    )


def _waiting(what: str, rights: may.Rights) -> Q:
    if what == "mine":
        kept = Q(pk__in=[])
        for each in _MINE.get(rights.role, ()):
            kept |= _waiting(each, rights)
        return kept
    if what not in WAITING:
        raise Invalid(
            f"waiting is mine or one of {', '.join(WAITING)}", zh="未知的筛选", field="waiting"
        )
    kept = Q(state__in=WAITING[what])
    if what == "verify":  # nobody need be sent to what nobody has looked at yet
        kept |= Q(state=State.REPORTED, source__in=sorted(UNSEEN))
    if what == "handle" and rights.role == Role.RESPONDER:
        kept &= Q(department__code=department_of(rights) or "")
    return kept


def window(since: datetime.datetime | None, until: datetime.datetime | None) -> Q:
    """Return the filter on when cases were reported; half open."""
    kept = Q()
    if since is not None:
        kept &= Q(reported_at__gte=since)
    if until is not None:
        kept &= Q(reported_at__lt=until)
    return kept
