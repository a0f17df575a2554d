"""The newest index of every station, and what it was at any moment."""

import datetime
from collections.abc import Iterable, Iterator

from environment import public
from environment.models import Current, Index
from feed.projection import Item, StateSource
from sensors import registry
from sensors.models import Thing

_AT = """
SELECT i.* FROM environment_current c CROSS JOIN LATERAL (
    SELECT * FROM environment_index
    WHERE thing_id = c.thing_id AND at <= %s AND (NOT %s OR known_at <= %s)
    ORDER BY at DESC, known_at DESC LIMIT 1
) i
"""
Standing = tuple[Index, bool]


class Indices(StateSource):
    """The index of every air and water station; a stale one is told as such."""

    topic = "index"

    def latest(self, since: datetime.datetime | None) -> Iterable[Item]:
        """Return the newest indices, or those that have changed since."""
        rows = Current.objects.filter(index__isnull=False).select_related("index")
        if since is not None:
            rows = rows.filter(changed_at__gte=since)
        return _items([(row.index, row.stale) for row in rows if row.index is not None])

    def at(self, moment: datetime.datetime, known: bool) -> Iterable[Item]:
        """Return each station's index at a moment; `known` leaves out what came to be known later.

        Within an hour the one before still stands.
        """
        rows = list(Index.objects.raw(_AT, [moment, known, moment]))
        return _items([(row, public.stale_at(row, moment)) for row in rows])


def _items(rows: list[Standing]) -> Iterator[Item]:
    carriers = registry.current().things
    points = _points([row.thing_id for row, _ in rows])
    for row, stale in rows:
        carrier = carriers.get(row.thing_id)
        if carrier is None:
            continue
        point = points.get(row.thing_id)
        shape = (
            f'{{"type":"Point","coordinates":[{point[0]:.7f},{point[1]:.7f}]}}' if point else None
        )
        data = public.state(row, stale)
        yield Item(
            "index", str(row.thing_id), row.at, carrier.scope, shape, data, row.thing_id, point
        )


def _points(things: list[int]) -> dict[int, tuple[float, float]]:
    rows = Thing.objects.filter(pk__in=things, geom__isnull=False)
    return {row.pk: (row.geom.x, row.geom.y) for row in rows if row.geom is not None}
