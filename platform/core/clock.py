"""The one clock: what "now" is, and the limits within which a device's own clock is believed."""

import datetime
from collections.abc import Callable, Iterator
from contextlib import contextmanager

UTC = datetime.UTC

# A device may be ahead by its clock's drift, never by hours; what is older than this is an import.
MAX_AHEAD = datetime.timedelta(minutes=10)
OLDEST = datetime.datetime(2000, 1, 1, tzinfo=UTC)

_source: Callable[[], datetime.datetime] = lambda: datetime.datetime.now(UTC)  # noqa: E731


def now() -> datetime.datetime:
    """Return the present moment, UTC, aware."""
    return _source()


@contextmanager
def fixed(moment: datetime.datetime) -> Iterator[None]:
    """Hold the clock at `moment` inside the block (tests and back-tests)."""
    global _source
    before, _source = _source, lambda: moment
    try:
        yield
    finally:
        _source = before
