"""The only writer of seedings: ask for one; what one that runs has reached."""

import dataclasses
import uuid

from django.conf import settings

from core import clock, disk
from core.errors import Conflict, Invalid
from layers import catalogue
from layers.jobs import Queue
from layers.layer import Layer
from layers.models import Seeding, Stage, State
from layers.rights import ask as ask_layer
from people.may import Rights, require
from tiles import cog
from tiles.seeding.tiling import Box, Tiling

MOST = 200_000  # tiles of one seeding
MOST_WAITING = 20

queue = Queue(
    Seeding,
    "seeding",
    "预生成任务",
    "the seeding's process ended unexpectedly: what it made is kept, ask again for the rest",
    "预生成进程意外终止：已生成的瓦片保留，可再次提交以完成其余部分",
)


@dataclasses.dataclass(slots=True)
class Counts:
    """What became of the tiles that a seeding has gone through."""

    reached: int = 0
    kept: int = 0
    made: int = 0
    empty: int = 0
    failed: int = 0


def plan(layer: Layer, zooms: tuple[int, int] | None, box: Box | None) -> Tiling:
    """Return the tiles of a layer in zooms and box; raises Invalid or Conflict.

    Without a box the layer's extent, without zooms the layer's first eight.
    """
    state = State.objects.filter(layer=layer.code, count__gt=0).first()
    if not layer.tiled or state is None or state.bounds is None:
        raise Conflict(f"layer {layer.code} has no tiles to make", zh="该图层没有可生成的瓦片")
    if cog.passes(state.raster):
        raise Conflict(
            f"layer {layer.code} needs no seeding: its tiles lie ready in its file",
            zh="该图层无需预生成：瓦片直接取自影像文件",
        )
    lowest, highest = layer.zooms(state.raster)
    first, last = zooms or (lowest, min(highest, lowest + 7))
    if not lowest <= first <= last <= highest:
        raise Invalid(
            f"layer {layer.code} has zooms {lowest} to {highest}",
            zh=f"图层的级别为 {lowest}–{highest}",
            field="zooms",
        )
    found = Tiling(first, last, _inside(box, state.bounds))
    count = found.count()
    if count > MOST:
        raise Invalid(
            f"that are {count:,} tiles; one seeding makes at most {MOST:,}",
            zh=f"共 {count:,} 张瓦片，超过单次上限 {MOST:,} 张",
            field="zooms",
            remedy="fewer zooms, or a smaller box",
            tiles=count,
        )
    return found


def ask(
    code: str,
    zooms: tuple[int, int] | None,
    box: Box | None,
    rights: Rights,
    stage: Stage = Stage.WAITING,
) -> Seeding:
    """Queue a seeding; raises Invalid, Unknown, Forbidden, Conflict or Full."""
    require(rights, "layer.edit")
    layer = catalogue.layer(code)
    ask_layer(layer, rights)
    disk.check()
    if not settings.TILE_CACHE_MB:
        raise Conflict("no tiles are kept here", zh="本系统未启用瓦片缓存")
    tiling = plan(layer, zooms, box)
    if Seeding.objects.filter(stage=Stage.WAITING).count() >= MOST_WAITING:
        raise Conflict("many seedings wait already", zh="等待的预生成任务过多")
    runs = stage == Stage.RUNNING
    return Seeding.objects.create(
        id=uuid.uuid4(),
        layer=code,
        lowest=tiling.lowest,
        highest=tiling.highest,
        box=list(tiling.box),
        tiles=tiling.count(),
        stage=stage,
        attempts=1 if runs else 0,
        started_at=clock.now() if runs else None,
        by=rights.actor,
        by_name=rights.name[:60],
        asked_at=clock.now(),
    )


def tiling_of(row: Seeding) -> Tiling:
    """Return the tiles of a seeding."""
    west, south, east, north = row.box
    return Tiling(row.lowest, row.highest, (west, south, east, north))


def reach(row: Seeding, counts: Counts) -> None:
    """Note how far a running seeding is; raises Cancelled.

    One that gets on is not given up, however often its worker is started anew.
    """
    percent = 99 * counts.reached // max(1, row.tiles)
    queue.tell(row.pk, "seeding", percent, attempts=0, **dataclasses.asdict(counts))


def _inside(box: Box | None, bounds: list[float]) -> Box:
    west, south, east, north = bounds
    if box is None:
        return west, south, east, north
    found = max(west, box[0]), max(south, box[1]), min(east, box[2]), min(north, box[3])
    if found[0] > found[2] or found[1] > found[3]:
        raise Invalid("the layer has nothing in this box", zh="该范围内没有图层数据", field="box")
    return found
