"""What was not taken, and why: kept for whoever has to mend the device, at a bounded rate."""

import logging
import time
import tomllib
from functools import cache
from pathlib import Path

from asgiref.sync import sync_to_async

from core import clock
from core.errors import Problem
from sensors.models import Refusal

log = logging.getLogger(__name__)

SAMPLE = 500  # characters of a message, and of the reason, that are kept
A_MINUTE = 120  # rows a process writes in a minute: rubbish must not fill the disk

_window = 0.0
_written = 0
_skipped = 0


@cache
def _words() -> dict[str, dict[str, str]]:
    text = Path(__file__).with_name("refusal_words.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def meaning(code: str) -> tuple[str, str]:
    """Return what a refusal's code means in Chinese and English; an unknown one is itself."""
    found = _words().get(code, {})
    return found.get("zh", code), found.get("en", code)


async def note(
    door: str, sender: str, thing_id: int | None, problem: Problem, message: bytes = b""
) -> None:
    """Keep a refusal; beyond the rate it is only counted and the count goes into the log."""
    global _window, _written, _skipped
    if time.monotonic() - _window > 60:
        if _skipped:
            log.warning("refusals: %s more in the last minute were not written down", _skipped)
        _window, _written, _skipped = time.monotonic(), 0, 0
    if _written >= A_MINUTE:
        _skipped += 1
        return
    _written += 1
    sample = message[:SAMPLE].decode("utf-8", "replace").replace("\x00", "�")
    try:
        await sync_to_async(_write)(door, sender, thing_id, problem, sample)
    except Exception:
        log.exception("refusals: could not be written")


def _write(door: str, sender: str, thing_id: int | None, problem: Problem, sample: str) -> None:
    Refusal.objects.create(
        received_at=clock.now(),
        door=door,
        sender=sender[:80],
        thing_id=thing_id,
        code=problem.code,
        reason=problem.detail[:SAMPLE].replace("\x00", "�"),
        sample=sample,
    )
