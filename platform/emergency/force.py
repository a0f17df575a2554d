"""The contract of a kind of unit: one TOML file in `forces/` is a new kind, nothing else."""

import dataclasses
from functools import cache
from pathlib import Path

from core.shelf import tables

SHELF = Path(__file__).with_name("forces")


@dataclasses.dataclass(frozen=True, slots=True)
class Force:
    """A kind of unit: what it is called, the letter its call signs begin with, its place in lists.

    `department` is the code of the department that usually has such units.
    """

    code: str
    title_zh: str
    title_en: str
    letter: str
    order: int
    department: str = ""


@cache
def forces() -> dict[str, Force]:
    """Return the shelf by code, in its own order."""
    found = tables(SHELF, Force)
    return dict(sorted(found.items(), key=lambda each: each[1].order))
