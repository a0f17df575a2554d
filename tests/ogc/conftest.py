"""A made-up city for the abstract tests: lakes in a row, places with every type of property."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import shapely
from django.test import Client

from layers import actions, catalogue
from layers.layer import Column, Layer

CLIENT = Client()  # one for all: each new one reads the whole folder of static files again
WEST, SOUTH, STEP = 113.5, 34.7, 0.01
PLACES = [
    (1, shapely.Point(113.60, 34.70), {"name": "Köln", "floors": 3, "height": 9.5, "open": True}),
    (2, shapely.Point(113.61, 34.70), {"name": "kanton", "floors": 30, "height": 99.0}),
    (3, shapely.Point(113.62, 34.71), {"name": "金水", "floors": 7, "height": 7.0, "open": False}),
    (4, shapely.Point(113.63, 34.72), {"name": "50%_off", "floors": 0}),
    (5, shapely.Point(113.64, 34.74), {"name": "Kanal", "floors": 1}),
    (6, shapely.Point(113.65, 34.76), {}),
]
AREAS = [
    (1, shapely.box(113.60, 34.70, 113.62, 34.72), {"name": "west"}),
    (2, shapely.box(113.62, 34.70, 113.64, 34.72), {"name": "east"}),  # touches 1
    (3, shapely.box(113.61, 34.71, 113.63, 34.73), {"name": "over"}),  # overlaps 1 and 2
    (4, shapely.box(113.604, 34.704, 113.608, 34.708), {"name": "inner"}),  # within 1
    (5, shapely.box(114.0, 35.0, 114.1, 35.1), {"name": "far"}),
]
WAYS = [
    (1, shapely.LineString([(113.59, 34.71), (113.65, 34.71)]), {"name": "across"}),
    (2, shapely.LineString([(113.59, 34.69), (113.65, 34.69)]), {"name": "south"}),
]


def lakes() -> Iterator[tuple[int, bytes, dict[str, Any]]]:
    for at in range(25):
        west = WEST + at * STEP
        held = {"name_zh": f"{at}号湖", "class": "lake" if at % 2 else "pond"}
        yield at + 1, shapely.to_wkb(shapely.box(west, SOUTH, west + 0.005, SOUTH + 0.005)), held


def register(code: str, **more: Any) -> Layer:
    columns = {
        "name": Column("名称", "Name"), "floors": Column("层数", "Floors", "int"),
        "height": Column("高度", "Height", "float"), "open": Column("开放", "Open", "bool"),
    }  # fmt: skip
    told = {
        "title_zh": "地点", "title_en": "Places", "group": "imported", "kind": "vector",
        "shape": "point", "owner": "planning", "datum": "EPSG:4490", "source": "test",
        "refresh": "once", "sharing": "open", "attribution": "test", "min_zoom": 4,
        "max_zoom": 16, "columns": columns,
    }  # fmt: skip
    layer = Layer(code=code, **{**told, **more})
    actions.register(layer, "test")
    return catalogue.layer(code)


@pytest.fixture(scope="module")
def city(shared: None) -> None:
    """Fill the layers once for a module's tests, which only read."""
    actions.replace_features("waters", lakes(), simulated=True)
    for code, shape, rows in (
        ("places", "point", PLACES), ("areas", "polygon", AREAS), ("ways", "line", WAYS),
    ):  # fmt: skip
        things = ((fid, shapely.to_wkb(one), held) for fid, one, held in rows)
        actions.replace_features(register(code, shape=shape).code, things, simulated=True)
    secret = [(1, shapely.to_wkb(shapely.Point(113.6, 34.7)), {"name": "secret"})]
    actions.replace_features(register("secret", sharing="staff").code, secret, simulated=True)


Read = Callable[..., Any]


@pytest.fixture
def ask(city: None) -> Read:
    """Ask /ogc: ask("/collections", f="html"); returns the answer."""

    def get(path: str, headers: dict[str, str] | None = None, **query: Any) -> Any:
        given = {name.replace("_", "-"): value for name, value in query.items()}
        return CLIENT.get(f"/ogc{path}", given, headers=headers or {})

    return get


@pytest.fixture
def read(ask: Read) -> Read:
    """Ask /ogc and return the JSON of an answer with this status."""

    def get(path: str, status: int = 200, **query: Any) -> Any:
        answer = ask(path, **query)
        assert answer.status_code == status, answer.content
        if status != 200:
            assert answer["Content-Type"] == "application/problem+json"
            assert answer.json()["detail"] and answer.json()["detail_zh"]
        return answer.json()

    return get


@pytest.fixture
def fids(read: Read) -> Callable[..., list[int]]:
    """Return the numbers of the places that a question finds."""

    def get(collection: str = "places", **query: Any) -> list[int]:
        body = read(f"/collections/{collection}/items", **query)
        return [one["id"] for one in body["features"]]

    return get
