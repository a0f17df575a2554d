"""One cluster's folder in the archive: its WAL, its base backups, and when it was turned back."""

import bisect
import datetime
import gzip
import json
import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from city.launch import state

FORMAT = 1
MANIFEST = "manifest.json"
_SEGMENT_BITS = 24  # WAL comes in files of 16 MB
_PER_LOG = 8  # bits of a segment's number that stand in the last part of its name
_NAME = re.compile(r"([0-9A-F]{8})([0-9A-F]{8})([0-9A-F]{8})")
_SUFFIX = ".gz"


@dataclass(frozen=True)
class Base:
    """One base backup; `start` and `end` are WAL positions in bytes, `size` bytes when unpacked."""

    folder: Path
    begun: datetime.datetime
    finished: datetime.datetime
    timeline: int
    start: int
    end: int
    size: int
    version: str
    postgresql: str

    @property
    def first_segment(self) -> int:
        """Return the number of the WAL file that a recovery from here begins with."""
        return self.start >> _SEGMENT_BITS


@dataclass(frozen=True)
class Turn:
    """A restore to an earlier moment: from `since` on the city lives on `timeline`."""

    timeline: int
    since: datetime.datetime


@dataclass(frozen=True)
class Vault:
    """The folder ARCHIVE/<identifier of the cluster>, so that two cities never mix."""

    home: Path

    @property
    def wal(self) -> Path:
        """Compressed WAL, written by PostgreSQL."""
        return self.home / "wal"

    @property
    def base(self) -> Path:
        """Base backups, a folder each, named by the time of their beginning."""
        return self.home / "base"

    def bases(self) -> list[Base]:
        """Return the whole base backups, oldest first."""
        found = [_read_base(path.parent) for path in self.base.glob(f"[0-9]*/{MANIFEST}")]
        return sorted((each for each in found if each), key=lambda each: each.finished)

    def bases_from(self, first: Base) -> list[Base]:
        """Return a base backup and those taken after it."""
        return [base for base in self.bases() if base.finished >= first.finished]

    def turns(self) -> list[Turn]:
        """Return the restores to earlier moments, in their order."""
        try:
            rows = json.loads((self.home / "turns.json").read_text())
        except FileNotFoundError:
            return []
        return [Turn(row["timeline"], _moment(row["since"])) for row in rows]

    def write_turns(self, turns: Iterable[Turn]) -> None:
        """Keep which timeline lived from when on."""
        rows = [{"timeline": turn.timeline, "since": turn.since.isoformat()} for turn in turns]
        state.write_json(self.home / "turns.json", rows)

    def segments(self, timeline: int) -> list[int]:
        """Return the numbers of a timeline's whole WAL files, in order."""
        head = f"{timeline:08X}"
        names = (path.name.removesuffix(_SUFFIX) for path in self.wal.glob(f"{head}*{_SUFFIX}"))
        return sorted(_number(name) for name in names if _NAME.fullmatch(name))

    def segment(self, timeline: int, number: int) -> Path:
        """Return where a WAL file is kept."""
        log, rest = number >> _PER_LOG, number & ((1 << _PER_LOG) - 1)
        return self.wal / f"{timeline:08X}{log:08X}{rest:08X}{_SUFFIX}"

    def ancestors(self, timeline: int) -> dict[int, int]:
        """Return the timelines that this one came from, and the position where each was left."""
        path = self.wal / f"{timeline:08X}.history{_SUFFIX}"
        if not path.exists():
            return {}
        with gzip.open(path, "rt") as file:
            rows = [line.split() for line in file if re.match(r"\s*\d", line)]
        return {int(row[0]): position(row[1]) for row in rows}

    def is_broken_after(self, base: Base) -> bool:
        """Say whether WAL is missing after a base backup (archiving was off for a while)."""
        numbers = self.segments(base.timeline)
        numbers = numbers[bisect.bisect_left(numbers, base.first_segment) :]
        return bool(numbers) and numbers[-1] - base.first_segment + 1 != len(numbers)

    def prune(self, keep: int) -> None:
        """Delete all but the newest base backups, and the WAL that only those needed."""
        bases = self.bases()
        for old in bases[:-keep]:
            half = old.folder.with_name(f".{old.folder.name}.old")
            old.folder.rename(half)  # half a deletion must not pass for a backup
            shutil.rmtree(half)
        if bases:
            self._prune_wal(min(each.first_segment for each in bases[-keep:]))

    def _prune_wal(self, first: int) -> None:
        # whatever the timeline: one that branched off goes on counting where it branched
        for path in self.wal.glob(f"*{_SUFFIX}"):
            name = _NAME.match(path.name)
            if name and _number(name[0]) < first:
                path.unlink()

    def remove_halves(self) -> None:
        """Delete what an interrupted backup or deletion left."""
        for path in self.base.glob(".*"):
            shutil.rmtree(path, ignore_errors=True)


def position(text: str) -> int:
    """Return a WAL position, written as PostgreSQL does (1/3000148), in bytes."""
    high, _, low = text.partition("/")
    return (int(high, 16) << 32) + int(low, 16)


def _number(name: str) -> int:
    return (int(name[8:16], 16) << _PER_LOG) + int(name[16:24], 16)


def segment_of(place: int) -> int:
    """Return the number of the WAL file that holds a position."""
    return place >> _SEGMENT_BITS


def _moment(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text)


def _read_base(folder: Path) -> Base | None:
    try:
        row: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
        if row.pop("format") != FORMAT:
            return None
        begun, finished = _moment(row.pop("begun")), _moment(row.pop("finished"))
        return Base(folder=folder, begun=begun, finished=finished, **row)
    except (OSError, ValueError, KeyError, TypeError):
        return None
