"""Every format of features is read right, or refused with a sentence that a planner understands."""

import io
import sqlite3
import struct
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely
from django.conf import settings

from layers.importing import datum
from layers.importing.format import by_suffix
from layers.importing.table import Unreadable
from tests.layers.handed import Read

SPOT = shapely.Point(113.6, 34.7)
SQUARE = shapely.box(113.60, 34.70, 113.61, 34.71)
ROAD = shapely.LineString([(113.6, 34.7), (113.7, 34.8)])


def packed(folder: Path) -> bytes:
    """Return a folder zipped, the folder's own name in front."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in sorted(folder.rglob("*")):
            archive.write(one, one.relative_to(folder.parent))
    return out.getvalue()


def write(path: Path, driver: str, shapes: list[Any], crs: str = "EPSG:4490", **more: Any) -> None:
    """Write shapes with a name and a number by GDAL."""
    names = np.array([f"名{at}" for at in range(len(shapes))], object)
    numbers = np.arange(len(shapes), dtype=np.int32)
    pyogrio.raw.write(
        path, geometry=shapely.to_wkb(np.array(shapes, object)), field_data=[names, numbers],
        fields=["名称", "编号"], geometry_type=shapes[0].geom_type, crs=crs, driver=driver, **more,
    )  # fmt: skip


# --- GeoPackage -------------------------------------------------------------------------------


def test_a_geopackage_with_one_table_is_read(read: Read, tmp_path: Path) -> None:
    path = tmp_path / "a b#1?.gpkg"
    write(path, "GPKG", [SPOT, SPOT], "EPSG:4547", layer="井盖")
    table = read("a.gpkg", path)
    assert datum.named(table.crs) == "EPSG:4547"
    assert table.rows[1] == {"名称": "名1", "编号": 1} and table.shapes[0] == SPOT
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.write(path, path.name)
    assert len(read("a.zip", out.getvalue())) == 2


def test_of_several_tables_one_is_asked_for_by_name(read: Read, tmp_path: Path) -> None:
    path = tmp_path / "many.gpkg"
    write(path, "GPKG", [SPOT], layer="井盖")
    write(path, "GPKG", [SQUARE, SQUARE], layer="绿地")
    with pytest.raises(Unreadable, match="it holds 2: 井盖, 绿地") as caught:
        read("many.gpkg", path)
    assert caught.value.field == "member" and caught.value.zh
    assert len(read("many.gpkg", path, member="绿地")) == 2
    with pytest.raises(Unreadable, match="holds 2"):
        read("many.gpkg", path, member="路灯")


def geopackage(path: Path, shape: str, wkb: bytes) -> Path:
    """Return a GeoPackage whose one row holds the WKB, declared as `shape`."""
    write(path, "GPKG", [ROAD], "EPSG:4326", layer="t", SPATIAL_INDEX="NO")
    with closing(sqlite3.connect(path)) as database:
        database.execute("UPDATE gpkg_geometry_columns SET geometry_type_name = ?", [shape])
        head = b"GP\0\1" + struct.pack("<i", 4326)
        database.execute("UPDATE t SET geom = ?", [head + wkb])
        database.commit()
    return path


ARC = b"\1" + struct.pack("<II6d", 8, 3, 113.6, 34.7, 113.65, 34.75, 113.7, 34.7)


def test_curves_become_chords_and_it_is_said(read: Read, tmp_path: Path) -> None:
    table = read("c.gpkg", geopackage(tmp_path / "c.gpkg", "CIRCULARSTRING", ARC))
    assert table.shapes[0].geom_type == "LineString"
    assert len(table.shapes[0].coords) > 20 and "curves in 1 rows" in table.notes[0][0]


def test_a_geometry_that_nobody_can_hold_is_refused_by_number(read: Read, tmp_path: Path) -> None:
    table = read("d.gpkg", geopackage(tmp_path / "d.gpkg", "GEOMETRY", b"\1\1\0\0"))
    assert table.shapes[0] is None


def test_gaps_keep_a_columns_type(read: Read, tmp_path: Path) -> None:
    path = tmp_path / "n.gpkg"
    pyogrio.raw.write(
        path, geometry=shapely.to_wkb(np.array([SPOT, SPOT], object)), geometry_type="Point",
        field_data=[np.array([7, 0]), np.array([True, False]), np.array([1.5, np.nan])],
        field_mask=[np.array([False, True]), np.array([False, True]), None],
        fields=["n", "yes", "x"], crs="EPSG:4326", driver="GPKG",
    )  # fmt: skip
    assert read("n.gpkg", path).rows == [
        {"n": 7, "yes": True, "x": 1.5},
        {"n": None, "yes": None, "x": None},
    ]
    assert type(read("n.gpkg", path).rows[0]["n"]) is int


@pytest.mark.parametrize("cpg", ["", "\0", "zip", "idna", "nonsense", "936", "UTF-8"])
def test_whatever_a_cpg_says_the_text_is_read(read: Read, tmp_path: Path, cpg: str) -> None:
    folder = tmp_path / "shape"
    folder.mkdir()
    write(folder / "a.shp", "ESRI Shapefile", [SQUARE], encoding="UTF-8")
    (folder / "a.cpg").write_text(cpg)
    assert len(read("a.zip", packed(folder))) == 1


def test_the_frame_of_a_shapefile_may_be_written_in_gbk(read: Read, tmp_path: Path) -> None:
    folder = tmp_path / "shape"
    folder.mkdir()
    write(folder / "a.shp", "ESRI Shapefile", [SQUARE], "EPSG:4547")
    prj = (folder / "a.prj").read_text().replace("CGCS2000_3_Degree_GK_CM_114E", "郑州114度带")
    (folder / "a.prj").write_bytes(prj.encode("gbk"))
    table = read("a.zip", packed(folder))
    assert "郑州114度带" in table.crs and len(table) == 1


# --- KML --------------------------------------------------------------------------------------

KML = """<?xml version="1.0" encoding="{encoding}"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document>
<Folder><name>学校</name>
<Placemark><name>一小</name><Point><coordinates>113.6,34.7,95</coordinates></Point></Placemark>
</Folder>
<Folder><name>医院</name>
<Placemark><name>省医</name><description>三甲</description>
<ExtendedData><Data name="beds"><value>900</value></Data></ExtendedData>
<Point><coordinates>113.7,34.8</coordinates></Point></Placemark>
<Placemark><name>无坐标</name></Placemark>
</Folder></Document></kml>"""


@pytest.mark.parametrize("encoding", ["UTF-8", "GBK", "GB2312", "UTF-16"])
def test_kml_is_read_with_its_folders(read: Read, encoding: str) -> None:
    table = read("a.kml", KML.format(encoding=encoding).encode(encoding))
    assert [row["Name"] for row in table.rows] == ["一小", "省医", "无坐标"]
    assert [row["folder"] for row in table.rows] == ["学校", "医院", "医院"]
    assert table.rows[1]["description"] == "三甲" and str(table.rows[1]["beds"]) == "900"
    assert "visibility" not in table.rows[0] and table.crs == "EPSG:4326"
    assert table.shapes[2] is None and "(Z)" in table.notes[0][0]


def test_a_kmz_is_its_doc_kml(read: Read) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("files/other.kml", KML.format(encoding="UTF-8").replace("一小", "别的"))
        archive.writestr("doc.kml", KML.format(encoding="UTF-8"))
        archive.writestr("files/icon.png", b"\x89PNG")
    assert read("a.kmz", out.getvalue()).rows[0]["Name"] == "一小"


# --- CSV --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("名称,经度,纬度\n金水,113.6,34.7\n", "utf-8"),
        ("名称,经度,纬度\n金水,113.6,34.7\n", "utf-8-sig"),
        ("名称,经度,纬度\n金水,113.6,34.7\n", "gbk"),
        ("名称\t经度\t纬度\r\n金水\t113.6\t34.7\r\n", "utf-16"),
        ("名称;LNG;Lat (WGS84)\n金水;113.6;34.7\n", "utf-8"),
        ("名称|X坐标|Y坐标\n金水|113.6|34.7\n", "utf-8"),
        ('"名称","lon","lat"\n"金水","113°36′00″E","北纬34°42′"\n', "utf-8"),
        ("名称,东经,北纬\n金水,113.6°,34度42分\n", "utf-8"),
        ("名称,WKT\n金水,POINT (113.6 34.7)\n", "utf-8"),
        ("名称,geom\n金水,SRID=4490;POINT(113.6 34.7)\n", "gbk"),
    ],
)
def test_a_table_is_read_by_the_names_of_its_columns(read: Read, text: str, encoding: str) -> None:
    table = read("a.csv", text.encode(encoding))
    assert table.rows == [{"名称": "金水"}] and not table.refused
    assert shapely.get_coordinates(table.shapes)[0] == pytest.approx((113.6, 34.7))
    assert table.crs == ("EPSG:4490" if "SRID" in text else "")


def test_columns_of_coordinates_may_be_named(read: Read) -> None:
    text = "code,甲,乙\n007,34.7,113.6\n".encode()
    with pytest.raises(Unreadable, match="do not say where coordinates stand; it has: code") as e:
        read("a.csv", text)
    assert e.value.field == "east" and e.value.remedy
    table = read("a.csv", text, east="乙", north="甲")
    assert table.shapes[0] == SPOT and table.rows == [{"code": "007"}]
    with pytest.raises(Unreadable, match="no column '丙'"):
        read("a.csv", text, east="丙")


def test_each_bad_row_is_told_by_its_number(read: Read) -> None:
    lines = ["lon,lat,n,v,id", "113.6,34.7,1,1.5,410105199001011234", ",,2,,", "x,34,3,2,",
             "1,2", 'inf,1,4,"1e3",']  # fmt: skip
    table = read("a.csv", "\n".join(lines).encode())
    told = {one.row: one.en for one in table.refused}
    assert set(told) == {2, 3, 4, 5}
    assert "has no coordinates" in told[2] and "'x', '34'" in told[3] and "2 fields" in told[4]
    assert [row["n"] for row in table.rows] == [1, 2, 3, None, 4]
    assert table.rows[0]["v"] == 1.5 and table.rows[0]["id"] == "410105199001011234"


def test_wkt_may_be_wrong_in_one_row(read: Read) -> None:
    table = read("a.csv", b'wkt\nPOINT(1 2)\nPOINT(1)\n""\n"POLYGON((0 0,1 0,1 1,0 0))"\n')
    assert [one.row for one in table.refused] == [2] and "no WKT" in table.refused[0].en
    assert [shape is None for shape in table.shapes] == [False, True, True, False]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"\n", "no line of column names"),
        (b"lon,lat\x00\n", "zero bytes"),
        (b"lon,lat,lon\n1,2,3\n", "two columns are called 'lon'"),
        (b"\xff\xff\xff,\x81\n", "neither UTF-8 nor GBK"),
        (b"lon,lat\n" + b'"' + b"x" * (9 << 20), "field larger"),
    ],
    ids=["empty", "binary", "twins", "encoding", "endless"],
)
def test_what_is_no_table_is_refused(read: Read, content: bytes, complaint: str) -> None:
    with pytest.raises(Unreadable, match=complaint) as caught:
        read("a.csv", content)
    assert caught.value.zh


# --- FileGDB ----------------------------------------------------------------------------------


def test_a_zipped_geodatabase_is_read(read: Read, tmp_path: Path) -> None:
    folder = tmp_path / "城市.gdb"
    write(folder, "OpenFileGDB", [SQUARE, SQUARE], layer="绿地")
    write(folder, "OpenFileGDB", [SPOT], layer="井盖")
    with pytest.raises(Unreadable, match="it holds 2: 井盖, 绿地"):
        read("a.zip", packed(folder))
    table = read("a.zip", packed(folder), member="绿地")
    assert table.rows[1] == {"名称": "名1", "编号": 1}
    assert datum.named(table.crs) == "EPSG:4490" and shapely.area(table.shapes).min() > 0


def test_a_geodatabase_that_is_no_folder_says_what_to_do(read: Read) -> None:
    with pytest.raises(Unreadable, match="that is a folder") as caught:
        read("a.gdb", b"x")
    assert "zip the whole folder" in caught.value.remedy


# --- GML --------------------------------------------------------------------------------------

GML = """<?xml version="1.0" encoding="{encoding}"?>
<w:FeatureCollection xmlns:w="http://www.opengis.net/wfs/2.0"
  xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:c="urn:city">
<w:member><c:Road gml:id="r1"><c:mc>中原路</c:mc><c:lanes>6</c:lanes><c:geom>{shape}</c:geom>
</c:Road></w:member></w:FeatureCollection>"""
LINE = """<gml:LineString srsName="urn:ogc:def:crs:EPSG::4490" gml:id="g">
<gml:posList>34.7 113.6 34.8 113.7</gml:posList></gml:LineString>"""
BOW = """<gml:Curve srsName="urn:ogc:def:crs:EPSG::4490" gml:id="g"><gml:segments><gml:Arc>
<gml:posList>34.7 113.6 34.75 113.65 34.7 113.7</gml:posList></gml:Arc></gml:segments>
</gml:Curve>"""


@pytest.mark.parametrize("encoding", ["UTF-8", "GB18030"])
def test_gml_has_its_axes_turned(read: Read, encoding: str) -> None:
    table = read("a.gml", GML.format(encoding=encoding, shape=LINE).encode(encoding))
    assert table.shapes[0] == ROAD and datum.named(table.crs) == "EPSG:4490"
    assert table.rows[0]["mc"] == "中原路" and table.rows[0]["lanes"] == 6


def test_arcs_in_gml_become_chords(read: Read) -> None:
    table = read("a.gml", GML.format(encoding="UTF-8", shape=BOW).encode())
    assert table.shapes[0].geom_type == "LineString" and len(table.shapes[0].coords) > 20
    assert "curves in 1 rows" in table.notes[-1][0]


# --- GPX --------------------------------------------------------------------------------------

WAYPOINT = '<wpt lat="34.7" lon="113.6"><ele>95</ele><name>井{n}</name></wpt>'
TRACK = """<trk><name>巡查</name><trkseg><trkpt lat="34.7" lon="113.6"/>
<trkpt lat="34.8" lon="113.7"/></trkseg></trk>"""


def gpx(*parts: str) -> bytes:
    head = '<gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1">'
    return f"{head}{''.join(parts)}</gpx>".encode()


def test_gpx_holds_waypoints_or_tracks(read: Read) -> None:
    table = read("a.gpx", gpx(*(WAYPOINT.format(n=n) for n in range(3))))
    assert [row["name"] for row in table.rows] == ["井0", "井1", "井2"]
    assert table.rows[0]["ele"] == 95 and "hdop" not in table.rows[0]
    both = gpx(WAYPOINT.format(n=1), TRACK)
    with pytest.raises(Unreadable, match="it holds 2: tracks, waypoints"):
        read("a.gpx", both)
    assert read("a.gpx", both, member="tracks").shapes[0].geom_type == "MultiLineString"
    with pytest.raises(Unreadable, match="it holds 0: none"):
        read("a.gpx", gpx())


# --- DXF --------------------------------------------------------------------------------------


def dxf(*entities: str, page: str = "ANSI_936") -> str:
    """Return a drawing; an entity is written TYPE code=value …, blanks between."""

    def lines(entity: str) -> str:
        kind, *pairs = entity.split()
        return "\n".join([f"  0\n{kind}", *(" {}\n{}".format(*pair.split("=")) for pair in pairs)])

    head = f"  0\nSECTION\n  2\nHEADER\n  9\n$DWGCODEPAGE\n  3\n{page}\n  0\nENDSEC\n"
    lamp = ("BLOCK 8=0 2=路灯 70=0 10=0 20=0", "LINE 8=0 10=0 20=0 11=1 21=1", "ENDBLK 8=0")
    block, body = ("\n".join(map(lines, drawn)) for drawn in (lamp, entities))
    return (
        f"{head}  0\nSECTION\n  2\nBLOCKS\n{block}\n  0\nENDSEC\n"
        f"  0\nSECTION\n  2\nENTITIES\n{body}\n  0\nENDSEC\n  0\nEOF\n"
    )


DRAWN = (
    "LINE 8=道路 10=465000 20=3846000 11=465100 21=3846100",
    "ARC 8=道路 10=465000 20=3846000 40=50 50=0 51=90",
    "LWPOLYLINE 8=房屋 90=3 70=1 10=465000 20=3846000 10=465010 20=3846000 10=465010 20=3846010",
    "INSERT 8=路灯 2=路灯 10=465005 20=3846005",
    "TEXT 8=注记 10=465006 20=3846006 40=2 1=中原路",
)


def test_a_drawing_holds_points_lines_and_areas(read: Read) -> None:
    drawing = dxf(*DRAWN).encode("gbk")
    with pytest.raises(Unreadable, match="it holds 3: areas, lines, points"):
        read("a.dxf", drawing)
    lines = read("a.dxf", drawing, member="lines")
    assert [row["Layer"] for row in lines.rows] == ["道路", "道路", "房屋"]
    assert len(lines.shapes[1].coords) > 20 and "arcs" in lines.notes[-2][0]
    assert lines.shapes[2].is_ring and "closed line" in lines.notes[-1][0]
    assert read("a.dxf", drawing, member="areas").shapes[0].area == pytest.approx(50)
    points = read("a.dxf", drawing, member="points")
    assert points.rows[0]["BlockName"] == "路灯" and points.rows[1]["Text"] == "中原路"
    assert datum.guess(lines.crs, shapely.get_coordinates(lines.shapes)).zh


def test_a_binary_drawing_says_what_to_do(read: Read) -> None:
    with pytest.raises(Unreadable, match="binary drawing") as caught:
        read("a.dxf", b"AutoCAD Binary DXF\r\n\x1a\0")
    assert "ASCII" in caught.value.remedy


# --- all of them ------------------------------------------------------------------------------

GIVEN = [
    ("formats/curve.gpkg", "", 1),
    ("formats/multisurface.gpkg", "", 1),
    ("formats/test_gpkg_nulls.gpkg", "", 4),
    ("formats/vic_police_stations.kmz", "", 346),
    ("formats/multi_shapefile.zip", "bike_racks", 0),
    ("formats/empty-geoms.geojson", "", 6),
    ("city_vector/shenzhen_districts.geojson", "", 10),
    ("city_vector/shanghai_bund_osm.gpkg", "buildings_pg", 1450),
    ("city_vector/shanghai_bund_osm.gpkg", "roads_ln", 1094),
]


def given() -> Iterator[tuple[Path, str, int]]:
    for name, member, count in GIVEN if settings.SHARED_DATA else []:
        yield Path(str(settings.SHARED_DATA)) / name, member, count


def test_given_files_are_read(read: Read) -> None:
    for path, member, count in given():
        table = read(path.name, path, member)
        assert len(table) == len(table.shapes) and len(table) == (count or len(table)), path


@pytest.mark.parametrize("suffix", sorted(by_suffix()))
@pytest.mark.parametrize("content", [b"\0", b"<a/>", b"\x89PNG\r\n", b"{}", b"SQLite format 3\0"])
def test_what_is_something_else_is_refused_in_both_languages(
    read: Read, suffix: str, content: bytes
) -> None:
    with pytest.raises(Unreadable) as caught:
        read(f"a{suffix}", content)
    assert caught.value.detail and caught.value.zh and "/tmp" not in caught.value.detail
