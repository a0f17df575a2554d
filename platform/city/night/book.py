"""A night by the scripted people's own book: counts, durations, acknowledgements."""

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Iterator


@dataclasses.dataclass
class Book:
    """Pure; every id in `kept` was acknowledged by the system and must be found again."""

    done: Counter[str] = dataclasses.field(default_factory=Counter)
    spans: dict[str, list[float]] = dataclasses.field(default_factory=lambda: defaultdict(list))
    kept: dict[str, set[int]] = dataclasses.field(default_factory=lambda: defaultdict(set))
    declined: dict[str, list[str]] = dataclasses.field(default_factory=lambda: defaultdict(list))
    tokens: list[str] = dataclasses.field(default_factory=list)  # follow-up links of citizens
    called: list[int] = dataclasses.field(default_factory=list)  # incidents that await a crew
    surprises: list[str] = dataclasses.field(default_factory=list)
    lost: list[str] = dataclasses.field(default_factory=list)

    def did(self, what: str, topic: str = "", key: int | None = None) -> None:
        """Write down that something was done and acknowledged."""
        self.done[what] += 1
        if key is not None:
            self.kept[topic].add(key)

    def took(self, what: str, seconds: float) -> None:
        """Write down how long something took."""
        self.spans[what].append(seconds)

    def refused(self, what: str, sentence: str) -> None:
        """Write down a refusal that was meant to come."""
        self.declined[what].append(sentence)

    def surprised(self, what: str) -> None:
        """Write down what the script did not expect; the account shows it."""
        self.surprises.append(what)

    def durations(self) -> Iterator[tuple[str, int, float, float, float]]:
        """Yield name, count, median, 95th percentile and maximum in seconds."""
        for name, values in self.spans.items():
            ordered = sorted(values)
            middle = ordered[len(ordered) // 2]
            late = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
            yield name, len(ordered), middle, late, ordered[-1]
