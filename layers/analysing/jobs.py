"""Analyses run in a process of their own, one at a time, so that none slows what must be quick.

The duty looks every second, starts the next, ends what was cancelled.
"""

import logging
import os
import resource
import subprocess
import sys
import uuid
from pathlib import Path

from layers.analysing import actions

log = logging.getLogger(__name__)

MEMORY = 6 << 30  # bytes of address space that one analysis may take
_MANAGE = Path(__file__).resolve().parents[2] / "platform" / "manage.py"


class Runner:
    """Owns the process of the one analysis that runs."""

    def __init__(self) -> None:
        self._running: tuple[uuid.UUID, subprocess.Popen[bytes]] | None = None
        self._begun = False

    @property
    def idle(self) -> bool:
        """Say whether nothing runs."""
        return self._running is None

    def tick(self) -> None:
        """Look after what runs, or start what waits."""
        if not self._begun:
            actions.requeue_lost()
            self._begun = True
        if self._running is not None:
            self._look_after(*self._running)
        if self._running is None and (number := actions.claim()) is not None:
            self._running = number, start(number)

    def _look_after(self, number: uuid.UUID, child: "subprocess.Popen[bytes]") -> None:
        if child.poll() is None:
            if actions.runs(number):
                return
            child.terminate()
            child.wait()
        elif child.returncode:
            log.warning("analysis %s: its process ended with %s", number, child.returncode)
            actions.lose(number)
        self._running = None
        actions.clear(number)


def start(number: uuid.UUID) -> "subprocess.Popen[bytes]":
    """Start the process of one analysis; it ends with us."""
    command = [sys.executable, "-P", str(_MANAGE), "terrain", "--job", str(number)]
    return subprocess.Popen(
        ["setpriv", "--pdeathsig", "TERM", "--", *command],
        preexec_fn=_limit,
        stdin=subprocess.DEVNULL,
    )


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    os.nice(10)


runner = Runner()
