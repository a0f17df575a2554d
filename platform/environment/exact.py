"""Exact numbers: decimal digits as they were sent, and rounding as GB/T 8170 lays it down."""

import math
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

Number = Decimal | Fraction | float | int | str


def exact(value: Number) -> Fraction:
    """Return the number that its digits say: 0.1 is a tenth, not the nearest binary fraction."""
    return Fraction(value if isinstance(value, Fraction) else Decimal(str(value)))


def half_even(value: Number, places: int = 0) -> Decimal:
    """Round by GB/T 8170: to the nearest, a half to the even digit."""
    step = Fraction(1, 10**places)
    whole = round(exact(value) / step)  # Python's own rounding of fractions is half to even
    return Decimal(whole).scaleb(-places)


def up(value: Fraction) -> int:
    """Round up to a whole number."""
    return math.ceil(value)


def short(value: Number, places: int = 4) -> float:
    """Return a number for the screen, to some places."""
    rounded = Decimal(str(float(exact(value)))).quantize(
        Decimal(1).scaleb(-places), ROUND_HALF_EVEN
    )
    return float(rounded)
