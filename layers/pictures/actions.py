"""The only writer of pictures: put a day's mosaic in its place, take a day away."""

import datetime
import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.contrib.gis.geos import Polygon
from django.db import transaction

from core import clock
from core.errors import Conflict, Unknown
from layers import actions, catalogue, raster, telling
from layers.models import Picture, State
from layers.pictures import dated

Piece = dict[str, Any]


def pieces(layer: str, date: datetime.date) -> list[Piece]:
    """Return what the day's mosaic is made of, lowest first; nothing if there is none."""
    found = Picture.objects.filter(layer=layer, date=date).first()
    return list(found.pieces) if found is not None else []


def put(
    layer: str,
    date: datetime.date,
    path: Path,
    made_of: Sequence[Piece],
    *,
    actor: str,
    more: dict[str, Any],
) -> State:
    """Put a mosaic in the place of that day's; its last piece is what was added.

    Each piece tells its `source` and its `attribution`; the day has them all.
    Raises Conflict if the day's mosaic has changed since its pieces were read.
    """
    facts = raster.describe(path)

    def change() -> None:
        before = Picture.objects.filter(layer=layer, date=date).first()
        if (before.pieces if before else []) != list(made_of[:-1]):
            raise Conflict(
                f"the mosaic of {date} was changed meanwhile",
                zh=f"{date} 的影像在此期间已被更改",
                remedy="import the file again",
            )
        if before is not None:
            _drop_file(before.path)
        told = {"date": date.isoformat(), "pieces": len(made_of)}
        telling.tell(catalogue.layer(layer), "pictured", actor, **told)
        Picture.objects.update_or_create(
            layer=layer,
            date=date,
            defaults={
                "path": actions.kept_path(path),
                "extent": Polygon.from_bbox(facts.bounds),
                "raster": facts.as_dict() | more,
                "source": dated.joined(made_of, "source")[:400],
                "pieces": list(made_of),
                "changed_at": clock.now(),
            },
        )

    return actions.change_pictures(layer, change)


def remove(layer: str, date: datetime.date, actor: str) -> None:
    """Take one day's mosaic away; the files that it was made of stay with their imports.

    Raises Unknown if the layer has no picture of that day.
    """
    shown = catalogue.layer(layer)

    def change() -> None:
        found = Picture.objects.filter(layer=layer, date=date).first()
        if found is None:
            raise Unknown(
                f"layer {layer} has no picture of {date}", zh=f"图层 {layer} 没有 {date} 的影像"
            )
        _drop_file(found.path)
        found.delete()
        telling.tell(shown, "unpictured", actor, date=date.isoformat())

    actions.change_pictures(layer, change)


def _drop_file(path: str) -> None:
    """Take a file away as soon as all this is certain."""
    transaction.on_commit(functools.partial(raster.stored(path).unlink, missing_ok=True))
