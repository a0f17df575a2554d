"""A selection goes out in every form, with its question, and comes back as it was."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pyogrio
import pytest
import shapely
from django.test import Client
from lxml import etree

from layers import actions, catalogue, selection
from layers.exporting import taking
from layers.importing import making
from layers.layer import Column
from people.models import Role
from tests.layers.handed import Read

FORMS = {"geojson": ".geojson", "gpkg": ".gpkg", "shp": ".zip", "csv": ".zip", "kml": ".kml"}
AREA = shapely.Polygon(
    [(113.6, 34.7), (113.7, 34.7), (113.7, 34.8), (113.6, 34.8)],
    [[(113.63, 34.73), (113.66, 34.73), (113.66, 34.76), (113.63, 34.76)]],
)
TWO = shapely.MultiPolygon([AREA, shapely.box(113.8, 34.7, 113.81, 34.71)])
COLUMNS = {
    "name_zh": Column("名称", "name"),
    "a_very_long_column": Column("长", "long", "int"),
    "a_very_long_other": Column("另", "other", "float"),
    "open": Column("开放", "open", "bool"),
}
ROWS: list[tuple[shapely.Geometry, dict[str, Any]]] = [
    (AREA, {"name_zh": "金水<河>&", "a_very_long_column": 7, "a_very_long_other": 1.5}),
    (TWO, {"name_zh": "=1+1", "a_very_long_column": 8, "open": True}),
    (AREA, {"name_zh": "字" * 200 + "\x01", "a_very_long_column": 9}),
]


@pytest.fixture
def planner(real: None, enrol: Any) -> Client:
    wishes = making.Wishes(title_zh="绿地", sharing="staff")
    layer = making.vector("parks", "x.gpkg", "EPSG:4490", wishes, "polygon", COLUMNS)
    actions.register(layer, "test")
    rows = ((fid, shapely.to_wkb(shape), held) for fid, (shape, held) in enumerate(ROWS, 1))
    actions.replace_features("parks", rows, simulated=False)
    client = Client()
    client.force_login(
        enrol("pan", Role.PLANNER), "django.contrib.auth.backends.ModelBackend"
    )  # fmt: skip
    return client


def taken(client: Client, form: str, **asked: str) -> bytes:
    answer = client.get("/api/v1/layers/parks/export", {"format": form, **asked})
    assert answer.status_code == 200, answer.content
    name = answer["Content-Disposition"].split('"')[1]
    assert name == f"parks{FORMS[form]}" and answer["Content-Type"] != "text/html"
    return bytes(answer.content)


@pytest.mark.parametrize("form", FORMS)
def test_what_goes_out_comes_back(planner: Client, read: Read, form: str) -> None:
    table = read(f"a{FORMS[form]}", taken(planner, form))
    assert len(table) == 3 and not table.refused
    for shape, (was, _) in zip(table.shapes, ROWS, strict=True):
        assert shapely.equals_exact(shapely.normalize(shape), shapely.normalize(was), 1e-6) or (
            shape.symmetric_difference(was).area < 1e-9
        )
    first = {str(name): value for name, value in table.rows[0].items()}
    assert "金水<河>&" in first.values() and 7 in [_number(one) for one in first.values()]


def _number(value: Any) -> Any:
    return int(value) if isinstance(value, str) and value.isdigit() else value


@pytest.mark.parametrize("form", FORMS)
def test_the_question_goes_with_it(planner: Client, tmp_path: Path, form: str) -> None:
    content = taken(planner, form, filter="a_very_long_column > 7", bbox="113,34,114,35")
    path = tmp_path / f"a{FORMS[form]}"
    path.write_bytes(content)
    if form == "gpkg":
        info = pyogrio.read_info(path)
        about, count = json.loads(info["dataset_metadata"]["zhihui"]), info["features"]
    elif form == "kml":
        tree = etree.fromstring(content)
        about = json.loads(tree.findtext(".//{*}Document/{*}description"))
        count = len(tree.findall(".//{*}Placemark"))
    elif form == "geojson":
        about = json.loads(content)
        count = len(about["features"])
    else:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            about, count = json.loads(archive.read("parks.query.txt")), 2
    assert about["query"] == {"bbox": "113,34,114,35", "filter": "a_very_long_column > 7"}
    assert (about["layer"], about["title"], about["version"], count) == ("parks", "绿地", 1, 2)


def test_a_shapefile_tells_what_it_had_to_cut(planner: Client) -> None:
    with zipfile.ZipFile(io.BytesIO(taken(planner, "shp"))) as archive:
        assert archive.read("parks.cpg") == b"UTF-8"
        told = archive.read("parks.columns.txt").decode("utf-8-sig").splitlines()
        assert {"parks.shp", "parks.shx", "parks.dbf", "parks.prj"} <= set(archive.namelist())
    assert told[2:5] == [
        "name_zh,name_zh,名称,name,1",
        "a_very_lon,a_very_long_column,长,long,0",
        "a_very_l_2,a_very_long_other,另,other,0",
    ]


def test_a_table_runs_nothing_and_knows_where_points_are(planner: Client) -> None:
    with zipfile.ZipFile(io.BytesIO(taken(planner, "csv"))) as archive:
        text = archive.read("parks.csv").decode()
    assert text.startswith("\ufefffid,name_zh,a_very_long_column,a_very_long_other,open,wkt")
    assert "\r\n2,'=1+1,8,,True," in text
    rows = [(1, shapely.to_wkb(shapely.Point(113.6, 34.7)), {"name_zh": "一小"})]
    actions.replace_features("schools", iter(rows), simulated=True)
    answer = planner.get("/api/v1/layers/schools/export", {"format": "csv"})
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        lines = archive.read("schools.csv").decode().splitlines()
    assert lines[0].endswith("lon,lat,wkt") and lines[1].endswith("113.6,34.7,POINT (113.6 34.7)")


@pytest.mark.parametrize("form", FORMS)
def test_nothing_chosen_is_an_empty_file(planner: Client, form: str) -> None:
    assert taken(planner, form, filter="a_very_long_column > 99")


def test_rights_and_words_are_asked_first(planner: Client) -> None:
    answer = planner.get("/api/v1/layers/parks/export", {"format": "dwg"})
    assert answer.status_code == 400 and "csv, geojson, gpkg, kml, shp" in answer.json()["detail"]
    for form in FORMS:
        path = f"/api/v1/layers/parks/export?format={form}"
        assert Client().get(path).status_code == 401
    assert catalogue.layer("parks").sharing == "staff"


@pytest.mark.parametrize("form", FORMS)
def test_what_comes_in_many_batches_is_one_file_in_pieces(
    planner: Client, read: Read, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selection, "BATCH", 1)
    monkeypatch.setattr(taking, "WHOLE", 10)
    answer = planner.get("/api/v1/layers/parks/export", {"format": form})
    assert answer.streaming and answer.status_code == 200
    content = b"".join(answer.streaming_content)
    assert int(answer["Content-Length"]) == len(content)
    table = read(f"a{FORMS[form]}", content)
    assert len(table) == 3 and not table.refused
    for shape, (was, _) in zip(table.shapes, ROWS, strict=True):
        assert shape.symmetric_difference(was).area < 1e-9


def test_a_selection_beyond_the_limit_is_refused_before_it_is_written(
    planner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selection, "EXPORTED", 2)
    answer = planner.get("/api/v1/layers/parks/export", {"format": "csv"})
    assert answer.status_code == 413 and "more than 2 features" in answer.json()["detail"]
    few = {"format": "geojson", "filter": "a_very_long_column > 7"}
    assert planner.get("/api/v1/layers/parks/export", few).status_code == 200
