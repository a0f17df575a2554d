"""A clause and its values as they go over the wire to PostgreSQL."""

import datetime
import functools
import hashlib

from tiles.statement import Statement


@functools.lru_cache(maxsize=1024)
def statement(sql: str) -> Statement:
    """Return a statement under a name of its own, to be prepared once on each line."""
    name = hashlib.blake2b(sql.encode(), digest_size=12).hexdigest()
    return Statement(f"page_{name}".encode(), numbered(sql))


def numbered(sql: str) -> bytes:
    """Return a statement with the wire's placeholders ($1) in the place of psycopg's (%s)."""
    *parts, end = sql.split("%s")
    return ("".join(f"{part}${at}" for at, part in enumerate(parts, 1)) + end).encode()


def written(value: object) -> bytes | None:
    """Return a bound value as PostgreSQL reads it from text."""
    if value is None:
        return None
    if isinstance(value, datetime.datetime):
        return value.isoformat().encode()
    return str(value).encode()
