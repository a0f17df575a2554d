"""Monthly range partitions: made ahead of time, so that the default one catches only odd times."""

import datetime
from typing import Protocol


class Cursor(Protocol):
    """What is needed of a database cursor."""

    def execute(self, query: str, /) -> object:
        """Run one statement."""


def month(moment: datetime.datetime, ahead: int = 0) -> datetime.date:
    """Return the first day of the month that lies `ahead` months after `moment` (UTC)."""
    count = moment.year * 12 + moment.month - 1 + ahead
    return datetime.date(count // 12, count % 12 + 1, 1)


def ensure(cursor: Cursor, table: str, start: datetime.datetime, months: int = 3) -> list[str]:
    """Make the partitions `table_YYYYMM` from the month of `start` on, where they are missing.

    The table must be partitioned by RANGE of a timestamptz. Returns the names that must exist now.
    """
    names = []
    for ahead in range(months):
        first, last = month(start, ahead), month(start, ahead + 1)
        name = f"{table}_{first:%Y%m}"
        cursor.execute(
            f"CREATE TABLE IF NOT EXISTS {name} PARTITION OF {table} "
            f"FOR VALUES FROM ('{first} 00:00+00') TO ('{last} 00:00+00')"
        )
        names.append(name)
    return names
