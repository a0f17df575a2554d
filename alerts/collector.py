"""Group commit: while one batch commits, the next gathers; an answer means committed.

One collector per process and kind of row. Rows of all senders go into one transaction; every
sender's future resolves after its commit. Nothing waits on a timer.
"""

import asyncio
import dataclasses
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

from django.db import DatabaseError, InterfaceError, OperationalError, connection

from core import disk
from core.errors import Away, Broken, Busy, Full, Invalid, Problem

log = logging.getLogger(__name__)
R = TypeVar("R")

OURS = (Away, Full)  # problems that no row is to blame for
DISK_FULL, TOO_MUCH = "53100", "54"  # SQLSTATE; the latter's class: a row beyond all limits

MAX_ROWS = 5000  # a transaction: large enough for throughput, short enough for the next sender
MUCH = 1000  # rows that are worth a second transaction beside one that runs
LONG = 0.02  # seconds after which any row is
MAX_WAITING = 200_000  # rows held in memory before senders are told to come back
PATIENCE = 15.0  # seconds that a batch is tried again while the database is away


# What became of a parcel, in the event loop: None when all is stored, per row None or why not, or
# why nothing of it could be.
Result = list[Problem | None] | Problem | None
Done = Callable[[Result], None]


@dataclasses.dataclass(slots=True)
class Parcel(Generic[R]):
    """What one sender handed over in one message."""

    rows: Sequence[R]
    done: "Done"


class Collector(Generic[R]):
    """Feeds `commit(rows)` from many senders.

    `commit` runs in a lane's thread with that thread's own database connection; it is all or
    nothing and may be repeated (rows are idempotent).
    """

    def __init__(self, commit: Callable[[Sequence[R]], None], lanes: int = 2) -> None:
        self._commit = commit
        self._waiting: deque[Parcel[R]] = deque()
        self._count = 0
        self._lanes = self._free = lanes
        self._started = float("-inf")
        self._threads = ThreadPoolExecutor(lanes, thread_name_prefix="ingest")
        self._tasks: set[asyncio.Task[None]] = set()
        self.committed = 0

    async def submit(self, rows: Sequence[R]) -> list[Problem | None]:
        """Store rows; returns per row None or why that one could not be stored.

        Raises Busy when too much is waiting or the database stays away, Full when the disk is.
        """
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()

        def done(result: Result) -> None:
            if not future.done():  # else the sender has hung up; its rows are stored all the same
                future.set_result(result)

        self.hand_over(rows, done)
        result = await future
        if isinstance(result, Problem):
            raise result
        return [None] * len(rows) if result is None else result

    def hand_over(self, rows: Sequence[R], done: Done) -> None:
        """Store rows and call `done` in the event loop; raises as `submit` does before that."""
        disk.check()
        if self._count + len(rows) > MAX_WAITING:
            raise Busy(
                "too many readings are waiting to be stored",
                zh="等待入库的数据过多",
                remedy="send the same again in a few seconds; nothing of it was taken",
            )
        self._waiting.append(Parcel(rows, done))
        self._count += len(rows)
        self._start()

    async def close(self) -> None:
        """Wait for what is on its way, then give the lanes' database connections back."""
        while self._tasks:
            await asyncio.wait(self._tasks)
        await asyncio.to_thread(self._leave)

    def _leave(self) -> None:
        together = threading.Barrier(self._lanes)  # so that every lane's thread has its turn

        def leave() -> None:
            together.wait()
            connection.close()

        leaving = [self._threads.submit(leave) for _ in range(self._lanes)]
        for each in leaving:
            each.result()
        self._threads.shutdown()

    def _start(self) -> None:
        """Start a lane if none runs; another beside it only for much, or after waiting for long.

        A few large transactions cost less than many small ones at once, and are over sooner.
        """
        loop = asyncio.get_running_loop()
        while self._free and self._waiting:
            alone = self._free == self._lanes
            if not alone and self._count < MUCH and loop.time() < self._started + LONG / 2:
                return
            batch = self._gather()
            self._free -= 1
            self._started = loop.time()
            loop.call_later(LONG, self._start)
            task = loop.create_task(self._carry(batch))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _gather(self) -> list[Parcel[R]]:
        """Take parcels up to the limit, at least one."""
        batch: list[Parcel[R]] = []
        size = 0
        while self._waiting and (not batch or size + len(self._waiting[0].rows) <= MAX_ROWS):
            batch.append(self._waiting.popleft())
            size += len(batch[-1].rows)
        self._count -= size
        return batch

    async def _carry(self, batch: list[Parcel[R]]) -> None:
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self._threads, self._store, batch, loop)
        except BaseException as error:
            for parcel in batch:
                _tell(parcel, error if isinstance(error, Problem) else Broken())
            if not isinstance(error, Problem):
                raise
        finally:
            self._free += 1
            self._start()

    # --- in the lane's thread -------------------------------------------------------------------

    def _store(self, batch: list[Parcel[R]], loop: asyncio.AbstractEventLoop) -> None:
        """Store all; on an error that a row may have caused, each sender's rows by themselves."""
        try:
            self._once([row for parcel in batch for row in parcel.rows])
        except OURS:
            raise
        except Exception as error:
            log.warning("ingest: a batch failed, its senders are tried one by one: %s", error)
            for parcel in batch:
                results = self._alone(parcel.rows)
                self.committed += results.count(None)
                loop.call_soon_threadsafe(_tell, parcel, results)
            return
        self.committed += sum(len(parcel.rows) for parcel in batch)
        loop.call_soon_threadsafe(_all_well, batch)

    def _alone(self, rows: Sequence[R]) -> list[Problem | None]:
        """Store what can be stored, by halves, down to the rows that cannot stand by themselves."""
        try:
            self._once(rows)
        except OURS:
            raise
        except Invalid as problem:
            return [problem] * len(rows)
        except Exception as error:
            if len(rows) == 1:
                return [_unstorable(error)]
            middle = len(rows) // 2
            return self._alone(rows[:middle]) + self._alone(rows[middle:])
        return [None] * len(rows)

    def _once(self, rows: Sequence[R]) -> None:
        """Commit; while the database is away, try again: a repeated row is harmless."""
        until = time.monotonic() + PATIENCE
        pause = 0.05
        while True:
            try:
                with connection.wrap_database_errors:
                    return self._commit(rows)
            except (OperationalError, InterfaceError) as error:
                connection.close()
                state = getattr(error.__cause__, "sqlstate", None) or ""
                if state == DISK_FULL:
                    raise Full from error
                if state.startswith(TOO_MUCH):
                    raise DatabaseError(str(error)) from error
                if time.monotonic() > until:
                    raise Away from error
                log.warning("ingest: database away, trying again: %s", str(error).strip())
                time.sleep(pause)
                pause = min(1.0, pause * 2)


def _all_well(batch: "list[Parcel[R]]") -> None:
    for parcel in batch:
        _tell(parcel, None)


def _tell(parcel: "Parcel[R]", result: Result) -> None:
    """Tell the sender; one that cannot be told must not keep it from the next."""
    try:
        parcel.done(result)
    except Exception:
        log.exception("ingest: a sender could not be told what became of its message")


def _unstorable(error: Exception) -> Problem:
    """Return the problem of a row that fails by itself; what is no database's word is our fault."""
    if not isinstance(error, DatabaseError):
        log.error("ingest: a row broke its own transaction", exc_info=error)
        return Broken()
    log.warning("ingest: a row cannot be stored: %s", error)
    return Invalid(
        "the database cannot store this row",
        zh="该行数据无法入库",
        field="result",
        remedy="check the row's time and value",
    )
