"""An index as the feed and the API show it."""

import datetime
from typing import Any

from core.standard import Standard, editions
from environment import aqi, water
from environment.models import Index
from environment.reckoning import STANDARDS, Kind
from sensors.thing import properties


def edition_of(row: Index) -> Standard:
    """Return the table that an index was reckoned by."""
    name = STANDARDS["water" if row.kind == "water" else "air"]
    found = editions(name)
    return next((each for each in found if each.code == row.edition), found[-1])


def grade(edition: Standard, kind: str, number: int | None) -> aqi.Grade | None:
    """Return a class by its number, 1 being the best."""
    if number is None:
        return None
    if kind == "water":
        return water.grade(edition, number)
    return aqi.grade(edition, edition.data["classes"][number - 1]["upto"])


def classes(kind: Kind) -> list[dict[str, Any]]:
    """Return the classes of an index by the newest edition, best first, for a legend."""
    edition = editions(STANDARDS[kind])[-1]
    return [
        {"class": number, "zh": row["zh"], "en": row["en"], "colour": row["colour"]}
        for number, row in enumerate(edition.data["classes"], 1)
    ]


def named(item: str) -> dict[str, str]:
    """Return an item with its names."""
    known = properties().get(item)
    return {
        "item": item,
        "name_zh": known.name if known else item,
        "name_en": known.name_en if known else item,
    }


def status(row: Index, stale: bool) -> str:
    """Say how an index stands: published, incomplete (items lack) or stale."""
    if stale:
        return "stale"
    return "published" if row.grade is not None else "incomplete"


def state(row: Index, stale: bool) -> dict[str, Any]:
    """Return what is told of a station's index; a stale one has no value and says so."""
    edition = edition_of(row)
    shown = None if stale else grade(edition, row.kind, row.grade)
    return {
        "thing_id": row.thing_id,
        "kind": row.kind,
        "status": status(row, stale),
        "value": None if stale else row.value,
        "class": shown.number if shown else None,
        "class_zh": shown.zh if shown else None,
        "class_en": shown.en if shown else None,
        "colour": shown.colour if shown else None,
        "last_class": row.grade,
        "limiting": [named(item) for item in row.limiting],
        "missing": [named(item) for item in row.missing],
        "edition": row.edition,
        "edition_zh": edition.title_zh,
        "edition_en": edition.title_en,
        "at": row.at.isoformat(),
        "fresh_until": row.fresh_until.isoformat(),
        "known_at": row.known_at.isoformat(),
    }


def stale_at(row: Index, moment: datetime.datetime) -> bool:
    """Say whether an index says nothing of a moment any more."""
    return row.fresh_until < moment
