"""Codes of divisions and unit-grid cells: GB/T 2260, GB/T 10114, GB/T 47678.3."""

import re

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.errors import Invalid

GRID_CELL = r"^[0-9A-Z]{15}$"
LAST_SEQUENCE = 999
_GRID_CELL = re.compile(GRID_CELL)
_DIVISION = re.compile(r"[1-9](?:[0-9]{5}|[0-9]{8}|[0-9]{11})")


def prefix(code: str) -> str:
    """Return a division's code without trailing zero pairs, the key of area rights.

    410100 (city) → 4101, 410105 → 410105. Nine digits and more are their own prefix, because a
    town's three digits may well end in 00 (410122100).
    """
    if not _DIVISION.fullmatch(code):
        raise Invalid(
            f"{code!r} is not a division code",
            zh=f"{code!r} 不是行政区划代码",
            field="code",
            remedy="give 6 (GB/T 2260), 9 (street) or 12 (community) digits",
        )
    short = code
    while len(code) == 6 and short.endswith("00"):
        short = short[:-2]
    return short


def check_cell(code: str) -> str:
    """Return the unit-grid code if it is well formed: 6 county + 3 street + 3 community + 3."""
    if not _GRID_CELL.fullmatch(code):
        raise Invalid(
            f"{code!r} is not a unit-grid code",
            zh=f"{code!r} 不是单元网格标识码",
            field="code",
            remedy="give 15 characters 0-9 or A-Z: 12 of the community and a 3-digit sequence",
        )
    return code


def number_cells(community: str, xs: ArrayLike, ys: ArrayLike, row: float) -> list[str]:
    """Give a community's cells their codes in the order of the centres given.

    The sequence runs west→east within a row and rows run north→south; `row` is the height of a
    row in the units of `ys`. More than 999 cells do not fit and are refused, never wrapped.
    """
    x, y = np.asarray(xs, float), np.asarray(ys, float)
    if x.size > LAST_SEQUENCE:
        raise Invalid(
            f"community {community} has {x.size} unit cells; the sequence ends at {LAST_SEQUENCE}",
            zh=f"社区 {community} 有 {x.size} 个单元网格，序号最大为 {LAST_SEQUENCE}",
            field="community",
            remedy="split the community or draw larger cells",
        )
    rank = np.empty(x.size, dtype=int)
    rank[_reading_order(x, y, row)] = np.arange(1, x.size + 1)
    return [check_cell(f"{community}{number:03d}") for number in rank]


def _reading_order(x: NDArray[np.float64], y: NDArray[np.float64], row: float) -> NDArray[np.intp]:
    rows = np.floor((y.max(initial=0.0) - y) / row + 0.5).astype(int)
    return np.lexsort((x, rows))
