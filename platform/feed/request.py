"""What a socket's client may say, checked by type; everything else is refused with a sentence."""

import dataclasses
from typing import Any

import msgspec

from core.errors import Invalid, quoted
from feed.projection import Box
from feed.topics import TOPICS


class Subscribe(msgspec.Struct, tag_field="type", tag="subscribe", forbid_unknown_fields=True):
    """Ask for topics, narrowed by a view, from a cursor on."""

    topics: list[str]
    bbox: list[float] | None = None
    since: str | None = None


class Ping(msgspec.Struct, tag_field="type", tag="ping"):
    """Ask whether the line is alive; `t` comes back."""

    t: Any = None


Request = Subscribe | Ping
_decoder = msgspec.json.Decoder(Request)
LONGEST = 16_384  # characters


@dataclasses.dataclass(frozen=True, slots=True)
class Wish:
    """A checked subscription."""

    topics: frozenset[str]
    box: Box | None
    since: str | None


def read(text: str) -> Subscribe | Ping:
    """Read one frame; raises Invalid."""
    if len(text) > LONGEST:
        raise Invalid(
            f"the message has more than {LONGEST} characters",
            zh=f"消息超过 {LONGEST} 个字符",
            remedy="a subscription needs a few hundred",
        )
    try:
        found: Subscribe | Ping = _decoder.decode(text)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise Invalid(
            f"not understood: {str(error)[:200]}",
            zh="无法理解的消息",
            remedy='send {"type":"subscribe","topics":[…]} or {"type":"ping"}',
        ) from error
    return found


def wish(given: Subscribe) -> Wish:
    """Check topics and view; raises Invalid naming what is wrong."""
    unknown = sorted(set(given.topics) - TOPICS)
    if unknown or not given.topics:
        raise Invalid(
            f"unknown topic {quoted(unknown[0])}" if unknown else "no topics given",
            zh="未知的主题" if unknown else "未指定主题",
            field="topics",
            remedy=f"known are {', '.join(sorted(TOPICS))}",
        )
    return Wish(frozenset(given.topics), _box(given.bbox), given.since)


def _box(given: list[float] | None) -> Box | None:
    if given is None:
        return None
    if (
        len(given) != 4
        or not (-180 <= given[0] <= given[2] <= 180)
        or not (-90 <= given[1] <= given[3] <= 90)
    ):
        raise Invalid(
            "bbox must be [west, south, east, north] in degrees",
            zh="bbox 应为 [西, 南, 东, 北]（度）",
            field="bbox",
        )
    return (given[0], given[1], given[2], given[3])
