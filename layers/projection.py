"""Layers as the feed tells them: those that people made, and what they brought into others."""

from collections.abc import Iterable
from typing import ClassVar

from core import clock
from feed.projection import Item, Projection
from feed.timeline import Timeline
from layers import catalogue, telling
from layers.models import Import, Picture, Registered, Stage, State


class Layers(Projection):
    """Every layer that somebody made, or imported into; those kept to some roles are one."""

    topic = telling.TOPIC

    def items(self) -> Iterable[Item]:
        """Return them by code."""
        brought = Import.objects.filter(stage=Stage.DONE).values_list("layer", flat=True)
        codes = {*Registered.objects.values_list("code", flat=True), *brought}
        codes |= {*Picture.objects.values_list("layer", flat=True)}
        states = State.objects.in_bulk()
        told: dict[str, Item] = {}
        for code, layer in sorted(catalogue.layers().items()):
            if code in codes:
                now = telling.public(layer)
                at = states[code].updated_at if code in states else clock.now()
                told[now["id"]] = Item(self.topic, now["id"], at, "", None, now)
        yield from told.values()


class LayerSteps(Timeline):
    """What became of a layer."""

    topic = telling.TOPIC
    title = "图层", "layer"
    words: ClassVar = {
        "made": ("新建", "made"),
        "filled": ("更新数据", "data replaced"),
        "pictured": ("加入影像", "picture added"),
        "unpictured": ("移除影像", "picture taken away"),
    }
