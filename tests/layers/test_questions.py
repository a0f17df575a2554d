"""Filter by attribute, box and page; export; heights of the finest model."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
import shapely
from django.test import Client
from rasterio.transform import from_origin

from core.errors import Invalid
from layers import actions, catalogue, elevation, filtering, selection
from layers.importing import making
from people.may import NOBODY, Rights
from people.models import Role


@pytest.fixture
def houses(fill: Callable[..., int]) -> None:
    """Twenty houses in a row, one floor higher each; the last has no use."""
    rows: list[tuple[shapely.Geometry, dict[str, object]]] = []
    for at in range(20):
        west = 113.6 + at / 100
        use = None if at == 19 else ("school" if at % 2 else "home")
        shape = shapely.box(west, 34.7, west + 0.005, 34.705)
        rows.append((shape, {"floors": at + 1, "use": use, "name_zh": f"{at}号楼", "height": 3.1}))
    fill("buildings", rows)


def fids(text: str = "", bbox: str = "") -> list[int]:
    chosen = selection.select(catalogue.layer("buildings"), bbox, text)
    return [one["id"] for one in chosen.page(None, 1000)[0]]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("floors > 18", [19, 20]),
        ("floors BETWEEN 2 AND 4", [2, 3, 4]),
        ("use = 'school' AND floors < 5", [2, 4]),
        ("use IN ('school') AND NOT floors > 4", [2, 4]),
        ("use IS NULL", [20]),
        ("name_zh LIKE '1_号%'", list(range(11, 21))),
        ("CASEI(use) = 'school' AND floors = 2", [2]),
        ("floors * 2 + 1 = 7", [3]),
        ("floors / 0 = 1", []),
        ("name_zh = '2号楼' OR floors = 1", [1, 3]),
        ("S_INTERSECTS(geometry, POINT(113.602 34.702))", [1]),
        ("S_WITHIN(geometry, BBOX(113.6, 34.6, 113.616, 34.8))", [1, 2]),
        ("fid = 7", [7]),
        ("use = 'x'' OR ''1''=''1'", []),
        ("name_zh = '100%'", []),
    ],
)
def test_cql2(houses: None, text: str, wanted: list[int]) -> None:
    assert fids(text) == wanted


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("floors >", "cannot be read at character 9, the end: a column, a number"),
        ("floors 5", "at character 8, '5': AND, OR"),
        ("storeys > 3", "has no column 'storeys'"),
        ("floors = 'six'", "a number is compared with a text"),
        ("use LIKE 3", "LIKE compares texts"),
        ("S_INTERSECTS(use, POINT(1 1))", "compares geometries"),
        ("pg_sleep(9) = 1", "is not supported"),
        ("T_AFTER(use, TIMESTAMP('2020-01-01T00:00:00Z'))", "is not supported"),
        ("(" * 3000, "brackets"),
        ("NOT " * 400 + "use = 'x'", "nested too deeply"),
        ("use = '" + "x" * 5000 + "'", "longer than"),
    ],
)
def test_a_bad_filter_is_told(houses: None, text: str, complaint: str) -> None:
    with pytest.raises(Invalid, match=complaint) as caught:
        filtering.clause(catalogue.layer("buildings"), text)
    assert caught.value.zh and caught.value.field == "filter"


def test_no_value_stands_in_the_statement(houses: None) -> None:
    made = filtering.clause(catalogue.layer("buildings"), "use = 'evil' AND floors > 12345")
    assert "evil" not in made.sql and "12345" not in made.sql and "floors" not in made.sql
    assert made.values == ("use", "evil", "floors", 12345.0)


def test_pages_neither_drop_nor_double_while_data_change(houses: None) -> None:
    chosen = selection.select(catalogue.layer("buildings"))
    first, after = chosen.page(None, 8)
    kept = [(fid, shapely.to_wkb(shapely.box(113.6, 34.7, 113.61, 34.71)), {}) for fid in (
        2, 9, 10, 30)]  # fmt: skip
    actions.replace_features("buildings", kept, simulated=True)
    second, end = chosen.page(after, 8)
    assert [one["id"] for one in (*first, *second)] == [*range(1, 9), 9, 10, 30] and end is None


@pytest.mark.parametrize(
    ("bbox", "count"),
    [
        ("113.6,34.6,113.616,34.8", 2),
        ("113.6,34.6,0,113.616,34.8,99", 2),
        ("0,0,1,1", 0),
        ("170,-80,114,80", 20),
        ("-180,-90,180,90", 20),
    ],
)
def test_boxes(houses: None, bbox: str, count: int) -> None:
    assert len(fids(bbox=bbox)) == count


@pytest.mark.parametrize("bbox", ["1,2,3", "a,b,c,d", "0,9,1,2", "999,0,1,1", "nan,0,1,1", "1,2"])
def test_a_bad_box_is_told(houses: None, bbox: str) -> None:
    with pytest.raises(Invalid, match="bbox"):
        fids(bbox=bbox)


@pytest.mark.parametrize("text", ["yesterday", "2026-02-01T00:00:00Z/2026-01-01T00:00:00Z", "x/.."])
def test_a_bad_moment_is_told(text: str) -> None:
    with pytest.raises(Invalid, match="datetime"):
        selection.during(text)


@pytest.fixture
def planner(houses: None, enrol: Any) -> Client:
    client = Client()
    client.force_login(enrol("pan", Role.PLANNER), "django.contrib.auth.backends.ModelBackend")
    return client


def test_the_table_over_http(planner: Client) -> None:
    path = "/api/v1/layers/buildings/features"
    body = planner.get(path, {"filter": "floors > 15", "limit": 3, "count": True}).json()
    assert [one["id"] for one in body["features"]] == [16, 17, 18]
    assert (body["next"], body["count"]) == (18, 5)
    rest = planner.get(path, {"filter": "floors > 15", "after": body["next"]}).json()
    assert [one["id"] for one in rest["features"]] == [19, 20] and rest["next"] is None
    assert planner.get(path, {"filter": "floors >"}).status_code == 400
    assert planner.get("/api/v1/layers/relief/features").status_code == 400


def test_a_selection_is_exported_with_its_question(planner: Client) -> None:
    answer = planner.get("/api/v1/layers/buildings/export", {"filter": "floors < 3"})
    body = json.loads(answer.content)
    assert answer["Content-Type"] == "application/geo+json"
    assert len(body["features"]) == 2 and body["query"]["filter"] == "floors < 3"
    assert Client().get("/api/v1/layers/buildings/export").status_code == 401


def test_the_finest_model_answers(real: None, tmp_path: Path) -> None:
    for code, cell, height, sharing in (("dem", 100, 80.0, "open"), ("survey", 2, 91.5, "staff")):
        path = tmp_path / f"{code}.tif"
        at = from_origin(465000, 3847000, cell, cell)
        with rasterio.open(path, "w", driver="GTiff", width=60, height=60, count=1, crs=4547,
                           dtype="float32", transform=at) as out:  # fmt: skip
            out.write(np.full((60, 60), height, "float32"), 1)
        if code != "dem":
            wishes = making.Wishes(sharing=sharing)
            actions.register(
                making.raster(code, "x", "EPSG:4547", wishes, heights=True, order=40,
                              zooms=range(4, 20)), "test",
            )  # fmt: skip
        actions.register_raster(code, path, date=None, source="x", simulated=False)
    planner = Rights(1, Role.PLANNER.value, ("4101",), None, "pan")
    lon, lat = 113.61835, 34.75022  # 60 m from the corner that both have
    fine = elevation.best(lon, lat, planner)
    assert (fine.metres, fine.layer.code, fine.cell_m) == (91.5, "survey", 2.0)
    assert elevation.best(lon, lat, NOBODY).metres == 80.0
    assert elevation.best(113.65, 34.72, planner).metres == 80.0
