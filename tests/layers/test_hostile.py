"""What strangers make to break a reader: entities, references, other formats, bombs, escapes."""

import io
import socket
import sqlite3
import time
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely

from layers.importing import ogr
from layers.importing.table import Unreadable
from tests.layers.handed import Read

SECRET = "the-secret-of-another-file"
PLACEMARK = (
    "<Placemark><name>{}</name><Point><coordinates>113.6,34.7</coordinates></Point></Placemark>"
)
KML = '<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{}</Document></kml>'
GML = (
    '<c:All xmlns:c="urn:c" xmlns:gml="http://www.opengis.net/gml" '
    'xmlns:xlink="http://www.w3.org/1999/xlink" {}><gml:featureMember><c:Spot><c:n>{}</c:n>'
    "<gml:pointProperty>{}</gml:pointProperty></c:Spot></gml:featureMember></c:All>"
)
POINT = '<gml:Point srsName="EPSG:4326"><gml:coordinates>113.6,34.7</gml:coordinates></gml:Point>'
GPX = '<gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1">{}</gpx>'
WAYPOINT = '<wpt lat="34.7" lon="113.6"><name>{}</name></wpt>'
BODIES = {
    "a.kml": KML.format(PLACEMARK.format("&x;")),
    "a.gml": GML.format("", "&x;", POINT),
    "a.gpx": GPX.format(WAYPOINT.format("&x;")),
}
LAUGHS = "".join(f'<!ENTITY x{n} "{f"&x{n - 1};" * 10}">' for n in range(1, 12))


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A server that nobody may call."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        server.setblocking(False)
        yield server


def called(server: socket.socket) -> bool:
    try:
        server.accept()
    except BlockingIOError:
        return False
    return True


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gbk"])
def test_no_document_type_is_read(
    read: Read, tmp_path: Path, listener: socket.socket, name: str, encoding: str
) -> None:
    (tmp_path / "secret.txt").write_text(SECRET)
    port = listener.getsockname()[1]
    for inside in (
        f'[<!ENTITY x SYSTEM "file://{tmp_path}/secret.txt">]',
        f'[<!ENTITY x SYSTEM "http://127.0.0.1:{port}/x">]',
        f'[<!ENTITY x0 "ha">{LAUGHS}<!ENTITY x "&x11;">]',
        f'SYSTEM "http://127.0.0.1:{port}/x.dtd"',
    ):
        text = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE a {inside}>{BODIES[name]}'
        begun = time.process_time()
        with pytest.raises(Unreadable, match="document type") as caught:
            read(name, text.encode(encoding))
        assert "DTD" in caught.value.zh and SECRET not in str(caught.value.detail)
        assert time.process_time() - begun < 1
    assert not called(listener)


def test_nothing_outside_is_fetched(read: Read, listener: socket.socket, tmp_path: Path) -> None:
    at = f"http://127.0.0.1:{listener.getsockname()[1]}"
    link = f"<NetworkLink><Link><href>{at}/more.kml</href></Link></NetworkLink>"
    style = f"<Placemark><styleUrl>{at}/s.kml#a</styleUrl></Placemark>"
    assert len(read("a.kml", KML.format(link + style + PLACEMARK.format("一")).encode()))
    with pytest.raises(Unreadable, match="network link is not followed"):
        read("b.kml", KML.format(link).encode())
    schema = (
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xsi:schemaLocation="urn:c {at}/x?SERVICE=WFS&amp;REQUEST=DescribeFeatureType"'
    )
    assert len(read("a.gml", GML.format(schema, "一", POINT).encode())) == 1
    far = GML.format("", "一", f'<gml:Point xlink:href="{at}/p.gml#p"/>')
    with pytest.raises(Unreadable, match="feature 0 cannot be parsed"):
        read("b.gml", far.encode())
    named = POINT.replace("EPSG:4326", f"{at}/srs/4326.xml")
    assert len(read("c.gml", GML.format("", "一", named).encode())) == 1
    path = geopackage(
        tmp_path / "s.gpkg",
        f"UPDATE gpkg_spatial_ref_sys SET definition = '{at}/srs', srs_id = 9999,"
        " organization = 'x', organization_coordsys_id = 9999 WHERE srs_id = 4326",
        "UPDATE gpkg_geometry_columns SET srs_id = 9999", "UPDATE gpkg_contents SET srs_id = 9999",
    )  # fmt: skip
    assert len(read("s.gpkg", path)) == 1
    assert not called(listener)


VRT = """<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>{}</SrcDataSource>
</OGRVRTLayer></OGRVRTDataSource>"""


@pytest.mark.parametrize("name", ["a.kml", "a.gml", "a.gpx", "a.csv", "a.dxf", "a.gpkg", "a.shp"])
def test_no_content_sends_us_to_another_driver(read: Read, tmp_path: Path, name: str) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text(f"WKT,n\nPOINT(1 2),{SECRET}\n")
    for text in (VRT.format(secret), f"<!--{VRT.format(secret)}-->{BODIES['a.kml']}"):
        try:
            assert SECRET not in str(read(name, text.encode()).rows)
        except Unreadable as refused:
            assert SECRET not in refused.detail


def test_only_one_driver_is_known_while_a_file_is_open(tmp_path: Path) -> None:
    before = pyogrio.list_drivers()
    path = tmp_path / "a.geojson"
    path.write_text('{"type": "Point", "coordinates": [1, 2]}')
    with ogr.only("GPKG"), pytest.raises(pyogrio.errors.DataSourceError):
        pyogrio.read_info(path)
    assert pyogrio.list_drivers() == before and pyogrio.read_info(path)["driver"] == "GeoJSON"
    assert pyogrio.get_gdal_config_option("GDAL_HTTP_PROXY") is None


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.kml", KML), ("a.gml", "<a>{}</a>"), ("a.gpx", GPX)],
)
def test_what_is_nested_without_end_is_refused(read: Read, name: str, content: str) -> None:
    deep = content.format("<Folder>" * 5000 + "</Folder>" * 5000)
    with pytest.raises(Unreadable, match="nested over 200 deep"):
        read(name, deep.encode())


def geopackage(path: Path, *statements: str) -> Path:
    pyogrio.raw.write(
        path, geometry=shapely.to_wkb(np.array([shapely.Point(1, 2)], object)), field_data=[],
        fields=[], geometry_type="Point", crs="EPSG:4326", driver="GPKG", layer="t",
    )  # fmt: skip
    with closing(sqlite3.connect(path)) as database:
        for statement in statements:
            database.execute(statement)
        database.commit()
    return path


def test_views_of_a_geopackage_are_not_run(read: Read, tmp_path: Path) -> None:
    path = geopackage(
        tmp_path / "v.gpkg",
        "CREATE VIEW v AS WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r)"
        " SELECT n AS fid, (SELECT geom FROM t) AS geom FROM r",
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id)"
        " VALUES ('v', 'features', 'v', 4326)",
        "INSERT INTO gpkg_geometry_columns VALUES ('v', 'geom', 'POINT', 4326, 0, 0)",
    )
    assert len(read("v.gpkg", path)) == 1
    with pytest.raises(Unreadable, match="it holds 1: t"):
        read("v.gpkg", path, member="v")


def test_virtual_tables_of_a_geopackage_are_refused(read: Read, tmp_path: Path) -> None:
    path = geopackage(tmp_path / "x.gpkg", "CREATE VIRTUAL TABLE x USING fts5(a)")
    with pytest.raises(Unreadable, match="virtual table 'x'"):
        read("x.gpkg", path)


def drawing(across: int, down: int) -> bytes:
    """Return blocks of blocks of blocks, each an array."""
    array = f" 70\n{across}\n 71\n{down}\n"
    inserts = "  0\nINSERT\n  8\n0\n  2\nB{}\n 10\n0\n 20\n0\n" + array
    blocks = "".join(
        f"  0\nBLOCK\n  8\n0\n  2\nB{n}\n 10\n0\n 20\n0\n{inserts.format(n + 1) * 9}  0\nENDBLK\n"
        for n in range(9)
    )
    parts = {"HEADER": "", "BLOCKS": blocks, "ENTITIES": inserts.format(0)}
    sections = "".join(
        f"  0\nSECTION\n  2\n{name}\n{inside}  0\nENDSEC\n" for name, inside in parts.items()
    )
    return f"{sections}  0\nEOF\n".encode()


def test_blocks_in_blocks_do_not_grow(read: Read) -> None:
    assert len(read("a.dxf", drawing(3, 3), member="points")) == 9
    with pytest.raises(Unreadable, match="draws its blocks more than"):
        read("a.dxf", drawing(30000, 30000))


def archive(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in members.items():
            opened.writestr(name, content)
    return out.getvalue()


def test_archives_keep_their_limits_for_every_format(read: Read, tmp_path: Path) -> None:
    table = b"lon,lat\n113.6,34.7\n"
    with pytest.raises(Unreadable, match="grows more than 300 times"):
        read("a.kmz", archive(**{"doc.kml": b" " * (64 << 20)}))
    with pytest.raises(Unreadable, match="two files called"):
        read("a.zip", archive(**{"a/x.csv": table, "b/x.csv": table}))
    escaping = {"../../../a.gdb/../../x.csv": table, "../../y.gdb/a1.gdbtable": b"x"}
    with pytest.raises(Unreadable):
        read("a.zip", archive(**escaping), member="y")
    assert not [*tmp_path.parent.rglob("x.csv")][1:]
    inside = [one.parent.parent.name for one in tmp_path.parent.rglob("a1.gdbtable")]
    assert set(inside) == {"inside"}
    many = {f"x.gdb/a{n:08x}.gdbtable": b"" for n in range(2001)}
    with pytest.raises(Unreadable, match="more than 2000 members"):
        read("a.zip", archive(**many))
