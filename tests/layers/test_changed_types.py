"""A column's type may change between two imports: every day is answered, none breaks another."""

import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyogrio
import pytest
import shapely
from django.test import Client

from layers import catalogue
from layers.models import Stage
from people.models import Role
from tests.layers.handed import bring, collection, feature
from tests.tiles.conftest import Browser, patient

Put = Callable[..., Any]
THEN, NOW = "2021-01-01", ""
TILE = "13/6681/3253"
__all__ = ["patient"]  # a fixture of the tiles
pytestmark = pytest.mark.usefixtures("own_data")


def yard(nth: int, **told: object) -> dict[str, Any]:
    return feature(shapely.box(113.600 + nth / 1000, 34.700, 113.6005 + nth / 1000, 34.701), **told)


@pytest.fixture
def yards(real: None) -> None:
    """Yards whose storeys were words and numbers of halves in 2020, whole numbers since 2022."""
    was = [("a", "three"), ("b", "4"), ("c", None)]
    now = [("a", 3), ("b", 4), ("d", 9)]
    for day, rows in (("2020-01-01", was), ("2022-01-01", now)):
        held = [
            yard(nth, mark=mark, storeys=storeys, half=2 if day > "2021" else 2.5, ward=nth % 2)
            for nth, (mark, storeys) in enumerate(rows)
        ]
        wishes = {"source_date": day, "key": "mark", "sharing": "open"}
        done = bring(collection(*held), "yards.geojson", layer="yards", wishes=wishes)
        assert done.stage == Stage.DONE, done.said
    assert [catalogue.layer("yards").columns[name].type for name in ("storeys", "half")] == [
        "int", "int",
    ]  # fmt: skip


@pytest.fixture
def put(yards: None, enrol: Callable[..., Any], client: Client) -> Put:
    client.force_login(enrol("pan", Role.PLANNER))

    def asked(path: str, **body: Any) -> Any:
        answer = client.post(f"/api/v1/layers/{path}", json.dumps(body), "application/json")
        assert answer.status_code == 200, answer.content
        return answer.json()

    return asked


def marks(found: Any) -> list[str]:
    return [one["properties"]["mark"] for one in found["features"]]


def test_the_table_of_a_day_before_the_change(put: Put) -> None:
    found = put("yards/select", at=THEN)
    assert [one["properties"].get("storeys") for one in found["features"]] == ["three", "4", None]
    assert marks(put("yards/select", at=THEN, filter="storeys > 1")) == []
    assert marks(put("yards/select", at=THEN, filter="half > 2.2")) == ["a", "b", "c"]
    assert marks(put("yards/select", filter="storeys > 3")) == ["b", "d"]
    for sort in ("storeys", "-half"):
        seen, after = list[str](), None
        while not seen or after is not None:
            page = put("yards/select", at=THEN, sort=sort, after=after, limit=1)
            seen, after = seen + marks(page), page["next"]
        assert seen == ["a", "b", "c"]


def test_figures_of_a_day_before_the_change(put: Put) -> None:
    asked = {"cell_m": 1000, "measures": ["count", "sum:storeys", "sum:half"]}
    assert put("yards/figures", at=THEN, **asked)["total"] == [3, 0, 7.5]
    assert put("yards/figures", **asked)["total"] == [3, 16, 6]
    whole = shapely.geometry.mapping(shapely.box(113.59, 34.69, 113.61, 34.71))
    assert put("inside", at=THEN, area=whole)["counts"]["yards"] == 3


def test_services_of_a_day_before_the_change(put: Put, client: Client) -> None:
    path = f"/ogc/collections/yards/items?datetime={THEN}&filter="
    for text, wanted in (("storeys%20>%201", []), ("half%20>%202.2", ["a", "b", "c"])):
        assert marks(client.get(path + text).json()) == wanted


@pytest.mark.parametrize("form", ["geojson", "gpkg", "shp", "csv", "kml"])
def test_a_file_loses_nothing_of_a_day_before_the_change(
    put: Put, client: Client, form: str, tmp_path: Path
) -> None:
    answer = client.get(f"/api/v1/layers/yards/export?at={THEN}&format={form}")
    assert answer.status_code == 200
    if form == "kml":
        assert b"three" in answer.content and b"2.5" in answer.content
        return
    path = tmp_path / f"out.{'zip' if form in ('shp', 'csv') else form}"
    path.write_bytes(answer.content)
    if form == "csv":
        text = zipfile.ZipFile(path).read("yards.csv").decode()
        assert "three" in text and "2.5" in text
        return
    frame = pyogrio.read_dataframe(path, use_arrow=False)
    assert list(frame["storeys"].fillna("")) == ["three", "4", ""]
    assert list(frame["half"]) == [2.5] * 3


@pytest.fixture
def browser(put: Put, patient: None, tmp_path: Path) -> Iterator[Browser]:
    one = Browser(tmp_path)
    yield one
    one.close()


def test_tiles_of_a_day_before_the_change(browser: Browser) -> None:
    def drawn(at: str) -> list[tuple[Any, ...]]:
        answer = browser.get(f"/tiles/yards/{TILE}.mvt{at}")
        assert answer.status_code == 200, answer.content
        held = browser.layers(answer.content)["yards"]
        return sorted((one["mark"], one.get("storeys"), one["half"]) for one in held)

    assert drawn("") == [("a", 3, 2), ("b", 4, 2), ("d", 9, 2)]
    assert [(mark, half) for mark, _, half in drawn(f"?at={THEN}")] == [
        ("a", 2.5), ("b", 2.5), ("c", 2.5),
    ]  # fmt: skip
