"""Imports run in a process of their own, so that no file can take the worker with it.

One at a time: the duty looks every second, starts the next, ends what was cancelled.
"""

import logging
import os
import resource
import subprocess
import sys
import uuid
from pathlib import Path

from layers.importing import actions
from layers.models import Import, Stage

log = logging.getLogger(__name__)

MEMORY = 6 << 30  # bytes of address space that one import may take
CPU = 4 * 3600  # s of processor time, after which a file counts as one that never ends
_MANAGE = Path(__file__).resolve().parents[2] / "platform" / "manage.py"


class Runner:
    """Owns the process of the one import that runs."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._number: uuid.UUID | None = None
        self._begun = False

    def tick(self) -> None:
        """Look after what runs, or start what waits."""
        if not self._begun:
            actions.requeue_lost()
            self._begun = True
        if self._child is not None:
            self._look_after(self._child)
        if self._child is None and (found := actions.claim()) is not None:
            self._number = found.pk
            self._child = start(found.pk)

    @property
    def idle(self) -> bool:
        """Say whether nothing runs."""
        return self._child is None

    def _look_after(self, child: subprocess.Popen[bytes]) -> None:
        if child.poll() is None:
            running = Import.objects.filter(stage=Stage.RUNNING).values_list("pk", flat=True)
            if self._number not in running:
                child.terminate()
                child.wait()
                self._child = None
                if self._number is not None:
                    actions.clear(self._number)
            return
        self._child = None
        if child.returncode and self._number is not None:
            log.warning("import %s: its process ended with %s", self._number, child.returncode)
            actions.lose(self._number)
            actions.clear(self._number)


def start(number: uuid.UUID) -> "subprocess.Popen[bytes]":
    """Start the process of one import; it ends with us."""
    command = [sys.executable, "-P", str(_MANAGE), "import", "--job", str(number)]
    return subprocess.Popen(
        ["setpriv", "--pdeathsig", "TERM", "--", *command],
        preexec_fn=_limit,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        stdin=subprocess.DEVNULL,
    )


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU, CPU))
    os.nice(10)


runner = Runner()
