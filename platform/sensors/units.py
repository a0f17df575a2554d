"""Units in which devices send what is kept in another of the same kind: powers of ten only."""

import re
from decimal import Decimal

_PREFIXES = {"k": 3, "": 0, "c": -2, "m": -3, "µ": -6, "μ": -6, "u": -6, "n": -9}
_UNIT = re.compile(r"([kcmµμun]?)(g/m3|g/L|g|m|L|V|A|W|Pa)")


def scale(sent: str, kept: str) -> Decimal | None:
    """Return by what a number in unit `sent` is multiplied to be in `kept`; None if by nothing."""
    if sent == kept:
        return Decimal(1)
    one, other = (_UNIT.fullmatch(unit.replace("m³", "m3")) for unit in (sent, kept))
    if one is None or other is None or one[2] != other[2]:
        return None
    return Decimal(10) ** (_PREFIXES[one[1]] - _PREFIXES[other[1]])


def converted(value: float, by: Decimal) -> float:
    """Return the product, exactly as the digits say: 1.001 mg are 1001 µg."""
    return value if by == 1 else float(Decimal(repr(value)) * by)
