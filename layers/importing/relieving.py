"""From a checked elevation model to registered layers: heights and their relief."""

import dataclasses
import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import transaction

from core.errors import Conflict
from layers import actions as layers
from layers import catalogue, relief, telling
from layers.importing import actions, making, rasters, reference
from layers.importing.making import Wishes
from layers.layer import Layer
from layers.models import Import, State
from layers.raster import describe, stored

Tell = Callable[[str, int], None]
_ZOOMS = range(4, 22)
# drawing order, under all features: a relief lies under orthophotos; a model's slope or heights are
# asked for, and lie over them
_HEIGHTS, _RELIEF = 63, 55


def heights(
    code: str, row: Import, wishes: Wishes, path: Path, crs: str, folder: Path,
    tell: Tell, report: dict[str, Any],
) -> None:  # fmt: skip
    """Make an elevation model's layer and its relief's."""
    _check_joined(code)
    seen = rasters.check_heights(path, crs)
    tell("storing", 30)
    model, shaded = (folder / f"{name}-{row.pk.hex[:8]}.tif" for name in (code, f"{code}_relief"))
    rasters.make_heights(path, crs, model)
    tell("shading", 60)
    relief.make(model, shaded)
    facts = dataclasses.asdict(seen) | reference.told(path, crs, wishes.vertical)
    report |= {"stored": 1, "raster": describe(model).as_dict(), "heights": facts}
    pictured = dataclasses.replace(
        wishes,
        title_zh=f"{wishes.title_zh or Path(row.file).stem}（晕渲）",
        title_en=f"{wishes.title_en or wishes.title_zh or Path(row.file).stem} (relief)",
    )
    with transaction.atomic():
        for each, wish, target, order in (
            (code, wishes, model, _HEIGHTS),
            (f"{code}_relief"[:31], pictured, shaded, _RELIEF),
        ):
            layer = making.raster(
                each, row.file, row.datum, wish,
                heights=target is model, order=order, zooms=_ZOOMS,
            )  # fmt: skip
            _put(layer, row, target, wish, facts if target is model else {})
        actions.finish(row, code, report)


def _check_joined(code: str) -> None:
    """Return if the layer is new or holds heights; raises Conflict."""
    found = catalogue.layers().get(code)
    if found is not None and not found.heights:
        raise Conflict(
            f"layer {code} holds {'features' if found.is_vector else 'pictures'}, not heights",
            zh=f"图层 {code} 不是高程图层",
            field="layer",
        )


def _put(
    layer: Layer,
    row: Import,
    target: Path,
    wishes: Wishes,
    facts: dict[str, Any] | None = None,
) -> None:
    """Register the layer with its file; the file that it had before is taken away."""
    before = State.objects.filter(layer=layer.code).first()
    if layer.code not in catalogue.of_files():
        layers.register(layer, row.by)
    date = datetime.date.fromisoformat(wishes.source_date) if wishes.source_date else None
    layers.register_raster(
        layer.code, target, date=date, source=layer.source, simulated=False, more=facts or {}
    )
    telling.tell(catalogue.layer(layer.code), "filled", row.by, file=row.file)
    if before is not None and before.path and stored(before.path) != target:
        transaction.on_commit(lambda: stored(before.path).unlink(missing_ok=True))
