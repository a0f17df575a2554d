"""Work that takes long: rows that wait, and a process of its own for the one that runs.

Imports and analyses are such jobs. A duty of the worker looks every second, starts the next, ends
what was cancelled; a job that takes its process with it harms nobody else.
"""

import dataclasses
import logging
import os
import resource
import subprocess
import sys
import uuid
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet

from core import clock
from core.errors import Conflict, Problem, Unknown
from layers.models import Job, Picture, Stage, State
from layers.raster import stored
from people.may import Rights, require

log = logging.getLogger(__name__)

J = TypeVar("J", bound=Job)
MEMORY = 6 << 30  # bytes of address space that one job may take
ATTEMPTS = 2  # a job that took its process with it twice is not tried again
_MANAGE = Path(__file__).resolve().parents[1] / "platform" / "manage.py"


Clear = Callable[[uuid.UUID], None]  # takes away what a job that was ended had made half


def nothing(number: uuid.UUID) -> None:
    """Take nothing away: what such a job made is right."""


class Cancelled(Problem):
    """The job was cancelled while it ran: what it was doing is undone."""

    status, code, title = 409, "cancelled", "The job was cancelled"


def said(problem: Problem) -> dict[str, Any]:
    """Return what a job's row keeps of a refusal or a question."""
    return {
        "code": problem.code,
        "en": problem.detail,
        "zh": problem.zh,
        "remedy": problem.remedy,
        "field": problem.field,
    }


def clear_rasters(number: uuid.UUID) -> None:
    """Take away the rasters that a job made and no layer holds."""
    held = (
        *State.objects.values_list("path", flat=True),
        *Picture.objects.values_list("path", flat=True),
    )
    used = {stored(path) for path in held if path}
    for made in (Path(settings.DATA) / "rasters").glob(f"*-{number.hex[:8]}.*"):
        if made not in used:
            made.unlink()


def _key(number: uuid.UUID) -> int:
    return int.from_bytes(number.bytes[:8], signed=True)


def _lives(number: uuid.UUID) -> bool:
    """Say whether another process holds a job."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_key(number)])
        (free,) = cursor.fetchone()
        if free:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_key(number)])
    return not free


@dataclasses.dataclass(frozen=True)
class Queue(Generic[J]):
    """The rows of one sort of job: its name, and what a lost process says, in both languages."""

    model: type[J]
    en: str
    zh: str
    lost_en: str
    lost_zh: str

    @property
    def rows(self) -> QuerySet[J]:
        """Return every job of this sort."""
        return self.model._default_manager.all()

    def one(self, number: uuid.UUID, rights: Rights, *, lock: bool = False) -> J:
        """Return a job, locked if something is to be changed; raises Forbidden or Unknown."""
        require(rights, "layer.edit")
        rows = self.rows.select_for_update(no_key=True) if lock else self.rows
        found = rows.filter(pk=number).first()
        if found is None:
            raise Unknown(f"there is no such {self.en}", zh=f"没有该{self.zh}")
        return found

    def cancel(self, number: uuid.UUID, rights: Rights) -> J:
        """Stop a job; what runs is ended by the worker and leaves nothing behind."""
        with transaction.atomic():
            found = self.one(number, rights, lock=True)
            if found.over:
                raise Conflict(f"the {self.en} is over", zh=f"该{self.zh}已结束", stage=found.stage)
            found.stage, found.ended_at = Stage.CANCELLED, clock.now()
            found.save(update_fields=["stage", "ended_at"])
        return found

    def claim(self) -> J | None:
        """Take the oldest job that waits; None if there is none."""
        with transaction.atomic():
            waiting = self.rows.select_for_update(skip_locked=True).filter(stage=Stage.WAITING)
            found = waiting.order_by("asked_at").first()
            if found is not None:
                found.stage, found.started_at = Stage.RUNNING, clock.now()
                found.attempts += 1
                found.save(update_fields=["stage", "started_at", "attempts"])
        return found

    def runs(self, number: uuid.UUID) -> bool:
        """Say whether a job is under way, and still wanted."""
        return self._running(number).exists()

    def hold(self, number: uuid.UUID) -> None:
        """Let everybody know, until this process ends, that a job's process lives."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [_key(number)])

    def requeue_lost(
        self, clear: Clear = nothing, among: Collection[uuid.UUID] | None = None
    ) -> set[uuid.UUID]:
        """Put back what ran when its worker ended; what ended two workers is given up.

        What it had made half is cleared. What still has a process (`hold`: a command's, or one that
        is just being ended) is left alone, and returned: two at one job would write the same files.
        """
        running = self.rows.filter(stage=Stage.RUNNING)
        rows = running if among is None else running.filter(pk__in=among)
        held = {one.pk for one in rows if _lives(one.pk)}
        for found in rows.exclude(pk__in=held):
            clear(found.pk)
            if found.attempts < ATTEMPTS:
                self._running(found.pk).update(stage=Stage.WAITING, progress=0)
            else:
                self.lose(found.pk)
        return held

    def lose(self, number: uuid.UUID) -> None:
        """Note that the process of a job ended without a word."""
        said = {"code": "lost", "en": self.lost_en, "zh": self.lost_zh}
        self.end(number, Stage.FAILED, said=said)

    def tell(self, number: uuid.UUID, doing: str, percent: int, **more: Any) -> None:
        """Note how far a running job is; raises Cancelled."""
        if not self._running(number).update(doing=doing, progress=percent, **more):
            raise self._cancelled()

    def finish(self, number: uuid.UUID, **more: Any) -> None:
        """Note that all is done, in the transaction that makes it so; raises Cancelled.

        Whoever cancels waits for that transaction, or is waited for: never both are true.
        """
        if not self.end(number, Stage.DONE, progress=100, **more):
            raise self._cancelled()

    def end(self, number: uuid.UUID, stage: Stage, **more: Any) -> int:
        """Note how a running job ended; returns 0 if it was cancelled before."""
        return self._running(number).update(stage=stage, ended_at=clock.now(), doing="", **more)

    def _running(self, number: uuid.UUID) -> QuerySet[J]:
        return self.rows.filter(pk=number, stage=Stage.RUNNING)

    def _cancelled(self) -> Cancelled:
        return Cancelled(f"the {self.en} was cancelled", zh=f"{self.zh}已取消")


@dataclasses.dataclass(frozen=True)
class Program:
    """The management command that does one job (`--job`), and how much it may take.

    `cpu`: seconds of processor time after which it counts as one that never ends; 0: no limit.
    """

    command: str
    cpu: int = 0

    def start(self, number: uuid.UUID) -> "subprocess.Popen[bytes]":
        """Start the process of one job; it ends with us."""
        command = [sys.executable, "-P", str(_MANAGE), self.command, "--job", str(number)]
        return subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM", "--", *command],
            preexec_fn=self._limit,
            env=os.environ | {"OMP_NUM_THREADS": "1"},
            stdin=subprocess.DEVNULL,
        )

    def _limit(self) -> None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        if self.cpu:
            resource.setrlimit(resource.RLIMIT_CPU, (self.cpu, self.cpu))
        os.nice(10)


class Runner:
    """Owns the process of the one job of a queue that runs."""

    def __init__(self, queue: Queue[Any], program: Program, clear: Clear) -> None:
        self._queue, self._program, self._clear = queue, program, clear
        self._running: tuple[uuid.UUID, subprocess.Popen[bytes]] | None = None
        # jobs of before us that some process still holds; None: not looked yet
        self._left: set[uuid.UUID] | None = None

    @property
    def idle(self) -> bool:
        """Say whether nothing runs."""
        return self._running is None

    def tick(self) -> None:
        """Look after what runs, or start what waits."""
        if self._left is None or self._left:
            self._left = self._queue.requeue_lost(self._clear, self._left)
        if self._running is not None:
            self._look_after(*self._running)
        if self._running is None and (found := self._queue.claim()) is not None:
            self._running = found.pk, self._program.start(found.pk)

    def _look_after(self, number: uuid.UUID, child: "subprocess.Popen[bytes]") -> None:
        if child.poll() is None:
            if self._queue.runs(number):
                return
            child.terminate()
            child.wait()
            self._clear(number)
        elif child.returncode:
            log.warning(
                "%s %s: its process ended with %s", self._queue.en, number, child.returncode
            )
            self._queue.lose(number)
            self._clear(number)
        self._running = None
