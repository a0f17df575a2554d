"""The only writer of imports: hand in, answer, cancel, and the steps of one that runs."""

import dataclasses
import shutil
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from core import clock, disk
from core.errors import Conflict, Invalid, Problem, TooLarge
from layers.importing import datum, opening
from layers.importing import format as formats
from layers.importing.making import Wishes, check_code, check_past
from layers.jobs import Queue, clear_rasters, said
from layers.models import Import, Stage
from people.may import Rights, require

LARGEST = 8 << 30  # bytes of one file
KINDS = ("", "features", "orthophoto", "elevation")
_KEPT_NAME = "file"

queue = Queue(
    Import,
    "import",
    "导入",
    "the import's process ended unexpectedly: the file may be damaged or too large",
    "导入进程意外终止：文件可能已损坏或过大",
)


@dataclasses.dataclass(frozen=True, slots=True)
class Given:
    """What somebody says of a file: layer and datum may be left open and answered later."""

    file: str
    kind: str = ""
    layer: str = ""
    datum: str = ""
    accept_datum: bool = False
    wishes: Wishes = dataclasses.field(default_factory=Wishes)


def begin(given: Given, size: int, rights: Rights) -> Import:
    """Open an import whose file is still to come; raises Invalid, TooLarge or Full."""
    require(rights, "layer.edit")
    disk.check()
    suffix = Path(given.file).suffix.lower()
    if suffix not in opening.suffixes():
        raise Invalid(
            f"a file called *{suffix or ''} cannot be imported",
            zh=f"不支持导入 {suffix or '无扩展名'} 文件",
            field="file",
            remedy=f"give {formats.names()} (several files zipped) or GeoTIFF",
        )
    if not 0 < size <= LARGEST:
        raise TooLarge(
            f"a file has 1 byte to {LARGEST >> 30} GB", zh=f"文件须在 {LARGEST >> 30} GB 以内"
        )
    told, number = _said(given), uuid.uuid4()
    folder = Path(settings.DATA) / "imports" / str(number)
    folder.mkdir(parents=True)
    path = folder / f"{_KEPT_NAME}{suffix}"
    path.touch()
    return Import.objects.create(
        id=number,
        file=Path(given.file).name[:200],
        path=str(path.relative_to(settings.DATA)),
        size=size,
        stage=Stage.RECEIVING,
        by=rights.actor,
        by_name=rights.name[:60],
        asked_at=clock.now(),
        **told,
    )


def _said(given: Given) -> dict[str, Any]:
    if given.kind not in KINDS:
        raise Invalid(f"kind {given.kind!r} is not known", zh="未知的数据类型", field="kind")
    if given.layer:
        check_code(given.layer)
    check_past(given.wishes.source_date)
    return {
        "kind": given.kind,
        "layer": given.layer,
        "datum": datum.read(given.datum) if given.datum else "",
        "accepted": given.accept_datum,
        "wishes": dataclasses.asdict(given.wishes),
    }


def append(number: uuid.UUID, offset: int, content: bytes, rights: Rights) -> Import:
    """Add a piece of the file at `offset`; the last one sets the import waiting.

    A piece that was sent before is taken again without harm; raises Conflict for a gap.
    """
    found = queue.one(number, rights)
    path = kept(found)
    if found.stage != Stage.RECEIVING:
        raise Conflict("the file has been received already", zh="文件已接收完毕")
    held = path.stat().st_size
    if offset > held or offset + len(content) > found.size:
        raise Conflict(f"{held} of {found.size} bytes are here", zh="上传位置不符", received=held)
    with path.open("r+b") as out:
        out.seek(offset)
        out.write(content)
    if offset + len(content) == found.size:
        found.stage = Stage.WAITING
        found.save(update_fields=["stage"])
    return found


def hand_in(
    given: Given, pieces: Iterable[bytes], size: int, rights: Rights, stage: Stage = Stage.WAITING
) -> Import:
    """Take a whole file at once; the import waits for a worker, or runs with who hands it in."""
    found = begin(given, size, rights)
    with kept(found).open("wb") as out:
        for piece in pieces:
            out.write(piece)
    found.size = kept(found).stat().st_size
    found.stage = stage
    found.save(update_fields=["size", "stage"])
    return found


def answer(number: uuid.UUID, given: Given, rights: Rights) -> Import:
    """Answer an import's question (datum, layer, titles); it waits for a worker again."""
    with transaction.atomic():
        found = queue.one(number, rights, lock=True)
        if found.stage != Stage.ASKING:
            raise Conflict("the import asks nothing", zh="该导入没有待答的问题")
        for name, value in _said(given).items():
            setattr(found, name, value)
        found.stage, found.progress, found.attempts, found.said = Stage.WAITING, 0, 0, {}
        found.save()
    return found


def kept(found: Import) -> Path:
    """Return where an import's file is kept."""
    return Path(settings.DATA) / found.path


# --- what the worker does --------------------------------------------------------------------


def ask(number: uuid.UUID, doubt: Problem, report: dict[str, Any]) -> None:
    """Stop with a question that the one who imports must answer."""
    proposed = {key: value for key, value in doubt.more.items() if key == "proposed"}
    told = said(doubt) | proposed
    Import.objects.filter(pk=number, stage=Stage.RUNNING).update(
        stage=Stage.ASKING, said=told, report=report, progress=0, doing=""
    )


def refuse(number: uuid.UUID, problem: Problem, report: dict[str, Any]) -> None:
    """Note that the file was refused; nothing of it was stored."""
    queue.end(number, Stage.REFUSED, said=said(problem), report=report)


def finish(found: Import, layer: str, report: dict[str, Any]) -> None:
    """Note that the layer stands, in the transaction that makes it so; raises Cancelled."""
    begun = found.started_at or found.asked_at
    report["seconds"] = round((clock.now() - begun).total_seconds(), 1)
    queue.finish(found.pk, layer=layer, report=report)


def clear(number: uuid.UUID) -> None:
    """Take away what an import that was ended left half made: its folder, rasters of no layer."""
    found = Import.objects.get(pk=number)
    for folder in kept(found).parent.glob("*/"):
        shutil.rmtree(folder)
    clear_rasters(number)
