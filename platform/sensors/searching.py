"""Stations, vehicles and phones that are found by name or code."""

from collections.abc import Iterable, Sequence

from layers.search.source import Family, Found, Source
from people import may
from people.may import Rights
from sensors.models import Thing

_THINGS = """
SELECT id, name AS zh, name_en AS en, code, scope, 3 AS weight, ST_X(geom) AS lon, ST_Y(geom) AS lat
FROM sensors_thing
"""


class Things(Source):
    """Everything that reports."""

    code = "thing"
    rows = _THINGS

    def seen(self, rights: Rights, scopes: Sequence[str]) -> list[bool]:
        """Show those in one's areas."""
        return [may.may(rights, "thing.see", scope) for scope in scopes]

    def now(self, ids: Sequence[int], rights: Rights) -> dict[int, Found]:
        """Return the things that may be seen."""
        rows = Thing.objects.filter(may.visible(rights, "thing.see"), pk__in=ids)
        return {row.pk: _thing(row) for row in rows}


def _thing(row: Thing) -> Found:
    return Found(
        id=str(row.pk),
        name_zh=row.name,
        name_en=row.name_en,
        code=row.code,
        kind=row.kind,
        kind_zh="监测设备",
        kind_en="Station or device",
        lon=None,
        lat=None,
        division=row.scope,
        simulated=row.simulated,
    )


class Registered(Family):
    """The registry's number changes with every thing."""

    stamps = "SELECT 'thing', coalesce(max(number), 0)::text FROM sensors_registry"

    def sources(self) -> Iterable[Source]:
        """Return the one source."""
        return (Things(),)


SEARCHED = (Registered(),)
