"""What the supervisor tells others: one lock that it holds, one status file that it writes."""

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from city.launch.layout import Layout


def write_json(path: Path, value: object) -> None:
    """Write a value's JSON, whole or not at all."""
    write_text(path, json.dumps(value, ensure_ascii=False, indent=1) + "\n")


def write_text(path: Path, text: str) -> None:
    """Write a file whole or not at all: who reads meanwhile reads the old one."""
    part = path.with_name(f"{path.name}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


def take(layout: Layout) -> IO[str] | None:
    """Take the right to be this data folder's supervisor; None if somebody has it.

    The kernel gives the lock back when its holder dies in whatever way, so it never goes stale.
    """
    file = (layout.run / "up.lock").open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


def supervisor_pid(layout: Layout) -> int | None:
    """Return the process id of the running supervisor, or None."""
    text = _of_holder(layout.run / "up.lock")
    return int(text) if text and text.isdigit() else None


def _of_holder(path: Path) -> str | None:
    """Return what stands in a file that somebody holds locked; None if nobody does."""
    if not path.exists():
        return None
    with path.open("r") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return file.read().strip()
    return None


@contextlib.contextmanager
def held(layout: Layout) -> Iterator[None]:
    """Have the supervisor stop its processes and leave the database alone as long as this lasts.

    It keeps its sockets; the kernel lets it go on if we die in whatever way.
    """
    with (layout.run / "hold.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def is_held(layout: Layout) -> bool:
    """Say whether somebody wants the supervisor to hold still."""
    return _of_holder(layout.run / "hold.lock") is not None


def status(layout: Layout) -> dict[str, Any]:
    """Return what the supervisor last wrote ({} if it never did)."""
    try:
        found: dict[str, Any] = json.loads((layout.run / "status.json").read_text())
    except (OSError, ValueError):
        return {}
    return found
