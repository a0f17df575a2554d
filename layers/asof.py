"""The day that a question is about: the layers as they were, one word (`at`) everywhere.

A layer that keeps no history (it was never imported, or is simulated) is meant as it is now, as on
the map; answers name those layers as `as_now`.
"""

import dataclasses
import datetime
from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.utils import timezone

from core.errors import Invalid
from layers.models import Import, Stage

LIVING = "layers_feature"
# whether one layer keeps history, for those who ask by the wire ($1: its code)
KEEPS = """
SELECT EXISTS (SELECT FROM layers_past WHERE layer = $1::text)
    OR EXISTS (SELECT FROM layers_import
               WHERE layer = $1::text AND stage = 'done' AND report ? 'change')
"""
_COLUMNS = (
    "layer, fid, geom, original, anchor, properties, shown_from, simulated, valid_from, valid_to"
)
_EVER = f"(SELECT {_COLUMNS} FROM layers_feature UNION ALL SELECT {_COLUMNS} FROM layers_past)"
_HELD = (
    "(layer <> ALL(%(as_of_dated)s::text[]) OR (valid_from <= %(as_of)s"
    " AND coalesce(valid_to, 'infinity') > %(as_of)s))"
)
_PAST = """
SELECT layer FROM layers_state state
WHERE EXISTS (SELECT FROM layers_past past WHERE past.layer = state.layer)
"""


@dataclasses.dataclass(frozen=True, slots=True)
class AsOf:
    """A moment as it was asked for ("": now), and the layers that know what they were then."""

    text: str = ""
    moment: datetime.datetime | None = None
    dated: frozenset[str] = frozenset()

    def of(self, layer: str) -> str:
        """Return the moment for one layer, "" where it is meant as it is now."""
        return self.text if layer in self.dated else ""

    def store(self, name: str = LIVING) -> str:
        """Return what features are read from, under a name: what holds now, or ever held."""
        return store(self.text, name)

    @property
    def held(self) -> str:
        """Return the condition on rows of `store` of any layer; its values are `values`."""
        return _HELD if self.text else "true"

    @property
    def values(self) -> dict[str, Any]:
        """Return the named values of `held`."""
        return {"as_of": self.moment, "as_of_dated": sorted(self.dated)} if self.text else {}

    def told(self, layers: Iterable[str]) -> dict[str, Any]:
        """Return what an answer says of it: nothing about now."""
        if not self.text:
            return {}
        return {"at": self.text, "as_now": sorted({one for one in layers if not self.of(one)})}


NOW = AsOf()


def store(when: str, name: str = LIVING) -> str:
    """Return what features are read from, under a name: the living, and for a time those past."""
    rows = _EVER if when else LIVING
    return rows if rows == name else f"{rows} {name}"


def read(at: str) -> AsOf:
    """Return the day (its end in the city) or moment that is asked for; raises Invalid."""
    if not at:
        return NOW
    return AsOf(at, moment(at), dated())


def dated() -> frozenset[str]:
    """Return the layers that keep history: imported ones, and those that have ended rows."""
    filled = Import.objects.filter(stage=Stage.DONE, report__has_key="change")
    with connection.cursor() as cursor:
        cursor.execute(_PAST)
        ended = [code for (code,) in cursor.fetchall()]
    return frozenset([*filled.values_list("layer", flat=True).distinct(), *ended])


def moment(text: str) -> datetime.datetime:
    """Return a moment (RFC 3339; without a zone UTC), or the end of a day in the city.

    Raises Invalid, whose field is `at`.
    """
    try:
        found = datetime.datetime.fromisoformat(text)
    except ValueError:
        raise _bad() from None
    day = is_day(text)
    if not datetime.MINYEAR < found.year < datetime.MAXYEAR:  # in another zone it may be beyond
        raise _bad()
    if day:
        zone = timezone.get_default_timezone()
        return datetime.datetime.combine(found, datetime.time.max, zone)
    return found if found.tzinfo else found.replace(tzinfo=datetime.UTC)


def is_day(text: str) -> bool:
    """Say whether a text is a day without a time, however ISO 8601 lets it be written."""
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _bad() -> Invalid:
    return Invalid(
        "at is a day or a moment, such as 2026-01-31 or 2026-01-31T08:00:00Z",
        zh="at 为日期或时刻，如 2026-01-31 或 2026-01-31T08:00:00Z",
        field="at",
    )
