"""Files that broke an import's process once: each is taken, or refused with a sentence."""

import bz2
import dataclasses
import errno
import io
import json
import lzma
import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import rasterio
import shapely
from rasterio._err import CPLE_AppDefinedError
from rasterio.transform import from_origin

from core.errors import Invalid, Problem
from layers import catalogue, rights
from layers.importing import datum, making, rows, run
from layers.importing.making import Wishes
from layers.importing.table import Batch, Unreadable
from layers.models import Feature, Registered, Stage
from people.may import NOBODY, Rights
from people.models import Role
from tests.layers.handed import Read, bring, collection, feature

SPOT = shapely.Point(113.6, 34.7)
DEEP = "[" * 50_000 + "]" * 50_000
FEATURE = '{"type": "Feature", "geometry": %s, "properties": {}}'
COLLECTION = '{"type": "FeatureCollection", "features": [%s]}'


@pytest.mark.parametrize(
    "text",
    [
        COLLECTION % DEEP,
        COLLECTION % (FEATURE % f'{{"type": "Point", "coordinates": {DEEP}}}'),
        f'{{"type": "FeatureCollection", "features": [], "crs": {DEEP}}}',
    ],
)
def test_json_nested_without_end_is_refused(read: Read, text: str) -> None:
    with pytest.raises(Unreadable, match="nested too deep") as caught:
        read("a.geojson", text.encode())
    assert "嵌套过深" in caught.value.zh


def test_a_type_that_is_no_word_refuses_its_row(read: Read) -> None:
    wrong = ('{"type": ["a"], "coordinates": [1, 2]}', "[1]", '{"type": "Curve"}')
    right = FEATURE % '{"type": "Point", "coordinates": [113.6, 34.7]}'
    text = COLLECTION % ", ".join([*(FEATURE % one for one in wrong), right])
    table = read("a.geojson", text.encode())
    assert [one.row for one in table.refused] == [1, 2, 3] and table.shapes[3] == SPOT


def test_a_shape_alone_is_geojson_and_a_box_is_a_box(read: Read) -> None:
    point = {"type": "Point", "coordinates": [113.6, 34.7]}
    assert read("a.json", json.dumps(point).encode()).shapes.tolist() == [SPOT]
    for box in ("113,34,114,35", [1, 2, 3], [1, 2, 3, "4"]):
        table = read("a.json", json.dumps(point | {"bbox": box}).encode())
        assert "bbox" in table.refused[0].en
        with pytest.raises(Unreadable, match="bbox"):
            read("a.json", collection(feature(SPOT), bbox=box))


@pytest.mark.parametrize(("encoding", "said"), [("gbk", "GBK"), ("utf-16", "UTF-16")])
def test_chinese_geojson_of_old_programs_is_read(read: Read, encoding: str, said: str) -> None:
    text = json.dumps(json.loads(collection(feature(SPOT, 名称="郑州"))), ensure_ascii=False)
    table = read("a.geojson", text.encode(encoding))
    assert table.rows == [{"名称": "郑州"}] and table.notes[0][0] == f"text read as {said}"
    with pytest.raises(Unreadable, match="neither UTF-8 nor GBK"):
        read("b.geojson", text.encode()[:-20] + b"\xff\xfe")


def packed(name: str, content: bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr(name, content)
    return out.getvalue()


def test_damaged_locked_and_overlong_archives_are_refused(read: Read) -> None:
    content = collection(feature(SPOT))
    for method, packer in ((zipfile.ZIP_BZIP2, bz2), (zipfile.ZIP_LZMA, lzma)):
        whole = bytearray(packed("a.json", content, method))
        assert len(read("a.zip", bytes(whole))) == 1, packer
        for at in range(46, 80):
            whole[at] ^= 0x5A
        with pytest.raises(Unreadable, match="cannot be opened"):
            read("a.zip", bytes(whole))
    for name in ("x" * 300 + ".json", "汉" * 90 + ".gdb/a1.gdbtable"):
        with pytest.raises(Unreadable, match="name is longer"):
            read("a.zip", packed(name, content))
    locked = bytearray(packed("a.json", content))
    locked[locked.find(b"PK\1\2") + 8] |= 1
    with pytest.raises(Unreadable, match="password") as caught:
        read("a.zip", bytes(locked))
    assert "加密" in caught.value.zh and "ZipInfo" not in caught.value.detail


def test_odd_tables_of_text_are_read_or_refused(read: Read) -> None:
    table = read("a.csv", b"lon,lat,,column_3\n113.6,34.7,a,b\n")
    assert table.rows == [{"column_3_": "a", "column_3": "b"}]
    table = read("a.csv", b"lon,lat,a\n113.6,34.7,1e400\n113.6,34.7,2\n")
    assert [row["a"] for row in table.rows] == ["1e400", "2"]
    with pytest.raises(Unreadable, match="zero bytes"):
        read("a.csv", b"lon,lat,a\n" + b"113.6,34.7,x\n" * 1000 + b"113.6,34.7,\0\n")


def test_curves_and_nests_in_wkt_are_refused_by_row(read: Read) -> None:
    nest = "GEOMETRYCOLLECTION(" * 9000 + "POINT(1 2)" + ")" * 9000
    lines = ("CIRCULARSTRING(0 0,1 1,2 0)", nest, "TIN(((0 0,0 1,1 1,0 0)))", "POINT(113.6 34.7)")
    text = "wkt,n\n" + "".join(f'"{one}",1\n' for one in lines)
    table = read("a.csv", text.encode())
    assert [one.row for one in table.refused] == [1, 2, 3] and table.shapes[3] == SPOT


def judged(shapes: Sequence[shapely.Geometry], folder: Path) -> rows.Judged:
    """Judge shapes as the rows of a file."""
    folder.mkdir(exist_ok=True)
    survey = rows.Survey(folder, "EPSG:4326", coverage=False)
    if shapes:
        batch = Batch(np.array(shapes, object), {})
        survey.add(batch, *rows.usable(batch, 1))
    return survey.judge()


def test_what_crosses_itself_without_end_is_not_mended(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    tangle, knot = (shapely.Polygon(rng.random((count, 2)) * 0.01) for count in (400, 40))
    assert rows.tangled(shapely.MultiPolygon([tangle])) and not rows.tangled(knot)
    found = judged([tangle, shapely.box(1, 1, 2, 2)], tmp_path)
    (refused,) = found.refused.first
    assert found.stored == 1 and (refused.row, refused.en[:12]) == (1, "crosses itse")
    with pytest.raises(Unreadable, match="holds no rows"):
        judged([], tmp_path)


def table(*days: bytes) -> bytes:
    """Return a DBF of one column of days."""
    head = struct.pack("<BBBBIHH", 3, 126, 11, 22, len(days), 65, 9) + bytes(20)
    field = "日".encode("gbk").ljust(11, b"\0") + b"D" + bytes(4) + b"\x08\0" + bytes(14)
    return head + field + b"\r" + b"".join(b" " + day for day in days) + b"\x1a"


def test_days_that_no_calendar_has_come_as_texts(read: Read, tmp_path: Path) -> None:
    pyogrio.raw.write(
        tmp_path / "a.shp", geometry=shapely.to_wkb(np.array([SPOT, SPOT], object)),
        field_data=[], fields=[], geometry_type="Point", crs="EPSG:4326",
    )  # fmt: skip
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.write(tmp_path / "a.shp", "a.shp")
        archive.write(tmp_path / "a.shx", "a.shx")
        archive.writestr("a.dbf", table(b"20260131", b"20269999"))
    found = read("a.zip", out.getvalue())
    assert [row["日"] for row in found.rows] == ["2026/01/31", "2026/99/99"]
    assert found.shapes.tolist() == [SPOT, SPOT]


def test_a_place_that_is_missing_is_not_null_island(tmp_path: Path) -> None:
    found = judged([shapely.Point(0, 0), SPOT], tmp_path)
    (refused,) = found.refused.first
    assert found.stored == 1 and refused.row == 1 and "0, 0" in refused.en


def test_a_drawing_of_folders_without_end_is_refused(read: Read) -> None:
    folders = "".join(f"<Folder><name>{at}</name></Folder>" for at in range(401))
    text = f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{folders}</Document></kml>'
    with pytest.raises(Unreadable, match="401 folders"):
        read("a.kml", text.encode())


def test_a_row_far_from_all_others_is_told(tmp_path: Path) -> None:
    near = [shapely.Point(113.6 + step / 1000, 34.7) for step in range(200)]
    far = [shapely.Point(11.36, 34.7), shapely.Point(113.6, 3.47)]
    ((en, zh),) = judged([*near[:7], far[0], *near[7:], far[1]], tmp_path / "a").notes
    assert "2 of the rows" in en and "8, 202;" in en and "第 8、202 行" in zh
    assert not judged(near, tmp_path / "b").notes
    wide = [shapely.Point(80 + step, 30) for step in range(40)]
    assert not judged(wide, tmp_path / "c").notes, "a file of a whole country"


@pytest.mark.parametrize("day", ["2026-02-31", "2026-13-01", "0000-00-00", "2026-19-39"])
def test_a_day_that_is_none_is_refused_at_once(day: str) -> None:
    with pytest.raises(Invalid, match="2026-01-31"):
        Wishes(source_date=day)


# --- datums -----------------------------------------------------------------------------------

GRID = (
    'PROJCS["Local",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]]'
    ',PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],'
    'PARAMETER["False_Easting",{}],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",{}],'
    'PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
)
UNKNOWN = (
    'GEOGCS["GRS 1980",DATUM["D_unknown",SPHEROID["GRS80",6378137,298.257222101]],'
    'PRIMEM["Greenwich",0],UNIT["Degree",0.017453292519943295]]'
)


def test_only_a_frame_that_is_one_is_named() -> None:
    assert datum.named(GRID.format(500000, 114)) == "EPSG:4547"
    assert datum.named(GRID.format(38500000, 114)) == "EPSG:4526"
    for local in (GRID.format(500000, 113.5), GRID.format(400000, 114), UNKNOWN):
        assert datum.named(local) == ""


@pytest.mark.usefixtures("own_data")
def test_a_local_grid_is_not_taken_for_a_zone(real: None) -> None:
    rows = [feature(shapely.Point(508000.0 + at, 3841000.0)) for at in range(3)]
    said = {"type": "name", "properties": {"name": GRID.format(500000, 113.5)}}
    asked = bring(collection(*rows, crs=said), datum="EPSG:4547")
    assert asked.stage == Stage.ASKING and "own frame" in asked.said["en"], asked.said
    assert "本身" in asked.said["zh"] or "自带" in asked.said["zh"]
    asked = bring(collection(feature(shapely.Point(38463000.0, 3840000.0))), datum="EPSG:4547")
    assert asked.stage == Stage.ASKING and asked.said["proposed"] == "EPSG:4526", asked.said


@pytest.mark.usefixtures("own_data")
def test_a_frame_that_cannot_be_converted_is_not_proposed(real: None) -> None:
    said = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4610"}}
    for declared in ("", "EPSG:4490"):
        asked = bring(collection(feature(SPOT), crs=said), datum=declared)
        assert asked.stage == Stage.ASKING and not asked.said.get("proposed"), asked.said
        told = asked.said["en"] if declared else asked.report["guess"]["en"]
        assert "Xian 1980" in told and "converted" in told


@pytest.mark.usefixtures("own_data")
def test_a_picture_of_metres_is_no_picture_of_degrees(real: None, tmp_path: Path) -> None:
    path = tmp_path / "heights.tif"
    with rasterio.open(
        path, "w", driver="GTiff", width=20, height=20, count=1, dtype="float32",
        transform=from_origin(460000, 3850000, 2, 2),
    ) as out:  # fmt: skip
        out.write(np.full((1, 20, 20), 90, "float32"))
    done = bring(path.read_bytes(), "heights.tif", "EPSG:4326", accept_datum=True)
    assert done.stage == Stage.REFUSED and "nowhere on the map" in done.said["en"]
    assert not Registered.objects.exists()


@pytest.mark.usefixtures("own_data")
@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_damage_inside_a_picture_is_said(real: None, tmp_path: Path) -> None:
    path = tmp_path / "picture.tif"
    cells = np.random.default_rng(1).integers(0, 255, (3, 128, 128), "uint8")
    for west, broken in ((113.6, True), (179.9, False)):
        with rasterio.open(
            path, "w", driver="GTiff", width=128, height=128, count=3, dtype="uint8",
            compress="deflate", crs="EPSG:4326", transform=from_origin(west, 34.8, 0.001, 0.001),
        ) as out:  # fmt: skip
            out.write(cells)
        content = bytearray(path.read_bytes())
        if broken:
            content[-400:-10] = bytes(390)
        done = bring(bytes(content), "picture.tif", "EPSG:4326", accept_datum=True)
        assert done.stage == Stage.REFUSED and done.said["zh"], done.said
        assert ("damaged" if broken else "180°") in done.said["en"], done.said
    done = bring(bytes(content[:300]), "picture.tif", "EPSG:4326", accept_datum=True)
    assert done.stage == Stage.REFUSED and done.said["zh"], done.said
    assert not Registered.objects.exists()


# --- stored -----------------------------------------------------------------------------------


@pytest.mark.usefixtures("own_data")
def test_names_and_texts_that_no_database_holds(real: None) -> None:
    odd: dict[str, Any] = {"a\0b": "x\0y", "\0": "z", "汉" * 500: 1, "big": 2**63, "b" * 9000: 2}
    done = bring(collection(feature(SPOT, **odd), feature(SPOT, big=1)))
    assert done.stage == Stage.DONE, done.said
    columns = catalogue.layer(done.layer).columns
    assert max(len(one.zh) for one in columns.values()) <= 120
    assert columns["big"].type == "text"
    kept = Feature.objects.get(layer=done.layer, fid=1).properties
    assert kept["big"] == str(2**63) and "xy" in kept.values()


@pytest.mark.usefixtures("own_data")
@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OSError(errno.ENOSPC, "full"), "disk_full"),
        (MemoryError(), "unreadable_file"),
        (CPLE_AppDefinedError(1, 1, "no place"), "unreadable_file"),
    ],
)
def test_a_full_machine_is_said(
    real: None, monkeypatch: pytest.MonkeyPatch, error: Exception, code: str
) -> None:
    def full(*_: object) -> None:
        raise error

    monkeypatch.setattr(run, "_import", full)
    done = bring(collection(feature(SPOT)))
    assert (done.stage, done.said["code"]) == (Stage.REFUSED, code) and done.said["zh"]


def test_a_refusal_does_not_tell_the_title() -> None:
    layer = making.raster(
        "depots", "a.tif", "EPSG:4490", Wishes(title_zh="绝密仓库", title_en="Depots"),
        heights=False, order=1, zooms=range(1, 2),
    )  # fmt: skip
    for who in (NOBODY, Rights(3, Role.INSPECTOR.value, (), None, "")):
        with pytest.raises(Problem) as caught:
            rights.ask(dataclasses.replace(layer, sharing=("planner",)), who)
        told = caught.value.as_json().decode()
        assert "depots" in told and "绝密" not in told and "Depots" not in told
