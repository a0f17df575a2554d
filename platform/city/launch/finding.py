"""What `doctor` and `status` say: one thing looked at, and how to mend it."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing looked at: whether it is right, what was seen, and how to mend it."""

    good: bool
    what: str
    seen: str
    mend: str = ""

    def lines(self) -> Iterator[str]:
        """Give the lines to print."""
        yield f"{'✓' if self.good else '✗'} {self.what}: {self.seen}"
        if not self.good and self.mend:
            yield f"    → {self.mend}"
