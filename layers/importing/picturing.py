"""From an orthophoto that was handed in to the mosaic of its day."""

import datetime
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from pyproj import CRS

from core import clock
from core.errors import Conflict
from layers import actions as layers
from layers import catalogue
from layers.importing import actions, colours, control, making, opening, rasters
from layers.importing.making import Wishes
from layers.layer import Layer
from layers.models import Import, Picture
from layers.pictures import actions as pictures
from layers.pictures import painting
from layers.pictures.painting import Piece
from layers.raster import describe, stored

Tell = Callable[[str, int], None]
Told = dict[str, Any]
ZOOMS = range(4, 22)
_ORDER = 60  # drawing order: under all features
_PREPARED, _PAINTED = 30, 85  # percent


def picture(
    code: str, row: Import, path: Path, crs: str, folder: Path, tell: Tell, report: Told
) -> None:
    """Make the mosaic of the picture's day anew with this picture on top; whole or not at all."""
    wishes = Wishes(**row.wishes)
    layer = _layer(code, row, wishes)
    day = _day(wishes, report)
    work = path.parent
    own, told = _piece(row, path, crs, work / "own")
    report |= told
    before = pictures.pieces(code, day)
    below = _below(code, day, before, work, report)
    tell("storing", _PREPARED)
    target = folder / f"{code}-{row.pk.hex[:8]}.tif"

    def painted(share: float) -> None:
        tell("storing", _PREPARED + int(share * (_PAINTED - _PREPARED)))

    painting.mosaic([*below, own], target, painted)
    _tell_joined(report, code, day, before)
    report |= {"stored": 1, "raster": describe(target).as_dict()}
    more = {"classes": True} if all(one.classes for one in (*below, own)) else {}
    with transaction.atomic():
        if code not in catalogue.layers():
            layers.register(layer, row.by)
        made_of = [*before, _record(row)]
        pictures.put(code, day, target, made_of, source=wishes.source or row.file, more=more)
        actions.finish(row, code, report)


def _layer(code: str, row: Import, wishes: Wishes) -> Layer:
    """Return the layer that the picture joins, or a new one; raises Conflict for another sort."""
    found = catalogue.layers().get(code)
    if found is None:
        return making.raster(
            code, row.file, row.datum, wishes, heights=False, order=_ORDER, zooms=ZOOMS
        )
    if found.is_vector or found.heights:
        raise Conflict(
            f"layer {code} holds {'features' if found.is_vector else 'heights'}, not pictures",
            zh=f"图层 {code} 不是影像图层",
            field="layer",
        )
    return found


def _day(wishes: Wishes, report: Told) -> datetime.date:
    """Return the day that was photographed; a picture that nobody dated is of today, and told."""
    if wishes.source_date:
        return datetime.date.fromisoformat(wishes.source_date)
    today = clock.now().astimezone(timezone.get_default_timezone()).date()
    _note(
        report,
        f"no date was given: it counts as the picture of {today}, the day of the import",
        f"未填写日期：按导入日 {today} 登记",
    )
    return today


def _piece(row: Import, path: Path, crs: str, folder: Path) -> tuple[Piece, Told]:
    """Return a picture ready to be painted, and what a report says of how it was read."""
    folder.mkdir()
    wishes, told = Wishes(**row.wishes), {}
    found = colours.read(path, wishes.bands, wishes.nodata)
    told["colours"] = found.told()
    ready = colours.prepare(path, found, folder / "colours.tif")
    with rasters.opened(path) as source:
        pointed = rasters.by_points(source)
        north = source.gcps[0][0].y if pointed else 0.0
    if pointed:
        fit = control.fit(path, control.metres_of(CRS.from_user_input(crs), north))
        told["control"] = fit.told()
        ready = control.straighten(ready, crs, fit, folder / "straight.tif")
        crs = crs if fit.transform is not None else "EPSG:3857"
    return Piece(ready, crs, found.classes), told


def _below(
    code: str, day: datetime.date, before: list[pictures.Piece], work: Path, report: Told
) -> list[Piece]:
    """Return the day's earlier pieces, from their originals; else the mosaic as it stands."""
    numbers = [uuid.UUID(one["import"]) for one in before]
    rows = Import.objects.in_bulk(numbers)
    kept = [rows.get(number) for number in numbers]
    if before and not all(row and actions.kept(row).exists() for row in kept):
        _note(
            report,
            "an earlier original is gone: the picture was added to the mosaic as it stood",
            "先前的原始文件已不在：直接叠加在现有镶嵌影像上",
        )
        standing = Picture.objects.get(layer=code, date=day)
        classes = bool(standing.raster.get("classes"))
        return [Piece(stored(standing.path), "EPSG:3857", classes)]
    return [_again(row, work / f"below{nth}") for nth, row in enumerate(kept) if row]


def _again(row: Import, folder: Path) -> Piece:
    """Return an earlier picture of the day, ready to be painted."""
    folder.mkdir()
    meant = opening.meant(actions.kept(row), folder, Wishes(**row.wishes).member)
    crs = rasters.check_place(meant.path, row.datum)
    return _piece(row, meant.path, crs, folder / "own")[0]


def _note(report: Told, en: str, zh: str) -> None:
    report.setdefault("notes", []).append((en, zh))


def _record(row: Import) -> pictures.Piece:
    """Return what a mosaic keeps of a piece."""
    return {
        "import": str(row.pk),
        "file": row.file,
        "by": row.by_name,
        "at": clock.now().isoformat(),
    }


def _tell_joined(report: Told, code: str, day: datetime.date, before: list[pictures.Piece]) -> None:
    files = [one["file"] for one in before]
    report["joined"] = {"layer": code, "date": day.isoformat(), "over": files}
