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
from core.errors import Conflict, Invalid, Problem, TooLarge, Unknown
from layers.importing import datum, opening
from layers.importing import format as formats
from layers.importing.making import Wishes, check_code
from layers.models import Import, Stage, State
from layers.raster import stored
from people.may import Rights, require

LARGEST = 8 << 30  # bytes of one file
KINDS = ("", "features", "orthophoto", "elevation")
_ATTEMPTS = 2  # an import that took its process with it twice is not tried again
_KEPT_NAME = "file"


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
    number = uuid.uuid4()
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
        **_said(given),
    )


def _said(given: Given) -> dict[str, Any]:
    if given.kind not in KINDS:
        raise Invalid(f"kind {given.kind!r} is not known", zh="未知的数据类型", field="kind")
    if given.layer:
        check_code(given.layer)
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
    found = _own(number, rights)
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
        found = _own(number, rights, lock=True)
        if found.stage != Stage.ASKING:
            raise Conflict("the import asks nothing", zh="该导入没有待答的问题")
        for name, value in _said(given).items():
            setattr(found, name, value)
        found.stage, found.progress, found.attempts, found.said = Stage.WAITING, 0, 0, {}
        found.save()
    return found


def one(number: uuid.UUID, rights: Rights) -> Import:
    """Return an import; raises Unknown."""
    return _own(number, rights)


def cancel(number: uuid.UUID, rights: Rights) -> Import:
    """Stop an import; what runs is ended by the worker and leaves nothing behind."""
    with transaction.atomic():
        found = _own(number, rights, lock=True)
        if found.over:
            raise Conflict("the import is over", zh="该导入已结束", stage=found.stage)
        found.stage, found.ended_at = Stage.CANCELLED, clock.now()
        found.save(update_fields=["stage", "ended_at"])
    return found


def _own(number: uuid.UUID, rights: Rights, *, lock: bool = False) -> Import:
    require(rights, "layer.edit")
    rows = Import.objects.select_for_update(no_key=True) if lock else Import.objects
    found = rows.filter(pk=number).first()
    if found is None:
        raise Unknown("there is no such import", zh="没有该导入")
    return found


def kept(found: Import) -> Path:
    """Return where an import's file is kept."""
    return Path(settings.DATA) / found.path


# --- what the worker does --------------------------------------------------------------------


def claim() -> Import | None:
    """Take the oldest import that waits; None if there is none."""
    with transaction.atomic():
        found = (
            Import.objects.select_for_update(skip_locked=True)
            .filter(stage=Stage.WAITING)
            .order_by("asked_at")
            .first()
        )
        if found is not None:
            found.stage, found.started_at = Stage.RUNNING, clock.now()
            found.attempts += 1
            found.save(update_fields=["stage", "started_at", "attempts"])
    return found


def requeue_lost() -> None:
    """Put back what ran when its worker ended; what ended two workers is given up."""
    running = Import.objects.filter(stage=Stage.RUNNING)
    running.filter(attempts__lt=_ATTEMPTS).update(stage=Stage.WAITING, progress=0)
    for found in running.filter(attempts__gte=_ATTEMPTS):
        lose(found.pk)


def lose(number: uuid.UUID) -> None:
    """Note that the process of an import ended without a word."""
    said = {
        "code": "lost",
        "en": "the import's process ended unexpectedly: the file may be damaged or too large",
        "zh": "导入进程意外终止：文件可能已损坏或过大",
    }
    _end(number, Stage.FAILED, said=said)


class Cancelled(Problem):
    """The import was cancelled while it ran: what it was doing is undone."""

    status, code, title = 409, "cancelled", "The import was cancelled"


def tell(number: uuid.UUID, doing: str, percent: int) -> None:
    """Note how far a running import is; raises Cancelled."""
    rows = Import.objects.filter(pk=number, stage=Stage.RUNNING)
    if not rows.update(doing=doing, progress=percent):
        raise Cancelled("the import was cancelled", zh="导入已取消")


def ask(number: uuid.UUID, said: dict[str, Any], report: dict[str, Any]) -> None:
    """Stop with a question that the one who imports must answer."""
    Import.objects.filter(pk=number, stage=Stage.RUNNING).update(
        stage=Stage.ASKING, said=said, report=report, progress=0, doing=""
    )


def refuse(number: uuid.UUID, said: dict[str, Any], report: dict[str, Any]) -> None:
    """Note that the file was refused; nothing of it was stored."""
    _end(number, Stage.REFUSED, said=said, report=report)


def finish(found: Import, layer: str, report: dict[str, Any]) -> None:
    """Note that the layer stands, in the transaction that makes it so; raises Cancelled.

    Whoever cancels waits for that transaction, or is waited for: never both are true.
    """
    begun = found.started_at or found.asked_at
    report["seconds"] = round((clock.now() - begun).total_seconds(), 1)
    if not _end(found.pk, Stage.DONE, layer=layer, report=report, progress=100):
        raise Cancelled("the import was cancelled", zh="导入已取消")


def _end(number: uuid.UUID, stage: Stage, **more: Any) -> int:
    rows = Import.objects.filter(pk=number, stage=Stage.RUNNING)
    return rows.update(stage=stage, ended_at=clock.now(), doing="", **more)


def clear(number: uuid.UUID) -> None:
    """Take away what an import that was ended left half made: its folder, rasters of no layer."""
    found = Import.objects.get(pk=number)
    for folder in kept(found).parent.glob("*/"):
        shutil.rmtree(folder)
    used = {stored(path) for path in State.objects.values_list("path", flat=True) if path}
    for made in (Path(settings.DATA) / "rasters").glob(f"*-{number.hex[:8]}.tif*"):
        if made not in used:
            made.unlink()
