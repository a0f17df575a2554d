"""From an orthophoto that was handed in to the mosaic of its day."""

import datetime
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone
from pyproj import CRS

from core import clock
from core.errors import Conflict
from layers import actions as layers
from layers import catalogue
from layers.importing import actions, colours, control, making, opening, rasters
from layers.importing.colours import Colours
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
    before = pictures.pieces(code, day)
    raw, standing = _below(code, day, before, work, report)
    raw.append(_Raw(row, path, crs, work / "own"))
    limits = tuple((low, high) for low, high in standing.stretched) if standing else ()
    found = colours.together([one.read() for one in raw], limits)
    made = [_piece(one, look) for one, look in zip(raw, found, strict=True)]
    *below, own = [*([standing.piece] if standing else []), *(piece for piece, _ in made)]
    report |= made[-1][1]
    stretched = next((one.limits for one in found[::-1] if one.limits), ())
    tell("storing", _PREPARED)
    target = folder / f"{code}-{row.pk.hex[:8]}.tif"

    def painted(share: float) -> None:
        tell("storing", _PREPARED + int(share * (_PAINTED - _PREPARED)))

    painting.mosaic([*below, own], target, painted)
    _tell_joined(report, code, day, before)
    report |= {"stored": 1, "raster": describe(target).as_dict()}
    more: Told = {"classes": True} if all(one.classes for one in (*below, own)) else {}
    more |= {"stretched": stretched} if stretched else {}
    with transaction.atomic():
        if code not in catalogue.layers():
            layers.register(layer, row.by)
        made_of = [*before, _record(row, day)]
        pictures.put(code, day, target, made_of, actor=row.by, more=more)
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


class _Raw(NamedTuple):
    """A picture as it came: what it was handed in as, where it is, and a folder for its work."""

    row: Import
    path: Path
    crs: str
    folder: Path

    def read(self) -> Colours:
        """Return how its values are to be read."""
        wishes = Wishes(**self.row.wishes)
        return colours.read(self.path, wishes.bands, wishes.nodata)


class _Standing(NamedTuple):
    """A mosaic that is painted upon as it stands, and how its 16 bits were stretched."""

    piece: Piece
    stretched: list[tuple[float, float]]


def _piece(raw: _Raw, found: Colours) -> tuple[Piece, Told]:
    """Return a picture ready to be painted, and what a report says of how it was read."""
    raw.folder.mkdir()
    crs, told = raw.crs, {"colours": found.told()}
    ready = colours.prepare(raw.path, found, raw.folder / "colours.tif")
    with rasters.opened(raw.path) as source:
        pointed = rasters.by_points(source)
        north = source.gcps[0][0].y if pointed else 0.0
    if pointed:
        fit = control.fit(raw.path, control.metres_of(CRS.from_user_input(crs), north))
        told["control"] = fit.told()
        ready = control.straighten(ready, crs, fit, raw.folder / "straight.tif")
        crs = crs if fit.transform is not None else "EPSG:3857"
    return Piece(ready, crs, found.classes), told


def _below(
    code: str, day: datetime.date, before: list[pictures.Piece], work: Path, report: Told
) -> tuple[list[_Raw], _Standing | None]:
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
        held = Picture.objects.get(layer=code, date=day)
        piece = Piece(stored(held.path), "EPSG:3857", bool(held.raster.get("classes")))
        return [], _Standing(piece, held.raster.get("stretched", []))
    return [_again(row, work / f"below{nth}") for nth, row in enumerate(kept) if row], None


def _again(row: Import, folder: Path) -> _Raw:
    """Return an earlier picture of the day, as it came."""
    folder.mkdir()
    meant = opening.meant(actions.kept(row), folder, Wishes(**row.wishes).member)
    return _Raw(row, meant.path, rasters.check_place(meant.path, row.datum), folder / "own")


def _note(report: Told, en: str, zh: str) -> None:
    report.setdefault("notes", []).append((en, zh))


def _record(row: Import, day: datetime.date) -> pictures.Piece:
    """Return what a mosaic keeps of a piece: whose it is, of which day, and how it came."""
    wishes = Wishes(**row.wishes)
    source = wishes.source or row.file
    return {
        "import": str(row.pk),
        "file": row.file,
        "source": source,
        "attribution": wishes.attribution or source,
        "date": day.isoformat(),
        "by": row.by_name,
        "at": clock.now().isoformat(),
    }


def _tell_joined(report: Told, code: str, day: datetime.date, before: list[pictures.Piece]) -> None:
    files = [one["file"] for one in before]
    report["joined"] = {"layer": code, "date": day.isoformat(), "over": files}
