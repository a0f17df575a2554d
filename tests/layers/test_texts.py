"""Texts that a file says wrongly: one row is refused or cut and told, never all, never silently."""

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely

from layers.importing.table import Unreadable
from tests.layers.handed import Read
from tests.layers.test_formats import SPOT, packed, write

KML = """<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Schema name="s" id="s">
<SimpleField name="编号" type="int"/><SimpleField name="长" type="double"/></Schema><Placemark>
<ExtendedData><SchemaData schemaUrl="#s"><SimpleData name="编号">{number}</SimpleData>
<SimpleData name="长">{length}</SimpleData></SchemaData></ExtendedData>
<Point><coordinates>113.6,34.7</coordinates></Point></Placemark></Document></kml>"""


def _spoilt(folder: Path, sound: bytes, otherwise: bytes) -> bytes:
    """Return a folder's Shapefile zipped, the first such bytes of its table written otherwise."""
    table = folder / "a.dbf"
    table.write_bytes(table.read_bytes().replace(sound, otherwise, 1))
    return packed(folder)


def test_a_row_of_another_encoding_is_refused_alone(read: Read, tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    write(path, "GPKG", [SPOT, SPOT, SPOT], layer="a")
    with closing(sqlite3.connect(path)) as database:
        of = "SELECT name FROM sqlite_master WHERE type = 'trigger'"  # they need what GDAL defines
        for (name,) in database.execute(of).fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        database.execute(
            "UPDATE a SET 名称 = CAST(? AS TEXT) WHERE fid = 2", ["郑州".encode("gbk")]
        )
        database.commit()
    table = read("a.gpkg", path)
    assert [one.row for one in table.refused] == [2]
    assert table.refused[0].en == "'名称' holds text that is not UTF-8"
    assert [table.rows[at] for at in (0, 2)] == [
        {"名称": "名0", "编号": 0},
        {"名称": "名2", "编号": 2},
    ]


@pytest.mark.parametrize("encoding", ["UTF-8", "GBK"])
def test_a_character_that_its_field_cuts_is_left_out(
    read: Read, tmp_path: Path, encoding: str
) -> None:
    names = np.array(["郑州市中原区", "路", None], object)
    pyogrio.raw.write(
        tmp_path / "a.shp", geometry=shapely.to_wkb(np.array([SPOT] * 3, object)), fields=["mc"],
        field_data=[names], geometry_type="Point", crs="EPSG:4490", encoding=encoding,
    )  # fmt: skip
    sound = "中原区".encode(encoding)
    table = read("a.zip", _spoilt(tmp_path, sound, sound[:-1] + b" "))
    assert [row["mc"] for row in table.rows] == ["郑州市中原", "路", None]
    assert "1 texts ended within a character, which was left out" in dict(table.notes)
    assert not table.refused


@pytest.mark.parametrize("encoding", ["UTF-8", "GBK"])
def test_bytes_that_are_no_text_are_not_left_out_silently(
    read: Read, tmp_path: Path, encoding: str
) -> None:
    write(tmp_path / "a.shp", "ESRI Shapefile", [SPOT] * 100, encoding=encoding)
    sound = "名50".encode(encoding)
    table = read("a.zip", _spoilt(tmp_path, sound, b"\xff\xff" + sound[2:]))
    assert [one.row for one in table.refused] == [51] and len(table) == 100
    assert f"'名称' holds text that is not {encoding}" in table.refused[0].en
    assert table.rows[49] == {"名称": "名49", "编号": 49}


@pytest.mark.parametrize(
    "number, length, said",
    [
        ("3100000000", "1.5", "declares '编号' as integer and holds '3100000000' there"),
        ("七", "1.5", "declares '编号' as integer and holds '七' there"),
        ("7", "1,5", "declares '长' as real and holds '1,5' there"),
    ],
)
def test_a_number_that_is_none_is_not_made_one(
    read: Read, number: str, length: str, said: str
) -> None:
    with pytest.raises(Unreadable, match=said) as caught:
        read("a.kml", KML.format(number=number, length=length).encode())
    assert caught.value.zh and caught.value.remedy
    assert read("a.kml", KML.format(number="7", length="1.5").encode()).rows[0]["编号"] == 7
