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
    "监督举报率": ("公众举报核实", "立案"),
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


# --- scores: formulas in use, each a weighted sum of percents; None where a part of it is n/a ----

_BANDS = ((50, 100), (100, 90), (200, 75), (500, 60), (1000, 40))


def filed_points(filed: int) -> int:
    """Return the points for how many cases were filed: fewer are better."""
    return next((points for most, points in _BANDS if filed <= most), 0)


def _sum(*parts: tuple[float, float | None]) -> float | None:
    """Return the weighted sum of percents, None if one of them is."""
    if any(value is None for _, value in parts):
        return None
    return round(sum(weight * (value or 0.0) for weight, value in parts) + 1e-9, 2)


def _share(part: float, whole: float) -> float | None:
    return 100.0 * part / whole if whole else None


def department_score(counts: Counts) -> float | None:
    """Return 立案数分值×10 % + 结案率×30 % + 按期处置率×30 % + (1−返工率)×30 %."""
    return _sum(
        (0.1, filed_points(counts["立案"])),
        (0.3, _share(counts["结案"], counts["应结案"])),
        (0.3, _share(counts["按期处置"], counts["应处置"])),
        (0.3, _share(counts["应结案"] - counts["返工"], counts["应结案"])),
    )


def dispatcher_score(counts: Counts) -> float | None:
    """Return 派遣数分值×20 % + 按时派遣率×40 % + 准确派遣率×40 %."""
    due = counts["应派遣"]
    return _sum(
        (0.2, counts["派遣数分值"]),
        (0.4, _share(counts["按时派遣"], due)),
        (0.4, _share(due - counts["返工"], due)),
    )


def shift_leader_score(counts: Counts) -> float | None:
    """Return 按时立案率×25 % + 准确立案率×40 % + 按时结案率×35 %."""
    filed = counts["立案"]
    return _sum(
        (0.25, _share(counts["按时立案"], filed)),
        (0.4, _share(filed - counts["作废"], filed)),
        (0.35, _share(counts["按时结案"], counts["应结案"])),
    )


def district_score(counts: Counts) -> float | None:
    """Return 处置 30 % + 按期 20 % + (1−返工) 20 % + (1−超期) 20 % + (1−延期) 10 %."""
    due = counts["应处置"]
    return _sum(
        (0.3, _share(counts["处置"], due)),
        (0.2, _share(counts["按期处置"], due)),
        (0.2, _share(counts["应结案"] - counts["返工"], counts["应结案"])),
        (0.2, _share(due - counts["超期待处置"], due)),
        (0.1, _share(due - counts["延期"], due)),
    )
