"""Which picture a raster layer shows on a day: the newest that is not after it.

The layer's state carries all its pictures (`raster["pictures"]`, written with it in one
transaction), so that a process that knows the state needs no second look.
"""

import contextlib
import datetime
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from django.utils import timezone

from core.errors import Unknown
from layers.models import Picture

CREDIT = "attribution"  # of the picture that a state shows, beside its facts


class Held(Protocol):
    """A layer's state, as the database or the tile application knows it."""

    @property
    def path(self) -> str:
        """The file, "" for none."""

    @property
    def raster(self) -> dict[str, Any]:
        """Facts about the raster, and its pictures by day."""

    @property
    def source_date(self) -> Any:
        """The day that the newest describes, or None."""


class Shown(NamedTuple):
    """One day's picture: its file, bounds in degrees, facts, and whose its pieces are."""

    date: str
    path: str
    bounds: list[float]
    raster: dict[str, Any]
    source: str = ""
    attribution: str = ""


def entry(picture: Picture) -> dict[str, Any]:
    """Return what a layer's state carries of one picture."""
    return Shown(
        picture.date.isoformat(), picture.path, _bounds(picture), picture.raster,
        picture.source, joined(picture.pieces, "attribution"),
    )._asdict()  # fmt: skip


def joined(pieces: Sequence[Mapping[str, Any]], name: str) -> str:
    """Return what all pieces say, each saying once, the lowest first; pieces of old say nothing."""
    return "、".join(dict.fromkeys(one[name] for one in pieces if one.get(name)))


def told(state: Held | None) -> list[dict[str, str]]:
    """Return whose each day's picture is: date, source, attribution, oldest day first."""
    every: list[Mapping[str, Any]] = state.raster.get("pictures", []) if state else []
    names = ("date", "source", "attribution")
    return [{name: str(one.get(name, "")) for name in names} for one in every]


def credit(raster: Mapping[str, Any], otherwise: str) -> str:
    """Return whose the picture that is shown is; what stands for the layer where nobody said."""
    return str(raster.get(CREDIT) or otherwise)


def together(pictures: Sequence[Picture]) -> tuple[float, float, float, float]:
    """Return the bounds (degrees) of all pictures together."""
    west, south, east, north = zip(*(_bounds(one) for one in pictures), strict=True)
    return min(west), min(south), max(east), max(north)


def _bounds(picture: Picture) -> list[float]:
    return [round(edge, 6) for edge in picture.extent.extent]


def days(state: Held | None) -> list[str]:
    """Return the days that there is a picture of, ascending; none if the day is not known."""
    if state is None or not state.path:
        return []
    every: list[Mapping[str, Any]] = state.raster.get("pictures", [])
    if every:
        return [one["date"] for one in every]
    return [str(state.source_date)] if state.source_date else []


def _day(moment: datetime.datetime) -> str:
    """Return the city's day of a moment; at the ends of all time its own."""
    with contextlib.suppress(OverflowError):  # 9999-12-31T23:59Z is no later day anywhere
        moment = moment.astimezone(timezone.get_default_timezone())
    return moment.date().isoformat()


def as_of(code: str, state: Held, moment: datetime.datetime) -> Shown | None:
    """Return the newest picture not after a moment; None: the state itself says it all.

    Raises Unknown before the first.
    """
    day = _day(moment)
    known = days(state)
    if known and day < known[0]:
        raise Unknown(
            f"layer {code} shows nothing before {known[0]}, its first picture",
            zh=f"图层 {code} 最早的影像为 {known[0]}，此前没有影像",
            field="at",
            remedy=f"ask for {known[0]} or later",
            dates=known,
        )
    not_after = [one for one in state.raster.get("pictures", []) if one["date"] <= day]
    return Shown(**not_after[-1]) if not_after else None
