"""The only writer of layers: replace a layer's features, register a raster, note a change."""

import datetime
import functools
import json
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.gis.geos import GEOSGeometry, Polygon
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.backends.utils import CursorWrapper

from core import clock
from core.errors import Busy, Conflict, Invalid
from feed import branch
from layers import catalogue, history, raster, sql, staging, telling, thinning, touched
from layers.layer import Layer
from layers.models import Picture, Registered, State
from layers.pictures import dated

CHANNEL = "zhihui_layers"
SWAP_WAIT = 1000  # ms
SWAPS = 300


def replace_features(layer: str, features: Iterable[staging.Feature], *, simulated: bool) -> int:
    """Put these features in the place of all that the layer holds; return their number.

    A feature is (fid, WKB in EPSG:4326, properties). Whole or not at all; raises Invalid for a
    feature that cannot be stored and Unknown for a layer that is not registered.
    """
    found = _vector(layer)
    rows = staging.written(features)
    return _replace(found, lambda cursor: staging.fill(cursor, found, rows), simulated)


def renew_features(
    layer: str, features: Iterable[staging.Feature], renewal: history.Renewal
) -> history.Change:
    """Put these features in the place of all that the layer holds, and keep what it was.

    Numbers of `features` are those of the file's rows; a feature that was there before (by key or
    by geometry) keeps its own. Simulated content leaves no history. Raises as replace_features.
    """
    return renew(layer, staging.written(features), renewal)


def renew(
    layer: str,
    rows: Iterable[str],
    renewal: history.Renewal,
    sure: Collection[str] | None = None,
) -> history.Change:
    """Do as renew_features, with rows and `sure` columns as `staging.fill` takes them."""
    found = _vector(layer)
    made: list[history.Change] = []

    def settle(cursor: CursorWrapper, state: State) -> datetime.datetime:
        made.append(history.settle(cursor, found, renewal, fresh=state.simulated))
        return made[-1].since

    _replace(found, lambda cursor: staging.fill(cursor, found, rows, sure), False, settle)
    return made[0]


def touch(layer: str) -> int:
    """Note that the layer's source table has changed: draw it anew; return its new version."""
    found = catalogue.layer(layer)
    if found.table is None:
        with transaction.atomic(), connection.cursor() as cursor:
            return _publish(cursor, _locked(layer))
    _replace(found, lambda cursor: staging.fill_from_table(cursor, found), found.simulated)
    return State.objects.get(layer=layer).version


def register_raster(
    layer: str,
    path: Path,
    *,
    date: datetime.date | None,
    source: str,
    simulated: bool,
    more: Mapping[str, Any] | None = None,
) -> State:
    """Register a georeferenced file as the layer's raster; raises Invalid if it is none.

    `more` are further facts that stand beside those that the file itself tells.
    """
    found = catalogue.layer(layer)
    if found.kind != "raster":
        raise Invalid(f"layer {layer} holds features, not a raster", zh="该图层不是栅格图层")
    facts = raster.describe(path)
    with transaction.atomic(), connection.cursor() as cursor:
        state = _locked(layer)
        _drop_pictures(layer)
        state.path, state.source, state.source_date = kept_path(path), source, date
        state.extent = Polygon.from_bbox(facts.bounds)
        state.raster = facts.as_dict() | dict(more or {})
        state.count, state.simulated = 1, simulated
        _publish(cursor, state)
    return state


def change_pictures(layer: str, change: Callable[[], None]) -> State:
    """Let a layer show what its pictures are after `change`; the newest is what it shows.

    All in one transaction, under the layer's lock.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        state = _locked(layer)
        change()
        held = list(Picture.objects.filter(layer=layer).order_by("date"))
        state.count, state.simulated = len(held), False
        if held:
            newest = held[-1]
            state.path, state.source, state.source_date = newest.path, newest.source, newest.date
            entries = [dated.entry(one) for one in held]
            shown = {dated.CREDIT: entries[-1][dated.CREDIT]}
            state.raster = newest.raster | shown | {"pictures": entries}
            state.extent = Polygon.from_bbox(dated.together(held))
        else:
            _emptied(state)
        _publish(cursor, state)
    return state


def date(layer: str, day: str, source: str) -> None:
    """Note the day (ISO, or empty) that a layer's features describe, and where they came from."""
    when = datetime.date.fromisoformat(day) if day else None
    State.objects.filter(layer=layer).update(source_date=when, source=source[:400])


def note(layer: str, facts: Mapping[str, Any]) -> None:
    """Keep further facts with a layer: what it was made from."""
    State.objects.filter(layer=layer).update(raster=dict(facts))


def register(layer: Layer, actor: str) -> None:
    """Make an imported layer known, or give it another definition; raises Conflict for a file's."""
    if layer.code in catalogue.of_files():
        raise Conflict(
            f"layer {layer.code} is defined by a file of the catalogue",
            zh=f"图层 {layer.code} 由目录文件定义，不能由导入改写",
            field="layer",
            remedy="choose another code",
        )
    now = clock.now()
    made = {"definition": layer.definition(), "changed_at": now, "changed_by": actor}
    known = catalogue.layers().get(layer.code)
    with transaction.atomic():
        before = Registered.objects.select_for_update().filter(code=layer.code).first()
        Registered.objects.update_or_create(
            code=layer.code,
            defaults=made,
            create_defaults={**made, "made_by": actor, "made_at": now},
        )
        if before is None:
            telling.tell(layer, "made", actor)
        elif fields := _other(before.definition, layer.definition()):
            telling.tell_changed(known or layer, layer, actor, fields)


def _other(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return the names of what is said otherwise."""
    return sorted(name for name in {*before, *after} if before.get(name) != after.get(name))


def register_new(layer: Layer, actor: str) -> None:
    """Make an empty layer known; raises Conflict for a code that a layer has, or just got."""
    now = clock.now()
    row = Registered(
        code=layer.code, definition=layer.definition(), made_by=actor, made_at=now,
        changed_by=actor, changed_at=now,
    )  # fmt: skip
    try:
        if layer.code in catalogue.layers():
            raise IntegrityError
        with transaction.atomic():
            row.save(force_insert=True)
            telling.tell(layer, "made", actor)
    except IntegrityError:
        raise Conflict(
            f"there is a layer {layer.code} already",
            zh=f"图层代码 {layer.code} 已被使用",
            field="code",
            remedy="choose another code",
        ) from None


def remove(layer: str, actor: str) -> None:
    """Take an imported layer away, features and file too; raises Conflict for a file's layer."""
    found = catalogue.layer(layer)
    if layer in catalogue.of_files():
        raise Conflict(
            f"layer {layer} is defined by a file of the catalogue",
            zh=f"图层 {layer} 由目录文件定义，不能删除",
        )
    with transaction.atomic():
        if found.is_vector:
            replace_features(layer, [], simulated=False)
            with connection.cursor() as cursor:
                history.forget(cursor, layer)
        else:
            _forget_raster(layer)
        Registered.objects.filter(code=layer).delete()
        telling.tell(found, "removed", actor)


def remove_simulated() -> list[str]:
    """Empty every layer that holds simulated content; return their codes."""
    removed = []
    for state in State.objects.filter(simulated=True).order_by("layer"):
        layer = catalogue.layers().get(state.layer)
        if layer is not None and layer.is_vector:
            replace_features(state.layer, [], simulated=False)
        else:
            _forget_raster(state.layer)
        removed.append(state.layer)
    return removed


def _forget_raster(layer: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        state = _locked(layer)
        _drop_pictures(layer)
        _emptied(state)
        _publish(cursor, state)


def _drop_pictures(layer: str) -> None:
    """Take all days' pictures away, their files as soon as that is certain."""
    held = Picture.objects.filter(layer=layer)
    for path in [raster.stored(one.path) for one in held]:
        transaction.on_commit(functools.partial(path.unlink, missing_ok=True))
    held.delete()


def _emptied(state: State) -> None:
    state.path, state.extent, state.count, state.raster = "", None, 0, {}
    state.simulated, state.source_date = False, None


def _vector(layer: str) -> Layer:
    found = catalogue.layer(layer)
    if not found.is_vector:
        raise Invalid(f"layer {layer} is a raster: it has no features", zh="栅格图层没有要素")
    return found


def _replace(
    layer: Layer,
    fill: Callable[[CursorWrapper], None],
    simulated: bool,
    settle: Callable[[CursorWrapper, State], datetime.datetime] | None = None,
) -> int:
    """Fill, check, index and swap in one transaction; readers see the old layer until the end."""
    with transaction.atomic(), connection.cursor() as cursor:
        state = _locked(layer.code)
        cursor.execute(sql.ROOM)
        fill(cursor)
        since = settle(cursor, state) if settle is not None else None
        features = _new_partition(cursor, "layers_feature", layer.code)
        _store(cursor, layer, features, simulated, since)
        levels = _new_partition(cursor, "layers_level", layer.code)
        state.thinned_to = thinning.build(cursor, layer, features, levels)
        cursor.execute(sql.INDEX_LEVELS.format(new=levels))
        cursor.execute(sql.MEASURE.format(new=features))
        held = state.count
        state.count, extent = cursor.fetchone()
        state.extent = _box(extent)
        state.simulated = simulated and state.count > 0
        where = touched.boxes(cursor, layer, features) if held and state.count else None
        _swap(cursor, layer.code)
        _publish(cursor, state, where)
        cursor.execute("DROP TABLE layers_stage")
        return state.count


def _store(
    cursor: CursorWrapper,
    layer: Layer,
    features: str,
    simulated: bool,
    since: datetime.datetime | None,
) -> None:
    areas = layer.shape == "polygon"
    fill = sql.FILL.format(
        new=features,
        layer=layer.code,
        valid=sql.REPAIRED if areas else sql.AS_IT_IS,
        anchor=sql.ANCHOR if areas and layer.label else "NULL",
        shown=sql.BY_CLASS if layer.thin else "0",
    )
    classes = json.dumps(layer.thin.from_zoom if layer.thin else {})
    by = layer.thin.by if layer.thin else ""
    cursor.execute(fill, {"classes": classes, "by": by, "simulated": simulated, "since": since})
    cursor.execute(sql.INDEX_FEATURES.format(new=features))


def _new_partition(cursor: CursorWrapper, parent: str, layer: str) -> str:
    new = f"{parent}_{layer}_new"
    cursor.execute(sql.PREPARE.format(new=new, parent=parent, layer=layer))
    return new


def _swap(cursor: CursorWrapper, layer: str) -> None:
    """Put the new partitions in their places; whoever reads long (a backup) is waited for.

    The wait for the lock is short and repeated: behind a waiting one, all readers would queue.
    """
    for _ in range(SWAPS):
        try:
            with transaction.atomic():
                cursor.execute(f"SET LOCAL lock_timeout = {SWAP_WAIT}")
                for parent in ("layers_feature", "layers_level"):
                    name = f"{parent}_{layer}"
                    names = {"name": name, "new": f"{name}_new", "parent": parent, "layer": layer}
                    cursor.execute(sql.SWAP.format(**names))
                return
        except OperationalError:
            time.sleep(SWAP_WAIT / 1000)
    raise Busy(
        f"layer {layer} is being read for long, so that it cannot be replaced",
        zh="图层正被长时间读取，暂时无法替换",
        remedy="try again when the backup or export is over",
    )


def _box(ewkb: bytes | None) -> Polygon | None:
    """Return the extent as a box of some width, also where all features lie on one point."""
    if ewkb is None:
        return None
    west, south, east, north = GEOSGeometry(memoryview(ewkb)).extent
    return Polygon.from_bbox((west - 1e-7, south - 1e-7, east + 1e-7, north + 1e-7))


def outdate(version: int) -> None:
    """Raise every filled layer to a version beyond those that a restore has abandoned."""
    State.objects.filter(version__gt=0).update(version=version)


def _locked(layer: str) -> State:
    """Return the layer's state row, locked: two replacements of one layer wait for each other."""
    State.objects.get_or_create(layer=layer, defaults={"updated_at": clock.now()})
    return State.objects.select_for_update(no_key=True).get(layer=layer)


def _publish(cursor: CursorWrapper, state: State, where: list[touched.Box] | None = None) -> int:
    """Give the layer its next version and wake those who keep tiles of it.

    `where`: the boxes that the change touched; None: it may have been anywhere.
    """
    before = state.version
    # above all versions of a branch that was left: browsers keep a version's tiles for good
    state.version = max(before, branch.present()) + 1
    if where is not None and state.version == before + 1:
        touched.record(state.layer, before, state.version, where)
    state.updated_at = clock.now()
    state.save()
    cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, state.layer])
    return state.version


def kept_path(path: Path) -> str:
    """Return the path as it is kept: relative inside ZHIHUI_DATA, so that a backup may move."""
    full, data = path.resolve(), Path(settings.DATA).resolve()
    return str(full.relative_to(data)) if full.is_relative_to(data) else str(full)
