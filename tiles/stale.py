"""Tiles while their source is away or slow: as they were last known, with their age."""

import time

from tiles.answers import KINDS, Headers

PATIENCE = 2.0  # seconds that a tile is waited for where an older one lies ready
WARNING = b'110 - "Response is Stale"'  # RFC 7234, 5.5.1; caches and people still read it


def headers(form: str, age: float, everybody: bool) -> Headers:
    """Return the header lines of a tile that was right so many seconds ago."""
    seconds = b"%d" % max(1, age)
    vary = b"Accept-Encoding" if everybody else b"Accept-Encoding, Authorization, Cookie"
    return (
        (b"content-type", KINDS[form]),
        (b"cache-control", b"no-store"),
        (b"age", seconds),
        (b"warning", WARNING),
        (b"zhihui-stale", seconds),
        (b"vary", vary),
    )


def age(at: int) -> float:
    """Return how many seconds ago a second of the clock was."""
    return max(0.0, time.time() - at)
