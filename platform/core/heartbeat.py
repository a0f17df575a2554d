"""Signs of life: each process touches a file every few seconds, doctor and status read its age."""

import json
import os
import time
from pathlib import Path

from django.conf import settings


def _file(name: str, run: Path | None) -> Path:
    folder: Path = run or settings.DATA / "run"
    return folder / f"{name}.heartbeat"


def beat(name: str, note: str = "", run: Path | None = None) -> None:
    """Say that the process is alive; `run` is the folder, ZHIHUI_DATA/run unless told."""
    path = _file(name, run)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}")
    part.write_text(json.dumps({"pid": os.getpid(), "at": time.time(), "note": note}))
    part.replace(path)


def age(name: str, run: Path | None = None) -> float | None:
    """Return the seconds since the last beat, or None if there was none."""
    try:
        at = json.loads(_file(name, run).read_text())["at"]
    except (OSError, ValueError, KeyError):
        return None
    return max(0.0, time.time() - float(at))
