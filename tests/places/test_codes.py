"""Codes: division prefixes and unit-grid codes by GB/T 47678.3."""

import numpy as np
import pytest

from core.errors import Invalid
from places import codes


@pytest.mark.parametrize(
    ("code", "prefix"),
    [
        ("410000", "41"),
        ("410100", "4101"),
        ("410105", "410105"),
        ("410105001", "410105001"),
        ("410122100", "410122100"),  # a town's three digits may end in 00
        ("410105001003", "410105001003"),
    ],
)
def test_prefix(code: str, prefix: str) -> None:
    assert codes.prefix(code) == prefix


@pytest.mark.parametrize("code", ["", "4101", "000000", "41010a", "4101050010", "４１０１００"])
def test_what_is_no_division_code(code: str) -> None:
    with pytest.raises(Invalid):
        codes.prefix(code)


def test_grid_codes_are_fifteen_digits_or_capitals() -> None:
    assert codes.check_cell("410102001001001") == "410102001001001"
    for bad in ("41010200100101", "4101020010010011", "4l0102001001001", "410102001001001\n"):
        with pytest.raises(Invalid):
            codes.check_cell(bad)


def test_the_sequence_runs_west_to_east_then_north_to_south() -> None:
    # two rows of three; a centre that is a little off stays in its row
    xs = [300, 100, 200, 100, 300, 200]
    ys = [210, 190, 200, 100, 104, 96]
    numbers = [code[-3:] for code in codes.number_cells("410102001001", xs, ys, 100.0)]
    assert numbers == ["003", "001", "002", "004", "006", "005"]


def test_999_cells_fit_and_1000_are_refused() -> None:
    ys = np.zeros(1000)
    assert codes.number_cells("410102001001", range(999), ys[:999], 100.0)[-1].endswith("999")
    with pytest.raises(Invalid, match="1000 unit cells"):
        codes.number_cells("410102001001", range(1000), ys, 100.0)
