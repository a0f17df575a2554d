"""Cases that are found by the beginning of their number."""

from django.db.models import Q

from layers.search.source import Codes, Found
from people import may
from people.may import Rights
from urban.models import Case

_SHORTEST = 3  # characters of a number; fewer would name every case of a year


class Numbers(Codes):
    """Cases come by the minute: their numbers are looked up in the table's own index."""

    code = "case"

    def find(self, typed: str, rights: Rights, limit: int) -> list[Found]:
        """Return those whose number begins with what was typed, newest first."""
        if len(typed) < _SHORTEST or not typed[0].isdecimal():
            return []
        wanted = Q(number__startswith=typed.upper())
        if typed.isdecimal() and len(typed) < 10:
            wanted |= Q(pk=int(typed))  # the number ends in it
        rows = Case.objects.filter(may.visible(rights, "case.see"), wanted)
        return [_case(row) for row in rows.order_by("-number")[:limit]]


def _case(row: Case) -> Found:
    return Found(
        id=str(row.pk),
        name_zh=row.name_zh,
        name_en=row.name_en,
        code=row.number,
        kind=row.kind,
        kind_zh="案件",
        kind_en="Case",
        lon=round(row.geom.x, 6),
        lat=round(row.geom.y, 6),
        division=row.scope,
        simulated=row.simulated,
    )


SEARCHED = (Numbers(),)
