"""First isolation by the Emergency Response Guidebook: looked up, never reckoned.

The initial isolation zone is a circle; the protective action zone is a square downwind whose
upwind edge is centred at the spill. Both are for the first 30 minutes. Small spills: up to 208 L.
"""

import dataclasses
import tomllib
from functools import cache
from pathlib import Path


@dataclasses.dataclass(frozen=True, slots=True)
class Distances:
    """Metres to isolate in all directions, and metres to protect downwind."""

    isolate: float
    protect: float


@dataclasses.dataclass(frozen=True, slots=True)
class Book:
    """The loaded values with their edition; keys are (UN number, large spill, night)."""

    edition_zh: str
    edition_en: str
    guides: dict[int, int]
    distances: dict[tuple[int, bool, bool], Distances]

    def find(self, un: int, large: bool, night: bool) -> Distances | None:
        """Return the distances, None where they are not known."""
        return self.distances.get((un, large, night))


@cache
def book() -> Book:
    """Return what is loaded."""
    path = Path(__file__).with_name("isolation.toml")
    rows = tomllib.loads(path.read_text(encoding="utf-8"))
    return Book(
        rows["edition_zh"],
        rows["edition_en"],
        {int(un): guide for un, guide in rows["guides"].items()},
        {
            (row["un"], row["large"], row["night"]): Distances(row["isolate"], row["protect"])
            for row in rows["distances"]
        },
    )
