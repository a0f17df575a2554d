"""Tables for a terminal in which Chinese characters take two places. Pure."""

import unicodedata
from collections.abc import Sequence


def width(text: str) -> int:
    """Return how many places of a terminal a text takes."""
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)


def table(rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> list[str]:
    """Return lines with aligned columns under the first row; `right` columns end together."""
    widths = [max(width(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = [
        "  ".join(_cell(text, widths[place], place in right) for place, text in enumerate(row))
        for row in rows
    ]
    rule = "  ".join("─" * each for each in widths)
    return [lines[0].rstrip(), rule, *(line.rstrip() for line in lines[1:])]


def _cell(text: str, places: int, right: bool) -> str:
    blank = " " * (places - width(text))
    return blank + text if right else text + blank
