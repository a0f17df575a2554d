"""The words of a filter: literals, names, marks. Pure."""

import dataclasses
import datetime
import re
from collections.abc import Callable
from typing import Any

from core.errors import Invalid
from sensors.sensorthings.nodes import Kind, Literal

LONGEST = 8000  # characters of one filter or order

_WORD = re.compile(
    r"""(?P<space>\s+)
    |(?P<geometry>(?:geography|geometry)'(?:[^']|'')*')
    |(?P<duration>duration'[^']*')
    |(?P<text>'(?:[^']|'')*')
    |(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[-+\ ]\d\d:?\d\d)?)
    |(?P<date>\d{4}-\d\d-\d\d)
    |(?P<clock>\d\d:\d\d(?::\d\d(?:\.\d+)?)?)
    |(?P<number>\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)
    |(?P<name>@?[^\W\d][\w.@]*)
    |(?P<mark>[(),/-])""",
    re.VERBOSE,
)
_DURATION = re.compile(
    r"(?P<sign>-?)P(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)


@dataclasses.dataclass(frozen=True, slots=True)
class Word:
    """One word: "literal", "name", "mark" or "end"; where it begins."""

    sort: str
    text: str
    place: int
    literal: Literal | None = None


def wrong(option: str, text: str, place: int, why: str) -> Invalid:
    """Return the complaint about a place in an option's text."""
    return Invalid(
        f"{why} at character {place + 1} of {text[:200]!r}",
        zh=f"第 {place + 1} 个字符处语法有误",
        field=option,
        remedy="see OGC 18-088 clause 9.3, for example: result gt 10 and"
        " phenomenonTime ge 2026-01-01T00:00:00Z",
    )


def words(text: str, option: str = "$filter") -> list[Word]:
    """Split a text into words; raises Invalid where no word begins."""
    if len(text) > LONGEST:
        raise Invalid(f"{option} has more than {LONGEST} characters", zh="过长", field=option)
    found: list[Word] = []
    place = 0
    while place < len(text):
        match = _WORD.match(text, place)
        if match is None:
            raise wrong(option, text, place, f"{text[place]!r} begins nothing known")
        if match.lastgroup != "space":
            found.append(_word(match, option, text))
        place = match.end()
    return [*found, Word("end", "", len(text))]


def _word(match: "re.Match[str]", option: str, text: str) -> Word:
    sort, word, place = str(match.lastgroup), match[0], match.start()
    if sort == "name" and word in ("true", "false"):
        return Word("literal", word, place, Literal(Kind.BOOL, word == "true"))
    if sort == "name" and word == "null":
        return Word("literal", word, place, Literal(Kind.NULL, None))
    if sort in ("name", "mark"):
        return Word(sort, word, place)
    kind, read = _LITERALS[sort]
    try:
        return Word("literal", word, place, Literal(kind, read(word)))
    except ValueError as error:
        raise wrong(option, text, place, str(error)) from error


def _text(word: str) -> str:
    return word[word.index("'") + 1 : -1].replace("''", "'")


def _time(word: str) -> datetime.datetime:
    # a plus sign that was not escaped in the address arrives as a space
    moment = datetime.datetime.fromisoformat(word.replace(" ", "+"))
    if moment.tzinfo is None:
        raise ValueError(f"time {word} has no offset (end it with Z or +08:00)")
    return moment.astimezone(datetime.UTC)


def _duration(word: str) -> datetime.timedelta:
    match = _DURATION.fullmatch(_text(word))
    if match is None or not any(match.group("days", "hours", "minutes", "seconds")):
        raise ValueError(f"{word} is no duration such as duration'P1DT2H'")
    parts = {name: float(value or 0) for name, value in match.groupdict().items() if name != "sign"}
    try:
        length = datetime.timedelta(**parts)
    except OverflowError:
        raise ValueError(f"{word} is too long") from None
    return -length if match["sign"] else length


def _number(word: str) -> float:
    value = float(word)
    if value in (float("inf"), float("-inf")):
        raise ValueError(f"{word} is too large")
    return value


_LITERALS: dict[str, tuple[Kind, Callable[[str], Any]]] = {
    "text": (Kind.TEXT, _text),
    "geometry": (Kind.GEOMETRY, _text),
    "duration": (Kind.DURATION, _duration),
    "time": (Kind.TIME, _time),
    "date": (Kind.DATE, datetime.date.fromisoformat),
    "clock": (Kind.CLOCK, datetime.time.fromisoformat),
    "number": (Kind.NUMBER, _number),
}
