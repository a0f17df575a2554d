"""The opaque place in the log that a subscriber resumes from; it belongs to its subscription."""

import dataclasses
import zlib

from feed.topics import mask, unmask
from people.may import Rights


def fingerprint(rights: Rights) -> str:
    """Return a short name of what somebody may see: other rights, other cursor."""
    return f"{zlib.crc32(repr(rights.group).encode()):08x}"


@dataclasses.dataclass(frozen=True, slots=True)
class Cursor:
    """Everything up to `seq` of log `origin` has been sent of `topics`, under those rights."""

    origin: str
    seq: int
    topics: frozenset[str]
    rights: str

    def __str__(self) -> str:
        return f"{self.origin}-{self.seq}-{mask(self.topics):x}-{self.rights}"


def parse(text: str) -> Cursor | None:
    """Read a cursor; None for what is none of ours."""
    parts = text.split("-")
    if len(parts) != 4 or not parts[1].isdigit():
        return None
    try:
        return Cursor(parts[0], int(parts[1]), unmask(int(parts[2], 16)), parts[3])
    except ValueError:
        return None
