"""Versioned tables of standards: each record is judged by the table in force on its own date."""

import dataclasses
import datetime
from functools import cache
from pathlib import Path
from typing import Any

from core.shelf import BadShelf, tables

SHELF = Path(__file__).with_name("standards")


@dataclasses.dataclass(frozen=True, slots=True)
class Standard:
    """One edition: `code` is NAME-YEAR; `data` is what the clause lays down, in its units."""

    code: str
    title_zh: str
    title_en: str
    clause_zh: str
    clause_en: str
    in_force: datetime.date
    data: dict[str, Any]

    @property
    def cited(self) -> tuple[str, str]:
        """Return how an alert names it, in Chinese and in English."""
        return f"{self.title_zh} {self.clause_zh}", f"{self.title_en}, {self.clause_en}"

    @property
    def name(self) -> str:
        """Return the standard's name without its year."""
        return self.code.rsplit("-", 1)[0]


@cache
def editions(name: str) -> tuple[Standard, ...]:
    """Return a standard's editions, oldest first; stops when there is none."""
    found = [table for table in tables(SHELF, Standard).values() if table.name == name]
    if not found:
        raise BadShelf(f"no standard {name!r} in {SHELF}")
    return tuple(sorted(found, key=lambda table: table.in_force))


def in_force(name: str, day: datetime.date) -> Standard:
    """Return the edition in force on a day; before the first one, the first."""
    chosen = editions(name)[0]
    for edition in editions(name):
        if edition.in_force <= day:
            chosen = edition
    return chosen
