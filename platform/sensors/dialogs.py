"""How the talk with each device stands: counted in memory, written down every other second.

Whoever looks after a station wants to know when it last spoke, what it was answered and how many of
its messages were bad; a row per message would cost more than the readings.
"""

import dataclasses
import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction

from core import clock

CHECK = "bad_checksum"
Key = tuple[str, str]  # protocol and address

_WRITE = """
INSERT INTO sensors_dialog AS d (protocol, name, thing_id, day, heard_at, said, answered_at, answer,
                                 heard, answered, refused, checks)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (protocol, name) DO UPDATE SET
    thing_id = excluded.thing_id,
    heard_at = greatest(d.heard_at, excluded.heard_at),
    said = CASE WHEN excluded.said = '' THEN d.said ELSE excluded.said END,
    answered_at = coalesce(excluded.answered_at, d.answered_at),
    answer = CASE WHEN excluded.answered_at IS NULL THEN d.answer ELSE excluded.answer END,
    heard = CASE WHEN d.day = excluded.day THEN d.heard ELSE 0 END + excluded.heard,
    answered = CASE WHEN d.day = excluded.day THEN d.answered ELSE 0 END + excluded.answered,
    refused = CASE WHEN d.day = excluded.day THEN d.refused ELSE 0 END + excluded.refused,
    checks = CASE WHEN d.day = excluded.day THEN d.checks ELSE 0 END + excluded.checks,
    day = excluded.day
"""


@dataclasses.dataclass(slots=True)
class _Talk:
    """What happened since it was last written down; in the order of the statement's columns."""

    thing_id: int
    day: datetime.date
    heard_at: datetime.datetime
    said: str = ""
    answered_at: datetime.datetime | None = None
    answer: str = ""
    heard: int = 0
    answered: int = 0
    refused: int = 0
    checks: int = 0


class Book:
    """The talks of a process that are not written down yet."""

    def __init__(self) -> None:
        self._talks: dict[Key, _Talk] = {}

    def heard(self, protocol: str, name: str, thing_id: int, said: str) -> None:
        """Note a message of a registered device; `said` is the protocol's word for it."""
        talk = self._talk(protocol, name, thing_id)
        talk.heard_at, talk.said, talk.heard = clock.now(), said or talk.said, talk.heard + 1

    def answered(self, protocol: str, name: str, thing_id: int, answer: str) -> None:
        """Note that it was answered."""
        talk = self._talk(protocol, name, thing_id)
        talk.answered_at, talk.answer, talk.answered = clock.now(), answer, talk.answered + 1

    def refused(self, protocol: str, name: str, thing_id: int, code: str) -> None:
        """Note a message that was not taken."""
        talk = self._talk(protocol, name, thing_id)
        talk.refused += 1
        talk.checks += code == CHECK

    def _talk(self, protocol: str, name: str, thing_id: int) -> _Talk:
        now = clock.now()
        day = now.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
        found = self._talks.get((protocol, name))
        if found is None or found.day != day:
            found = self._talks[protocol, name] = _Talk(thing_id, day, now)
        return found

    def write(self) -> int:
        """Write all down; what cannot be written is kept for the next time. Returns how many."""
        talks, self._talks = self._talks, {}
        rows = [[*key, *dataclasses.astuple(talk)] for key, talk in sorted(talks.items())]
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                for row in rows:
                    cursor.execute(_WRITE, row)
        except Exception:
            self._talks = talks | self._talks
            raise
        return len(rows)


book = Book()  # of this process
