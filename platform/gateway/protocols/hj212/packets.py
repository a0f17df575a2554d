"""Sub-packets: one upload in several frames, put together by MN, ST, CN, DataTime and PNUM.

Each frame has its own QN and is answered by itself, but none before all are stored: an answer means
committed. A device that sends its next only after an answer is noticed by the silence; from then on
its sub-packets are taken one by one, each stored and answered as it comes.
"""

import dataclasses
import datetime

from gateway.protocols.hj212.segment import Content, Segment

PATIENCE = datetime.timedelta(seconds=5)  # half of the time after which devices repeat
MAX_GROUPS = 8
MAX_BYTES = 128 * 1024  # of all that is held back

Key = tuple[str, str, str, str, int]


@dataclasses.dataclass(slots=True)
class Group:
    """What has come of one upload."""

    since: datetime.datetime
    parts: dict[int, Segment] = dataclasses.field(default_factory=dict)
    heard: list[Segment] = dataclasses.field(default_factory=list)  # repeats too: all are answered
    samples: list[bytes] = dataclasses.field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Say whether nothing is missing."""
        return len(self.parts) == self.heard[0].packets

    def merged(self) -> Segment:
        """Return all as one segment."""
        content = Content()
        for _, part in sorted(self.parts.items()):
            content.add(part.content)
        resent = any(part.resent for part in self.heard)
        first = self.heard[0]
        return dataclasses.replace(first, content=content, resent=resent, packet=len(self.parts))


class Packets:
    """The uploads of one connection that are not whole yet, bounded in number, bytes and time."""

    def __init__(self) -> None:
        self._groups: dict[Key, Group] = {}
        self._bytes = 0
        self.one_by_one = False

    def __len__(self) -> int:
        return len(self._groups)

    def add(self, segment: Segment, sample: bytes, now: datetime.datetime) -> list[Group]:
        """Take a sub-packet; returns what is whole, or has to go because too much is held."""
        key = self._key(segment)
        group = self._groups.setdefault(key, Group(now))
        group.parts[segment.packet] = segment
        group.heard.append(segment)
        group.samples.append(sample)
        self._bytes += len(sample)
        if group.whole:
            return [self._taken(key)]
        done = []
        while len(self._groups) > MAX_GROUPS or self._bytes > MAX_BYTES:
            done.append(self._taken(next(iter(self._groups))))
        return done

    def _key(self, segment: Segment) -> Key:
        """Return the group's key; a part without DataTime belongs to the one that is open."""
        key = (
            segment.mn,
            segment.st,
            segment.cn,
            segment.content.fields.get("DataTime", ""),
            segment.packets,
        )
        if key[3]:
            return key
        like = (one for one in self._groups if one[:3] == key[:3] and one[4] == key[4])
        return next(like, key)

    def late(self, now: datetime.datetime) -> list[Group]:
        """Return what has waited too long."""
        keys = [key for key, group in self._groups.items() if now - group.since >= PATIENCE]
        self.one_by_one = self.one_by_one or bool(keys)
        return [self._taken(key) for key in keys]

    def rest(self) -> list[Group]:
        """Return all that is held: the connection has ended."""
        return [self._taken(key) for key in list(self._groups)]

    def _taken(self, key: Key) -> Group:
        group = self._groups.pop(key)
        self._bytes -= sum(map(len, group.samples))
        return group
