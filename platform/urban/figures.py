"""A supervisor's counts, from the cases reported in a period (half open, by time of report)."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from core import clock
from people import may
from urban.evaluation import rates
from urban.listing import window
from urban.models import OPEN, Case
from urban.move import STANDINGS, State

_FINAL = (State.VOID, State.MERGED)


def _counted(now: datetime.datetime) -> dict[str, Count]:
    """Return what is counted in one pass; who holds a case on hold owes nothing while it hangs."""
    at_work = Q(dispatched_at__isnull=False) & ~Q(state__in=_FINAL)
    answered = at_work & Q(answered_at__isnull=False)
    overdue = at_work & Q(answered_at=None, handle_due_at__lt=now)
    filed = Q(registered_at__isnull=False)
    closed = Q(closed_at__isnull=False)
    to_close = closed | (filed & OPEN & Q(close_by__lt=now))
    conditions = {
        "上报": Q(),
        "有效上报": ~Q(state=State.REJECTED),
        "立案": filed,
        "作废": Q(state=State.VOID),
        "应处置": answered | overdue,
        "处置": answered,
        "按期处置": answered & Q(answered_in_time=True),
        "超期待处置": overdue,
        "延期": at_work & Q(extensions__gt=0),
        "应结案": to_close,
        "结案": closed,
        "按期结案": closed & Q(closed_at__lte=F("close_by")),
        "返工": at_work & Q(reworks__gt=0),
        "open": OPEN,
        "late": OPEN & Q(due_at__lt=now),
    }
    return {name: Count("pk", filter=each) for name, each in conditions.items()}


def of(
    rights: may.Rights, since: datetime.datetime | None, until: datetime.datetime | None
) -> dict[str, Any]:
    """Return counts and rates: all, by state and by department; rates of nothing are None."""
    rows = Case.objects.filter(may.visible(rights, "case.see")).filter(window(since, until))
    counted = _counted(clock.now())
    return {
        "since": since.isoformat() if since else None,
        "until": until.isoformat() if until else None,
        "counted_by": "reported_at",
        "total": _figures(rows.aggregate(**counted)),
        "states": _by_state(rows),
        "departments": [_department(row) for row in _by_department(rows, counted)],
    }


def _by_department(rows: "QuerySet[Case]", counted: dict[str, Count]) -> Iterable[dict[str, Any]]:
    named = rows.exclude(department=None).values(
        "department__code", "department_zh", "department_en"
    )
    return map(dict, named.annotate(**counted).order_by("department__code"))


def _department(row: dict[str, Any]) -> dict[str, Any]:
    code, zh, en = (row.pop(f"department{end}") for end in ("__code", "_zh", "_en"))
    return {"code": code, "name_zh": zh, "name_en": en, **_figures(row)}


def _figures(row: dict[str, Any]) -> dict[str, Any]:
    opened, late = row.pop("open"), row.pop("late")
    return {"open": opened, "late": late, "counts": row, "rates": rates(row)}


def _by_state(rows: "QuerySet[Case]") -> list[dict[str, Any]]:
    found = dict(rows.values_list("state").annotate(Count("pk")).order_by())
    return [
        {"state": state.value, "name_zh": each.zh, "name_en": each.en, "cases": found[state]}
        for state, each in STANDINGS.items()
        if found.get(state)
    ]
