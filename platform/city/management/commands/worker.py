"""`manage.py worker`: what is done by the clock and by claimed rows, never inside a request."""

import logging
import signal
import threading
import time
from collections.abc import Sequence

from django.db import DatabaseError, InterfaceError, OperationalError, connection

from alerts import rulebook
from core import heartbeat
from core.command import Job
from core.duty import Duty, Lane, duties

log = logging.getLogger(__name__)

OWNER = 7203015  # the advisory lock of the one worker that owns the clock


class Command(Job):
    """Do every duty when it is due, until told to stop."""

    help = "What the clock decides, what goes out, and what takes long; one lane for each."

    def handle(self, *args: object, **options: object) -> None:
        """Run until SIGTERM or SIGINT."""
        stop, owner = threading.Event(), threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        every = list(duties())
        side = [
            threading.Thread(target=_aside, args=(lane, every, owner, stop), name=lane.value)
            for lane in Lane
            if lane is not Lane.CLOCK
        ]
        for thread in side:
            thread.start()
        try:
            _keep_the_clock([duty for duty in every if duty.lane is Lane.CLOCK], owner, stop)
        finally:
            stop.set()
            for thread in side:
                thread.join()


def _keep_the_clock(own: Sequence[Duty], owner: threading.Event, stop: threading.Event) -> None:
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
                owner.set()
                _do_what_is_due(own)
            else:
                owner.clear()
        except (DatabaseError, InterfaceError) as error:
            owner.clear()
            log.warning("worker: database away, trying again: %s", str(error).strip())
            connection.close()
        stop.wait(0.2)


def _aside(
    lane: Lane, every: Sequence[Duty], owner: threading.Event, stop: threading.Event
) -> None:
    own = [duty for duty in every if duty.lane is lane]
    while not stop.is_set():
        try:
            if owner.is_set():
                _do_what_is_due(own)
        except (DatabaseError, InterfaceError) as error:
            log.warning("worker: database away from %s: %s", lane.value, str(error).strip())
            connection.close()
        stop.wait(0.2)
    connection.close()


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


def _do_what_is_due(own: Sequence[Duty]) -> None:
    for duty in own:
        if time.monotonic() < duty.due:
            continue
        duty.due = time.monotonic() + duty.every
        try:
            duty.do()
        except (OperationalError, InterfaceError):
            raise  # the database is away, which is no fault of the duty
        except Exception:
            log.exception("worker: %s failed and is tried again when next due", duty.name)
