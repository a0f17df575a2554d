"""Room on the disk: intake stops with a clear answer before the database would have to."""

import shutil
import time

from django.conf import settings

from core.errors import Full

LOOK_AGAIN = 2.0  # seconds

_checked = float("-inf")
_free = 0


def free_mb() -> int:
    """Return the MB that are free where ZHIHUI_DATA stands; looked up every two seconds."""
    global _checked, _free
    if time.monotonic() - _checked > LOOK_AGAIN:
        settings.DATA.mkdir(parents=True, exist_ok=True)
        _free = shutil.disk_usage(settings.DATA).free >> 20
        _checked = time.monotonic()
    return _free


def check() -> None:
    """Raise Full when less than ZHIHUI_MIN_FREE_MB is left."""
    free = free_mb()
    if free < settings.MIN_FREE_MB:
        raise Full(free)
