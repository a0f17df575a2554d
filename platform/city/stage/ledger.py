"""What was sent, what was acknowledged, what was refused and why, what was found again. Pure."""

import dataclasses
import datetime
from collections import defaultdict
from collections.abc import Mapping

from city.stage.door import Refused

Series = Mapping[int, Mapping[datetime.datetime, float]]  # datastream → time → value


@dataclasses.dataclass
class Ledger:
    """The sender's own book of a play; an entry in `acknowledged` must be found again."""

    sent: int = 0
    accepted: int = 0
    gaps: int = 0
    refused: dict[str, list[str]] = dataclasses.field(default_factory=lambda: defaultdict(list))
    acknowledged: dict[int, dict[datetime.datetime, float]] = dataclasses.field(
        default_factory=lambda: defaultdict(dict)
    )
    repeats: int = 0  # acknowledged more than once in this play

    def answered(
        self, stream: int, time: datetime.datetime, value: float, refused: Refused | None
    ) -> None:
        """Write down one reading's answer."""
        self.sent += 1
        if refused is not None:
            self.refused[refused.reason].append(refused.sentence)
            return
        self.accepted += 1
        self.repeats += time in self.acknowledged[stream]
        self.acknowledged[stream][time] = value


@dataclasses.dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the acknowledged readings."""

    new: int
    known: int  # stored with this value before the play
    corrected: int  # stored with another value before the play
    lost: tuple[tuple[int, datetime.datetime], ...]


def settle(ledger: Ledger, before: Series, after: Series) -> Outcome:
    """Compare the book with what was stored before and with what is read back now."""
    new = known = corrected = 0
    lost = []
    for stream, readings in ledger.acknowledged.items():
        earlier, now = before.get(stream, {}), after.get(stream, {})
        for time, value in readings.items():
            if now.get(time) != value:
                lost.append((stream, time))
            if time not in earlier:
                new += 1
            elif earlier[time] == value:
                known += 1
            else:
                corrected += 1
    return Outcome(new, known, corrected, tuple(lost))
