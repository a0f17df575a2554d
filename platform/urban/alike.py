"""Cases that may be one and the same: the same kind, near, recent and not ended."""

import datetime
from typing import Any

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D
from django.db.models import QuerySet

from urban import clocks
from urban.models import OPEN, Case

_MOST = 10
_DEGREE_M = 111_195.0  # metres of one degree of latitude


def near(
    kind: str, code: str, point: Point, at: datetime.datetime, but: int | None = None
) -> QuerySet[Case]:
    """Return open cases of a kind around a point, nearest first, with `away` as a distance."""
    metres, span = clocks.alike_within(at)
    degrees = metres / _DEGREE_M * 2  # of longitude too, up to 60 degrees north; then exactly
    box = point.buffer(degrees)
    box.srid = 4326
    rows = (
        Case.objects.filter(OPEN, kind=kind, code=code, geom__coveredby=box.envelope)
        .filter(reported_at__range=(at - span, at + span))
        .annotate(away=Distance("geom", point, spheroid=True))
        .filter(away__lte=D(m=metres))
    )
    if but is not None:
        rows = rows.exclude(pk=but)
    return rows.order_by("away", "pk")


def of_case(case: Case) -> list[dict[str, Any]]:
    """Return what may be the same as a case, for somebody to decide."""
    found = near(case.kind, case.code, case.geom, case.reported_at, case.pk)
    return [
        {
            "id": row.pk,
            "number": row.number,
            "state": row.state,
            "reported_at": row.reported_at.isoformat(),
            "distance_m": round(row.away.m, 1),  # type: ignore[attr-defined]
        }
        for row in found[:_MOST]
    ]
