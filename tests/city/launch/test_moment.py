"""Which base backup leads to a moment, and what is said where none does."""

import datetime
import gzip
import json
from pathlib import Path

import pytest

from city.launch import keeper, moment
from city.launch.speech import Trouble
from city.launch.vault import Turn, Vault

SEGMENT = 1 << 24
SHANGHAI = datetime.timezone(datetime.timedelta(hours=8))


def day(number: int, hour: int = 3) -> datetime.datetime:
    return datetime.datetime(2026, 11, number, hour, tzinfo=SHANGHAI)


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    """An archive with base backups of 20, 21 and 22 November; turned back on the 22nd to the 20th.

    Timeline 2 left timeline 1 at segment 5 (0x5000000).
    """
    made = Vault(tmp_path)
    made.wal.mkdir()
    for number, timeline, first in ((20, 1, 3), (21, 1, 8), (23, 2, 7)):
        add_base(made, day(number), timeline, first)
    keep(made, 1, range(3, 12))
    keep(made, 2, range(5, 10))
    with gzip.open(made.wal / "00000002.history.gz", "wt") as file:
        file.write("# a comment\n1\t0/5800000\tbefore 2026-11-20\n")
    made.write_turns([Turn(2, day(22))])
    return made


def add_base(vault: Vault, at: datetime.datetime, timeline: int, first: int) -> None:
    folder = vault.base / at.strftime("%Y%m%dT%H%M%SZ")
    folder.mkdir(parents=True)
    row = {
        "format": 1,
        "version": "0.1.0",
        "postgresql": "15",
        "begun": at.isoformat(),
        "finished": at.isoformat(),
        "timeline": timeline,
        "start": first * SEGMENT + 40,
        "end": first * SEGMENT + 300,
        "size": 1,
    }
    (folder / "manifest.json").write_text(json.dumps(row))


def keep(vault: Vault, timeline: int, numbers: range) -> None:
    for number in numbers:
        vault.segment(timeline, number).touch()


def names(paths: list[Path]) -> list[str]:
    return [f"{path.name[7]}:{int(path.name[16:24], 16)}" for path in paths]


@pytest.mark.parametrize(("number", "timeline"), [(19, 1), (20, 1), (21, 1), (22, 2), (23, 2)])
def test_a_moment_belongs_to_the_timeline_that_lived_then(
    vault: Vault, number: int, timeline: int
) -> None:
    assert moment._living(vault, vault.bases(), day(number)) == timeline


def test_only_what_came_before_the_branch_leads_along_it(vault: Vault) -> None:
    first, second, third = vault.bases()
    before = vault.ancestors(2)
    assert before == {1: 0x5800000}
    assert [moment._leads(base, 2, before) for base in (first, second, third)] == [
        True,
        False,
        True,
    ]
    assert names(moment.kept_segments(vault, first, 2)) == [
        *("1:3", "1:4"),
        *(f"2:{n}" for n in range(5, 10)),
    ]
    assert names(moment.kept_segments(vault, second, 1)) == [f"1:{n}" for n in range(8, 12)]


def test_wal_counts_up_to_the_first_gap(vault: Vault) -> None:
    first = vault.bases()[0]
    assert not vault.is_broken_after(first)
    vault.segment(1, 7).unlink()
    assert vault.is_broken_after(first)
    assert names(moment.kept_segments(vault, first, 1)) == [f"1:{n}" for n in range(3, 7)]


def test_before_the_first_base_backup_nothing_is_covered(vault: Vault) -> None:
    with pytest.raises(Trouble, match=r"No base backup leads to .*; there are those of 2026-11-20"):
        moment.find(vault, day(19), lambda base: Path("/nonexistent"))
    with pytest.raises(Trouble, match="holds no base backup"):
        moment.find(Vault(vault.home / "none"), day(19), lambda base: Path("/nonexistent"))


def test_pruning_keeps_what_any_remaining_base_backup_needs(vault: Vault) -> None:
    (vault.base / ".20261119T000000Z.part").mkdir()
    vault.prune(2)
    vault.remove_halves()
    assert [base.timeline for base in vault.bases()] == [1, 2]
    assert vault.segments(1) == [7, *range(8, 12)]
    assert vault.segments(2) == [7, 8, 9]
    assert (vault.wal / "00000002.history.gz").exists()
    assert len(list(vault.base.iterdir())) == 2


def test_a_folder_that_is_no_base_backup_counts_for_nothing(vault: Vault) -> None:
    for number, text in enumerate(("", "{}", '{"format": 9}')):
        folder = vault.base / f"2026112{number}T000000Z"
        folder.mkdir()
        (folder / "manifest.json").write_text(text)
    assert len(vault.bases()) == 3


def test_positions_far_along_have_their_own_names(tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    vault.wal.mkdir()
    path = vault.segment(0x1A, 0x1_02)
    assert path.name == "0000001A0000000100000002.gz"
    path.touch()
    assert vault.segments(0x1A) == [0x102]


@pytest.mark.parametrize("text", ["yesterday", "2026-11-22T03:15:00", "2026-11-22", ""])
def test_a_moment_needs_its_offset(text: str) -> None:
    with pytest.raises(Trouble, match="write it as 2026-11-22T03:15:00"):
        moment.parse(text)


def test_a_moment_in_another_offset_is_the_same() -> None:
    assert moment.parse("2026-11-22T03:15:00+08:00") == moment.parse("2026-11-21T19:15:00Z")


@pytest.mark.parametrize(
    ("now", "due"),
    [(day(23, 2), False), (day(23, 4), False), (day(24, 2), False), (day(24, 3), True)],
)
def test_one_is_due_each_night_at_the_citys_hour(
    vault: Vault, now: datetime.datetime, due: bool
) -> None:
    assert keeper.is_due(vault, now, 3) is due


def test_one_is_due_at_once_where_none_helps(vault: Vault, tmp_path: Path) -> None:
    now = day(23, 4)
    assert keeper.is_due(Vault(tmp_path / "none"), now, 3)
    vault.write_turns([*vault.turns(), Turn(3, day(23))])
    assert keeper.is_due(vault, now, 3)


def test_a_missed_night_is_made_up_for() -> None:
    assert keeper.last_night(day(24, 2), 3) == day(23, 3)
    assert keeper.last_night(day(24, 3), 3) == day(24, 3)
