"""Which base backup and which WAL lead to a moment, and how far they reach if they do not."""

import datetime
import gzip
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from city.launch.speech import Trouble
from city.launch.vault import Base, Vault, segment_of

_COMMIT = re.compile(r"desc: COMMIT.*?(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+) UTC")
Programs = Callable[[Base], Path]


@dataclass(frozen=True)
class Way:
    """How to come to a moment: from this base backup along this timeline."""

    at: datetime.datetime
    base: Base
    timeline: int


def parse(text: str) -> datetime.datetime:
    """Read a moment with its offset (2026-11-22T03:15:00+08:00)."""
    try:
        at = datetime.datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise Trouble(
            f"{text!r} 不是带时区的时刻：写作 2026-11-22T03:15:00+08:00。",
            f"{text!r} is no moment with an offset: write it as 2026-11-22T03:15:00+08:00.",
        )
    return at


def find(vault: Vault, at: datetime.datetime, programs: Programs) -> Way:
    """Return the way to a moment; a Trouble says what is covered if that is not.

    `programs` gives the folder of PostgreSQL's programs that fit a base backup.
    """
    bases = vault.bases()
    timeline = _living(vault, bases, at)
    ancestors = vault.ancestors(timeline)
    usable = [base for base in bases if base.finished <= at and _leads(base, timeline, ancestors)]
    if not usable:
        raise _too_early(vault, at, bases)
    base = usable[-1]
    reached = last_commit(vault, base, timeline, programs(base))
    if reached is None or reached <= at:
        raise _too_late(at, base, reached or base.finished)
    return Way(at, base, timeline)


def _living(vault: Vault, bases: Sequence[Base], at: datetime.datetime) -> int:
    """Return the timeline that the city lived on at a moment: 1, unless it was turned back."""
    seen = [(base.finished, base.timeline) for base in bases]
    seen += [(turn.since, turn.timeline) for turn in vault.turns()]
    return max(((when, timeline) for when, timeline in seen if when <= at), default=(at, 1))[1]


def _leads(base: Base, timeline: int, ancestors: dict[int, int]) -> bool:
    left = ancestors.get(base.timeline)
    return base.timeline == timeline or (left is not None and base.end <= left)


def kept_segments(vault: Vault, base: Base, timeline: int) -> list[Path]:
    """Return the WAL files from a base backup along a timeline, up to the first that is missing."""
    lines = {timeline: 1 << 62, **vault.ancestors(timeline)}  # each with the place it was left at
    kept = {each: set(vault.segments(each)) for each in lines}
    found: list[Path] = []
    number = base.first_segment
    while True:
        having = [t for t in lines if number in kept[t] and number <= segment_of(lines[t])]
        if not having:
            return found
        found.append(vault.segment(max(having), number))
        number += 1


def last_commit(
    vault: Vault, base: Base, timeline: int, programs: Path
) -> datetime.datetime | None:
    """Return the time of the last commit that WAL reaches without a gap, None if there is none."""
    for path in reversed(kept_segments(vault, base, timeline)):
        at = _last_commit_in(path, programs)
        if at is not None:
            return at
    return None


def _last_commit_in(path: Path, programs: Path) -> datetime.datetime | None:
    with tempfile.TemporaryDirectory(prefix="zhihui-wal-") as name:
        plain = Path(name) / path.stem
        with gzip.open(path) as source, plain.open("wb") as target:
            shutil.copyfileobj(source, target, 1 << 20)
        # its code says nothing: a file that was closed early ends in what is no record
        done = subprocess.run(
            [str(programs / "pg_waldump"), "--rmgr=Transaction", str(plain)],
            env={"TZ": "UTC", "LC_ALL": "C"},
            capture_output=True,
            text=True,
            check=False,
        )
    found = _COMMIT.findall(done.stdout)
    return datetime.datetime.fromisoformat(f"{found[-1]}+00:00") if found else None


def _too_early(vault: Vault, at: datetime.datetime, bases: Sequence[Base]) -> Trouble:
    if not bases:
        return Trouble(
            f"{vault.home} 中没有基础备份。",
            f"{vault.home} holds no base backup.",
        )
    moments = ", ".join(_local(base.finished, at) for base in bases)
    return Trouble(
        f"{at.isoformat()} 之前没有可用的基础备份；现有基础备份：{moments}。请选其后的时刻。",
        f"No base backup leads to {at.isoformat()}; there are those of {moments}. "
        "Choose a moment after one of them.",
    )


def _too_late(at: datetime.datetime, base: Base, reached: datetime.datetime) -> Trouble:
    upto, taken = _local(reached, at), _local(base.finished, at)
    return Trouble(
        f"归档未覆盖 {at.isoformat()}：基础备份 {taken}，WAL 连续到 {upto}。请选此前的时刻。",
        f"The archive does not cover {at.isoformat()}: from the base backup of {taken} its WAL "
        f"reaches {upto} without a gap. Choose a moment before that.",
    )


def _local(moment: datetime.datetime, at: datetime.datetime) -> str:
    """Write a moment in the offset in which another was asked for."""
    return moment.astimezone(at.tzinfo).isoformat(timespec="milliseconds")
