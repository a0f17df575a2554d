"""The names of every source in this process's memory, read anew where a stamp has changed.

Each search reads all stamps, in one statement, so that what was committed before it is found by it.
Only a large source is read aside: until that is done, the names that it had are searched, and what
is shown of them is what the database then says.
"""

import logging
import threading
from typing import NamedTuple

from django.db import DatabaseError, connection

from layers.search import segment, source
from layers.search.segment import Segment
from layers.search.source import Source

log = logging.getLogger(__name__)

LARGE = 200_000  # names; below it reading takes less than people notice


class Held(NamedTuple):
    """A source, the stamp that it had, and its names."""

    source: Source
    stamp: str
    names: Segment


_lock = threading.Lock()
_held: dict[str, Held] = {}
_aside: set[str] = set()


def current() -> list[Held]:
    """Return every source's names as of now; reads what has changed since the last question."""
    stamps = _stamps()
    wanted = [one for family in source.families() for one in family.sources()]
    found = []
    with _lock:
        for one in wanted:
            if one.code in stamps:
                found.append(_kept(one, stamps[one.code]))
        codes = {one.source.code for one in found}
        for gone in [code for code in _held if code not in codes]:
            del _held[gone]
    return found


def _kept(one: Source, stamp: str) -> Held:
    """Return a source's names, read if need be; a large one's old names while it is read aside."""
    held = _held.get(one.code)
    if held is not None and (held.stamp, held.source.rows) == (stamp, one.rows):
        return held._replace(source=one)
    if held is not None and len(held.names) >= LARGE:
        if one.code not in _aside:
            _aside.add(one.code)
            threading.Thread(target=_read_aside, args=(one, stamp), daemon=True).start()
        return held
    _held[one.code] = Held(one, stamp, segment.read(one.rows))
    return _held[one.code]


def _read_aside(one: Source, stamp: str) -> None:
    try:
        names = segment.read(one.rows)
        with _lock:
            _held[one.code] = Held(one, stamp, names)
    except DatabaseError:
        log.exception("the names of %s could not be read; the next search tries again", one.code)
    finally:
        _aside.discard(one.code)
        connection.close()


def _stamps() -> dict[str, str]:
    statement = " UNION ALL ".join(f"({family.stamps})" for family in source.families())
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return dict(cursor.fetchall())


def forget() -> None:
    """Drop all names (tests)."""
    with _lock:
        _held.clear()
