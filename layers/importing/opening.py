"""Which file, and which data set in it, an import means: one of what was handed in."""

from pathlib import Path
from typing import NamedTuple

from layers.importing import archive, rasters
from layers.importing.format import Format, by_suffix
from layers.importing.table import Unreadable

ARCHIVES = (".zip", ".kmz")
_KMZ = "doc.kml"


class Meant(NamedTuple):
    """What is read: a raster's file, or one data set of a file in its format."""

    path: Path
    format: Format | None = None
    dataset: str = ""

    @property
    def spelt(self) -> tuple[str, ...]:
        """Return the names that it may be asked for by."""
        return (self.path.stem, self.dataset, f"{self.path.stem}/{self.dataset}")


def suffixes() -> set[str]:
    """Return the endings of files that can be handed in."""
    return {*ARCHIVES, *by_suffix(), *rasters.DRIVERS}


def meant(kept: Path, folder: Path, member: str) -> Meant:
    """Return what is to be read of a kept file, unpacked or linked into `folder`.

    Raises Unreadable if there is nothing, or there are several and `member` names none of them.
    """
    every = [one for path in _files(kept, folder) for one in _held(path)]
    chosen = _named(every, member) if member else every
    if len(chosen) == 1:
        return chosen[0]
    names = ", ".join(sorted(_shortest(one, every) for one in every)) or "none"
    what = "archive" if kept.suffix in ARCHIVES else "file"
    raise Unreadable(
        f"the {what} must hold one data set; it holds {len(every)}: {names}",
        zh=f"文件应只含一个数据集，现有 {len(every)} 个：{names}",
        field="member",
        remedy="name one of them as `member`, or hand it in alone",
    )


def _files(kept: Path, folder: Path) -> list[Path]:
    """Return the main files: out of an archive, or the file itself with nothing beside it."""
    if kept.suffix not in ARCHIVES:
        alone = folder / kept.name
        alone.hardlink_to(kept)
        return [alone]
    members = archive.unpack(kept, folder)
    main = [one for one in members if one.suffix.lower() in suffixes() and _placed(one, members)]
    if kept.suffix == ".kmz":  # further files are what network links would load
        drawings = [one for one in main if one.suffix.lower() == ".kml"]
        return [one for one in drawings if one.name.lower() == _KMZ] or drawings[:1]
    return main


def _placed(path: Path, members: list[Path]) -> bool:
    """Say whether a file is data: a plain picture is, if a world file stands beside it."""
    if path.suffix.lower() not in rasters.BARE:
        return True
    return any(
        one.stem == path.stem and one.suffix.lower() in rasters.WORLD_FILES for one in members
    )


def _held(path: Path) -> list[Meant]:
    if path.suffix.lower() in rasters.DRIVERS:
        return [Meant(path)]
    found = by_suffix()[path.suffix.lower()]
    return [Meant(path, found, one) for one in found.datasets(path)]


def _named(every: list[Meant], member: str) -> list[Meant]:
    """Return what is called so; a data set's own name goes before its file's."""
    for at in (2, 1, 0):
        found = [one for one in every if one.spelt[at] == member]
        if found:
            return found
    return []


def _shortest(one: Meant, every: list[Meant]) -> str:
    """Return the shortest name that only this data set has."""
    for name in filter(None, (one.dataset, one.path.stem)):
        if len(_named(every, name)) == 1:
            return name
    return one.spelt[2]
