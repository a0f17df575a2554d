"""Making, changing and judging layers that stand in the database; the log says who did what."""

import dataclasses
import logging
from typing import Any

from django.db import connection, transaction

from core.errors import Conflict, Invalid
from layers import actions as layers
from layers import catalogue
from layers.editing import said
from layers.editing.said import Said
from layers.layer import Layer
from layers.models import AnalysisJob, Import, Registered, Stage, State
from people.may import Rights
from people.models import Department

log = logging.getLogger(__name__)


def make(code: str, shape: str, wanted: Said, who: Rights) -> Layer:
    """Register an empty layer; raises Conflict for a code that is taken, Invalid else."""
    layer = said.made(code, shape, wanted)
    _owned(wanted, "")
    layers.register_new(layer, who.actor)
    log.info("%s registers layer %s: %s", who.actor, code, layer.title_zh)
    return layer


def change(code: str, wanted: Said, version: str, who: Rights) -> Layer:
    """Change what is said of a registered layer; raises Conflict if somebody else did meanwhile."""
    with transaction.atomic():
        row = _locked(code)
        if version != version_of(row):
            raise Conflict(
                f"layer {code} was changed by somebody else meanwhile",
                zh=f"图层 {code} 刚被他人修改",
                remedy="look at it again",
            )
        before = catalogue.layer(code)
        state = State.objects.filter(pk=code).first()
        after = said.changed(before, wanted, filled=bool(state and state.count))
        _owned(wanted, before.owner)
        layers.register(after, who.actor)
        if wanted.source_date != before.source_date:
            layers.date(code, wanted.source_date, wanted.source)
    log.info("%s changes layer %s: %s", who.actor, code, ", ".join(_other(before, after)))
    return after


def version_of(row: Registered) -> str:
    """Return what tells one state of a layer's definition from the next."""
    return row.changed_at.isoformat()


def hangs(layer: Layer) -> dict[str, Any]:
    """Return what goes away with a layer, and what was made from it."""
    state = State.objects.filter(pk=layer.code).first()
    from_it = AnalysisJob.objects.filter(model=layer.code, stage=Stage.DONE)
    return {
        "features": state.count if state and layer.is_vector else 0,
        "past": _past(layer.code) if layer.is_vector else 0,
        "file": bool(state and state.path),
        "imports": Import.objects.filter(layer=layer.code, stage=Stage.DONE).count(),
        "analyses": [
            {"code": code, "title_zh": zh, "title_en": en}
            for code, zh, en in from_it.values_list("layer", "title_zh", "title_en")[:20]
            if code in catalogue.layers()
        ],
    }


def _locked(code: str) -> Registered:
    if code in catalogue.of_files():
        raise Conflict(
            f"layer {code} is defined by a file of the catalogue",
            zh=f"图层 {code} 由目录文件定义，不能在此修改",
            remedy="change layers/catalog or the folder catalog of the data",
        )
    catalogue.layer(code)
    return Registered.objects.select_for_update().get(pk=code)


def _other(before: Layer, after: Layer) -> list[str]:
    """Return the names of what is otherwise than before."""
    names = [field.name for field in dataclasses.fields(Layer)]
    return [name for name in names if getattr(before, name) != getattr(after, name)]


def _past(code: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM layers_past WHERE layer = %s", [code])
        return int(cursor.fetchone()[0])


def _owned(wanted: Said, before: str) -> None:
    """Raise Invalid for an owner that is no department; the one that a layer has may stay."""
    known = Department.objects.filter(code=wanted.owner).exists()
    if not known and wanted.owner not in (before, "planning"):
        raise Invalid(
            f"there is no department {wanted.owner!r}",
            zh=f"没有部门 {wanted.owner!r}",
            field="owner",
        )
