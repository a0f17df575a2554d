"""`manage.py worker`: what is done by the clock and by claimed rows, never inside a request."""

import dataclasses
import logging
import signal
import threading
import time
from collections.abc import Callable

from django.core.management.base import BaseCommand
from django.db import DatabaseError, InterfaceError, connection

from alerts import rulebook, ticks
from core import clock, heartbeat, partitions
from feed import chain, state

log = logging.getLogger(__name__)

OWNER = 7203015  # the advisory lock of the one worker that owns the clock


@dataclasses.dataclass(slots=True)
class Duty:
    """Something to be done every so many seconds."""

    name: str
    every: float
    do: Callable[[], object]
    due: float = 0.0


def make_partitions() -> None:
    """Make the coming months' partitions."""
    with connection.cursor() as cursor:
        for table in ("feed_event", "sensors_observation", "sensors_position"):
            partitions.ensure(cursor, table, clock.now())


DUTIES = (
    Duty("ticks", 1.0, ticks.look),
    Duty("keyframe", 60.0, state.keep_keyframe),
    Duty("head", 3600.0, chain.publish_head),
    Duty("partitions", 6 * 3600.0, make_partitions),
)


class Command(BaseCommand):
    """Do every duty when it is due, until told to stop."""

    help = "Clock ticks of the rules, keyframes, the log's published head, coming partitions."

    def handle(self, *args: object, **options: object) -> None:
        """Run until SIGTERM or SIGINT."""
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        beaten = 0.0
        synced = False
        while not stop.is_set():
            if time.monotonic() - beaten > 2:
                heartbeat.beat("worker")
                beaten = time.monotonic()
            try:
                if _owns_the_clock():
                    if not synced:
                        rulebook.sync_shelf()
                        synced = True
                    _do_what_is_due()
            except (DatabaseError, InterfaceError) as error:
                log.warning("worker: database away, trying again: %s", str(error).strip())
                connection.close()
            stop.wait(0.2)


def _owns_the_clock() -> bool:
    """Say whether this worker holds the lock; it is let go by the database if the worker dies."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_lock(%s) FROM (SELECT 1) one WHERE NOT EXISTS ("
            "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND granted"
            " AND pid = pg_backend_pid())",
            [OWNER, OWNER],
        )
        row = cursor.fetchone()
    return row is None or bool(row[0])


def _do_what_is_due() -> None:
    for duty in DUTIES:
        if time.monotonic() < duty.due:
            continue
        duty.due = time.monotonic() + duty.every
        try:
            duty.do()
        except (DatabaseError, InterfaceError):
            raise
        except Exception:
            log.exception("worker: %s failed and is tried again when next due", duty.name)
