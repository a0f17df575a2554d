"""The contract of a kind of case: what it is called, when it is filed, how long it may take.

Parts (部件) and matters (事项) share one space of codes in GB/T 47678.5-2026: 01003 is both a storm
drain cover and its fault. The key of a kind is therefore (kind, code), never the code alone.
"""

import dataclasses
import re
from functools import cache
from pathlib import Path
from typing import Literal

from core.errors import Invalid, quoted
from core.shelf import BadShelf, tables
from urban.worktime import Limit

SHELF = Path(__file__).with_name("kinds")
LOCAL_FROM = 80  # minor codes from 080 on are a city's own, given out from 999 downwards

Key = tuple[str, str]


@dataclasses.dataclass(frozen=True, slots=True)
class Condition:
    """When a case is filed (立案条件), how long it may take, and when it may be closed."""

    key: str
    zh: str
    en: str
    limit: Limit
    close_zh: str
    close_en: str


@dataclasses.dataclass(frozen=True, slots=True)
class Choice:
    """One value of an attribute's list."""

    key: str
    zh: str
    en: str


@dataclasses.dataclass(frozen=True, slots=True)
class Attribute:
    """A further question that a report of this kind answers (Open311 service definition)."""

    code: str
    zh: str
    en: str
    datatype: Literal["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"]
    required: bool = False
    values: tuple[Choice, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Kind:
    """One class of the edition, with the city's own limits and the department that answers."""

    code: str
    kind: Literal["part", "matter"]
    zh: str
    en: str
    major_zh: str
    major_en: str
    edition: str
    department: str
    about_zh: str
    about_en: str
    conditions: tuple[Condition, ...]
    keywords: tuple[str, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    public: bool = True

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[0-9]{5}", self.code):
            raise ValueError(f"code {self.code!r} is not two major and three minor digits")
        if self.kind not in ("part", "matter") or not self.conditions:
            raise ValueError("kind is part or matter, with one condition or more")
        if len({each.key for each in self.conditions}) < len(self.conditions):
            raise ValueError("two conditions have the same key")

    @property
    def key(self) -> Key:
        """Return what the kind is found by."""
        return self.kind, self.code

    @property
    def local(self) -> bool:
        """Say whether the class is the city's own extension (自定义)."""
        return int(self.code[2:]) >= LOCAL_FROM

    @property
    def service_code(self) -> str:
        """Return the code in Open311: the class code, for parts with a P before it."""
        return self.code if self.kind == "matter" else f"P{self.code}"

    def condition(self, key: str = "") -> Condition:
        """Return a condition, the first if none is named; raises Invalid."""
        for each in self.conditions:
            if key in ("", each.key):
                return each
        raise Invalid(
            f"{self.en} has no condition {quoted(key)}",
            zh=f"“{self.zh}”没有此立案条件",
            field="condition",
            remedy=f"known are {', '.join(each.key for each in self.conditions)}",
        )


@cache
def book() -> dict[Key, Kind]:
    """Return all kinds by (kind, code), in the order of codes; two files of one key stop."""
    found: dict[Key, Kind] = {}
    for each in sorted(tables(SHELF, Kind).values(), key=lambda each: (each.code, each.kind)):
        if each.key in found:
            raise BadShelf(f"{SHELF}: two files for {each.kind} {each.code}")
        found[each.key] = each
    return found


def find(kind: str, code: str) -> Kind:
    """Return a kind; raises Invalid for one that is not on the shelf."""
    try:
        return book()[(kind, code)]
    except KeyError:
        raise Invalid(
            f"there is no kind {quoted(kind)} {quoted(code)}",
            zh="没有此案件类别",
            field="code",
            remedy="see GET /api/v1/cases/kinds",
        ) from None
