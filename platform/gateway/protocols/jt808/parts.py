"""Sub-packages (分包) put together again, within bounds, and what to ask for if some are missing.

Sub-packages of one message have consecutive serial numbers, so that any of them names the first.
"""

import dataclasses

from core.errors import Invalid
from gateway.protocols.jt808.header import Header, Part

MAX_PARTS = 64  # of one message: 64 KiB
MAX_UNFINISHED = 4  # messages of one connection
WAIT_S = 10.0  # before missing ones are asked for; then 20 s, then 60 s, as the standard has it
MAX_ASKED = 3


@dataclasses.dataclass(frozen=True, slots=True)
class Whole:
    """A message whose sub-packages have all come; each has a serial number to be answered."""

    header: Header
    body: bytes
    serials: tuple[int, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Missing:
    """Sub-packages to ask for (0x8003): `first` is the serial number of the message's first."""

    header: Header
    first: int
    numbers: tuple[int, ...]


@dataclasses.dataclass(slots=True)
class _Unfinished:
    header: Header
    part: Part
    first: int
    due: float  # when the missing ones are asked for, in the caller's seconds
    wait_s: float = WAIT_S
    asked: int = 0
    bodies: dict[int, bytes] = dataclasses.field(default_factory=dict)

    def missing(self) -> Missing:
        numbers = range(1, self.part.total + 1)
        return Missing(self.header, self.first, tuple(n for n in numbers if n not in self.bodies))

    def whole(self) -> Whole:
        numbers = range(1, self.part.total + 1)
        serials = tuple((self.first + n - 1) & 0xFFFF for n in numbers)
        return Whole(self.header, b"".join(self.bodies[n] for n in numbers), serials)


class Parts:
    """The unfinished messages of one connection; the oldest goes when there are too many."""

    def __init__(self) -> None:
        self._unfinished: dict[tuple[int, str, int, int], _Unfinished] = {}

    @property
    def unfinished(self) -> bool:
        """Say whether any message lacks sub-packages."""
        return bool(self._unfinished)

    def add(self, header: Header, part: Part, body: bytes, now: float) -> Whole | Missing | None:
        """Take one in; `now` in seconds of any steady clock. Raises Invalid for too many.

        Returns the whole message, or what is missing as soon as the sender has done its part: sent
        the last one, or one that it thinks was lost.
        """
        if part.total > MAX_PARTS:
            raise Invalid(
                f"more than {MAX_PARTS} sub-packages in one message",
                zh=f"一条消息不得超过 {MAX_PARTS} 个分包",
                field="part",
                remedy="send fewer positions in one batch",
            )
        first = (header.serial - part.number + 1) & 0xFFFF
        key = header.id, header.phone, first, part.total
        found = self._unfinished.get(key) or self._begin(key, header, part, now)
        repeated = part.number in found.bodies
        found.bodies[part.number] = body
        if len(found.bodies) == part.total:
            del self._unfinished[key]
            return found.whole()
        return found.missing() if repeated or part.number == part.total else None

    def _begin(
        self, key: tuple[int, str, int, int], header: Header, part: Part, now: float
    ) -> _Unfinished:
        if len(self._unfinished) == MAX_UNFINISHED:
            del self._unfinished[next(iter(self._unfinished))]
        begun = self._unfinished[key] = _Unfinished(header, part, key[2], now + WAIT_S)
        return begun

    def overdue(self, now: float) -> list[Missing]:
        """Return what to ask for now; what was asked for often enough is forgotten."""
        late = [(key, one) for key, one in self._unfinished.items() if one.due <= now]
        for key, one in late:
            one.asked += 1
            one.wait_s *= one.asked + 1
            one.due = now + one.wait_s
            if one.asked > MAX_ASKED:
                del self._unfinished[key]
        return [one.missing() for _, one in late if one.asked <= MAX_ASKED]
