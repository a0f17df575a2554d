"""Waiting for a program that we started, whatever signal ends us meanwhile."""

import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType


class Ended(KeyboardInterrupt):
    """TERM or a hung-up terminal: unlike Ctrl-C, our child was not told by the terminal."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def end_in_order() -> None:
    """Let TERM and a hung-up terminal unwind the program as Ctrl-C does."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _raise)


def _raise(number: int, frame: FrameType | None) -> None:
    raise Ended(number)


def run(command: Sequence[str], env: Mapping[str, str], cwd: Path | None = None) -> int:
    """Run a program in the foreground to its end; return its code, as a shell would give it.

    An interruption is passed on, waited for, and then raised again.
    """
    child = subprocess.Popen(command, env=env, cwd=cwd)
    interrupted: KeyboardInterrupt | None = None
    while True:
        try:
            code = child.wait()
            break
        except Ended as ended:
            interrupted = ended
            child.terminate()
        except KeyboardInterrupt as pressed:
            if interrupted:  # the terminal told the child the first time
                child.send_signal(signal.SIGINT)
            interrupted = pressed
    if interrupted:
        raise interrupted
    return code if code >= 0 else 128 - code
