"""What tests of warnings share: an area, people, one that is issued."""

from typing import Any

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon

from alerts.warning import actions
from alerts.warning.content import Given
from people import may
from people.models import Role
from places.models import Division, Level

BOX = {
    "type": "Polygon",
    "coordinates": [[[113.6, 34.7], [113.7, 34.7], [113.7, 34.8], [113.6, 34.8], [113.6, 34.7]]],
}


def given(**more: Any) -> Given:
    """Return a red rainstorm warning as somebody writes it: event, colour and area only."""
    return Given(**({"event": "rainstorm", "colour": 1, "area": BOX} | more))


@pytest.fixture
def write() -> Any:
    return given


@pytest.fixture
def divided(real: None) -> None:
    """A city of two districts, left and right of 113.65 degrees."""

    def box(west: float, east: float) -> MultiPolygon:
        return MultiPolygon(Polygon.from_bbox((west, 34.6, east, 34.9)), srid=4326)

    city = Division.objects.create(
        code="410100", name_zh="郑州市", name_en="Zhengzhou", level=Level.CITY, prefix="4101",
        boundary=box(113.5, 113.8),
    )  # fmt: skip
    for code, zh, en, west, east in (
        ("410102", "中原区", "Zhongyuan District", 113.5, 113.65),
        ("410105", "金水区", "Jinshui District", 113.65, 113.8),
    ):
        Division.objects.create(
            code=code, name_zh=zh, name_en=en, level=Level.DISTRICT, prefix=code, parent=city,
            boundary=box(west, east),
        )  # fmt: skip


@pytest.fixture
def second(enrol: Any) -> Any:
    """Shen approves."""
    return enrol("shen", Role.SUPERVISOR)


@pytest.fixture
def issued(dispatcher: Any, second: Any) -> Any:
    """Compose, submit and approve a warning: issued(colour=2)."""

    def make(**more: Any) -> Any:
        ding, shen = may.of_user(dispatcher), may.of_user(second)
        row = actions.compose(given(**more), ding, "incident:17")
        actions.submit(row.pk, ding)
        return actions.approve(row.pk, shen)

    return make
