"""Units that are found by name or code."""

from collections.abc import Iterable, Sequence

from emergency.force import forces
from emergency.models import Unit
from layers.search.source import Family, Found, Source
from people import may
from people.may import Rights

_UNITS = """
SELECT id, name_zh AS zh, name_en AS en, code, scope, 3 AS weight, ST_X(home) AS lon,
       ST_Y(home) AS lat
FROM emergency_unit WHERE active
"""


class Units(Source):
    """Everybody who can be sent, at home."""

    code = "unit"
    rows = _UNITS

    def seen(self, rights: Rights, scopes: Sequence[str]) -> list[bool]:
        """Show those in one's areas."""
        return [may.may(rights, "unit.see", scope) for scope in scopes]

    def now(self, ids: Sequence[int], rights: Rights) -> dict[int, Found]:
        """Return the units that may be seen."""
        rows = Unit.objects.filter(may.visible(rights, "unit.see"), pk__in=ids, active=True)
        return {row.pk: _unit(row) for row in rows}


def _unit(row: Unit) -> Found:
    kind = forces().get(row.kind)
    return Found(
        id=str(row.pk),
        name_zh=row.name_zh,
        name_en=row.name_en,
        code=row.code,
        kind=row.kind,
        kind_zh=kind.title_zh if kind else "处置单位",
        kind_en=kind.title_en if kind else "Unit",
        lon=None,
        lat=None,
        division=row.scope,
        simulated=row.simulated,
    )


class Founded(Family):
    """Units are a few hundred: their stamp is what they are called and where they are at home."""

    stamps = """
        SELECT 'unit', concat(count(*), ' ', sum(hashtext(
            concat_ws(' ', id, code, name_zh, name_en, scope, active, home::text))::bigint))
        FROM emergency_unit
    """

    def sources(self) -> Iterable[Source]:
        """Return the one source."""
        return (Units(),)


SEARCHED = (Founded(),)
