"""Rates of casework by GB/T 30428.4, pure: counts in, percent out; an empty period is no rate.

Every rate is percent with two decimals; a zero denominator gives None (n/a), never 0 or 100.
"""

from collections.abc import Mapping
from typing import Literal

Counts = Mapping[str, int]
Rework = Literal["应结案", "立案"]

# rate: (what is counted, out of what); 返工率 has two denominators in use, see `rates`
RATES: dict[str, tuple[str, str]] = {
    "立案率": ("立案", "上报"),
    "有效上报率": ("有效上报", "上报"),
    "按时立案率": ("按时立案", "立案"),
    "按时派遣率": ("按时派遣", "应派遣"),
    "准确派遣率": ("准确派遣", "应派遣"),
    "处置率": ("处置", "应处置"),
    "按期处置率": ("按期处置", "应处置"),
    "超期待处置率": ("超期待处置", "应处置"),
    "延期率": ("延期", "应处置"),
    "结案率": ("结案", "应结案"),
    "按期结案率": ("按期结案", "应结案"),
    "按时核实率": ("按时核实", "应核实"),
    "按时核查率": ("按时核查", "应核查"),
    "漏报率": ("公众举报核实", "立案"),
}


def percent(part: float, whole: float) -> float | None:
    """Return a share in percent with two decimals, None of nothing."""
    return round(100.0 * part / whole + 1e-9, 2) if whole else None


def rates(counts: Counts, rework: Rework = "应结案") -> dict[str, float | None]:
    """Return all rates whose counts are given."""
    found = {
        name: percent(counts[part], counts[whole])
        for name, (part, whole) in RATES.items()
        if part in counts and whole in counts
    }
    if "立案" in counts and "作废" in counts:
        found["准确立案率"] = percent(counts["立案"] - counts["作废"], counts["立案"])
    if "返工" in counts and rework in counts:
        found["返工率"] = percent(counts["返工"], counts[rework])
    return found
