"""Units of one kind are converted exactly; what is of another kind is not."""

from decimal import Decimal

import pytest

from sensors.units import converted, scale


@pytest.mark.parametrize(
    ("sent", "kept", "by"),
    [
        ("mg/m3", "µg/m3", 1000),
        ("mg/m³", "ug/m3", 1000),
        ("ng/m3", "µg/m3", Decimal("0.001")),
        ("μg/L", "mg/L", Decimal("0.001")),
        ("cm", "m", Decimal("0.01")),
        ("ppm", "ppm", 1),
        ("", "", 1),
    ],
)
def test_units_of_one_kind(sent: str, kept: str, by: object) -> None:
    assert scale(sent, kept) == by


@pytest.mark.parametrize(("sent", "kept"), [("mg/L", "mg/m3"), ("ppm", "µg/m3"), ("", "m")])
def test_units_of_two_kinds(sent: str, kept: str) -> None:
    assert scale(sent, kept) is None


def test_digits_stay_what_they_were() -> None:
    assert converted(1.001, Decimal(1000)) == 1001
    assert converted(1e-9, Decimal(1000)) == 1e-6
    assert converted(35.0, Decimal(1)) == 35.0
