"""The cluster is durable unless it is thrown away, and sized by the machine."""

from pathlib import Path

import pytest

from city.launch import tuning


def as_table(text: str) -> dict[str, str]:
    rows = (line.partition(" = ") for line in text.splitlines() if not line.startswith("#"))
    return {name: value for name, _, value in rows}


def test_a_real_cluster_is_durable_and_a_thrown_away_one_is_not() -> None:
    real = as_table(tuning.settings(Path("/x")))
    scratch = as_table(tuning.settings(Path("/x"), throw_away=True))
    for name in ("fsync", "synchronous_commit", "full_page_writes"):
        assert (real[name], scratch[name]) == ("on", "off")


@pytest.mark.parametrize(
    ("gib", "buffers"), [(0.25, "128MB"), (4, "1024MB"), (16, "4096MB"), (256, "4096MB")]
)
def test_buffers_follow_the_memory_within_limits(gib: float, buffers: str) -> None:
    table = as_table(tuning.settings(Path("/x"), available=int(gib * (1 << 30))))
    assert table["shared_buffers"] == buffers


def test_a_quote_in_the_folders_name_stays_inside_its_string() -> None:
    assert as_table(tuning.settings(Path("/it's")))["log_directory"] == "'/it''s'"
