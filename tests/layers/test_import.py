"""A file becomes a layer whole or not at all, with a report; what is wrong is said."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import shapely
from django.conf import settings
from django.core.management import CommandError, call_command

from layers import catalogue
from layers.importing import actions
from layers.models import Feature, Registered, Stage, State
from tests.layers.handed import BOWTIE, SQUARE, bring, collection, feature, shapefile

pytestmark = pytest.mark.usefixtures("own_data")


def test_geojson_becomes_a_registered_layer(real: None) -> None:
    rows = [feature(SQUARE, 名称="甲", 层数=3), feature(SQUARE, 名称="乙", 层数=None)]
    done = bring(collection(*rows), wishes={"title_zh": "新部件", "source_date": "2026-05-01"})
    assert (done.stage, done.layer, done.progress) == (Stage.DONE, "bu_jian", 100), done.said
    assert (done.report["read"], done.report["stored"], done.report["refused"]) == (2, 2, 0)
    layer = catalogue.layer("bu_jian")
    assert (layer.title_zh, layer.shape, layer.group) == ("新部件", "polygon", "imported")
    assert layer.columns["ming_cheng"].zh == "名称" and layer.columns["ceng_shu"].type == "int"
    assert layer.sharing == "staff" and layer.label == "ming_cheng"
    state = State.objects.get(layer="bu_jian")
    assert state.count == 2 and str(state.source_date) == "2026-05-01" and not state.simulated
    assert Feature.objects.get(layer="bu_jian", fid=1).properties == {
        "ming_cheng": "甲", "ceng_shu": 3,
    }  # fmt: skip
    assert Registered.objects.get().made_by == "user:7"


def test_every_row_is_accounted_for(real: None) -> None:
    done = bring(
        collection(
            feature(SQUARE, n=1),
            feature(None, n=2),
            feature(BOWTIE, n=3),
            feature(shapely.Point(113.6, 34.7), n=4),
            feature(shapely.Polygon(), n=5),
            {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [[[1, 2], [3]]]}},
            {"type": "Nonsense"},
            feature(SQUARE, n=8),
        )
    )
    assert done.stage == Stage.DONE, done.said
    assert (done.report["read"], done.report["stored"], done.report["refused"]) == (8, 3, 5)
    refused = {row["row"]: row for row in done.report["rows"]["refused"]}
    assert set(refused) == {2, 4, 5, 6, 7}
    assert "no geometry" in refused[2]["en"] and refused[2]["zh"]
    assert "is a point" in refused[4]["en"] and "empty" in refused[5]["en"]
    assert done.report["rows"]["repaired"][0]["row"] == 3
    mended = Feature.objects.get(layer=done.layer, fid=3)
    assert mended.geom.valid and not mended.original.valid


def test_what_is_more_than_can_be_kept_is_said(real: None) -> None:
    wide = {f"f{n}": n for n in range(250)}
    done = bring(collection(feature(SQUARE, text="字" * 5000), feature(SQUARE, **wide)))
    told = [en for en, _ in done.report["notes"]]
    assert told == [
        "251 fields: only the first 200 are kept",
        "1 texts are longer than 4,000 characters and were cut",
    ]


def test_strict_takes_all_or_nothing(real: None) -> None:
    done = bring(collection(feature(SQUARE), feature(None)), wishes={"strict": True})
    assert done.stage == Stage.REFUSED and "row 2" in done.said["en"] and done.said["zh"]
    assert not Registered.objects.exists() and not Feature.objects.exists()


def test_a_second_import_takes_the_place_of_the_first(real: None) -> None:
    bring(collection(feature(SQUARE, deep=1), feature(SQUARE, deep=2)), layer="wells")
    again = bring(collection(feature(SQUARE, deep="x", wide=1.5)), layer="wells")
    assert again.stage == Stage.DONE
    assert State.objects.get(layer="wells").count == 1
    assert {name: one.type for name, one in catalogue.layer("wells").columns.items()} == {
        "deep": "text", "wide": "float",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "1 byte"),
        (b"{", "no GeoJSON"),
        (b'{"type": "Topology"}', "no GeoJSON"),
        (b"\xff\xfe{}", "no GeoJSON"),
        (b'{"type": "FeatureCollection", "features": []}', "holds no rows"),
        (b'{"type": "FeatureCollection"}', "no GeoJSON"),
    ],
)
def test_what_is_no_geojson_is_refused(real: None, content: bytes, complaint: str) -> None:
    try:
        done = bring(content)
        sentence = done.said["en"] if done.stage == Stage.REFUSED else str(done.stage)
    except actions.TooLarge as error:
        sentence = error.detail
    assert complaint in sentence


def test_the_command_tells_its_report_or_its_reason(
    real: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "wells.geojson"
    path.write_bytes(collection(feature(SQUARE), feature(None)))
    call_command("import", str(path), datum="EPSG:4490", layer="wells")
    told = capsys.readouterr().out
    assert "row 2: 没有几何图形 has no geometry" in told and '"stored": 1' in told
    with pytest.raises(CommandError, match="refer to: the numbers are degrees"):
        call_command("import", str(path))
    odd = tmp_path / "x.exe"
    odd.write_bytes(b"MZ")
    with pytest.raises(CommandError, match="cannot be imported"):
        call_command("import", str(odd), datum="4490")


WHERE = ["made", *(["given"] if settings.SHARED_DATA else [])]
GIVEN = [
    ("formats/gbk_ldid_gk114.zip", "EPSG:4547", 12, "金水区"),
    ("formats/gbk_cpg_cgcs2000.zip", "EPSG:4490", 12, "金水区"),
    ("city_vector/suzhou_buildings.geojson", "EPSG:4326", 3076, ""),
    ("formats/latin1_no_shx_no_cpg.zip", "EPSG:4326", 1, "Ñandú"),
    ("formats/vic_police_stations.kmz", "EPSG:4326", 346, "Alexandra"),
    ("formats/curve.gpkg", "EPSG:4326", 1, ""),
    ("formats/multisurface.gpkg", "EPSG:4326", 1, ""),
    ("formats/test_gpkg_nulls.gpkg", "EPSG:4326", 4, "1.5"),
    ("formats/empty-geoms.geojson", "EPSG:4326", 2, "what"),
    ("city_vector/shenzhen_districts.geojson", "EPSG:4326", 10, ""),
]
POINT = {"type": "Point", "coordinates": [113.6, 34.7]}


def files(where: str, folder: Path) -> Iterator[tuple[str, bytes, str, int, str]]:
    """Yield name, content, datum, how many rows it has, a word that one of them holds."""
    if where == "given":
        for name, *told in GIVEN:
            path = Path(str(settings.SHARED_DATA)) / name
            yield path.name, path.read_bytes(), *told
        return
    for encoding, keep in (("GBK", (".shp", ".dbf")), ("UTF-8", (".shp", ".dbf", ".cpg"))):
        inside = folder / encoding
        inside.mkdir()
        yield "区划.zip", shapefile(inside, encoding, keep), "EPSG:4490", 2, "金水区"
    rows = [feature(shapely.affinity.translate(SQUARE, 0.001 * n), 名称=f"楼{n}") for n in range(9)]
    yield "楼.geojson", collection(*rows), "EPSG:4326", 9, "楼8"
    lines = "".join(f"井{n},{113.6 + n / 100},34.7\n" for n in range(9))
    yield "井.csv", f"名称,经度,纬度\n{lines}".encode("gbk"), "EPSG:4490", 9, "井8"
    place = "<Point><coordinates>113.6,34.7</coordinates></Point>"
    marks = "".join(f"<Placemark><name>校{n}</name>{place}</Placemark>" for n in range(3))
    yield "校.kml", f"<kml><Document>{marks}</Document></kml>".encode(), "EPSG:4326", 3, "校2"


@pytest.mark.parametrize("where", WHERE)
def test_whole_files_are_stored_row_by_row(real: None, tmp_path: Path, where: str) -> None:
    for name, content, datum, count, word in files(where, tmp_path):
        done = bring(content, name, datum)
        assert done.stage == Stage.DONE, (name, done.said)
        assert done.report["stored"] == count, name
        held = str([row.properties for row in Feature.objects.filter(layer=done.layer)])
        assert word in held, name


def documents(where: str) -> dict[str, bytes]:
    """Return GeoJSON texts, good ones and bad ones, by name."""
    if where == "given":
        packed_ones = Path(str(settings.SHARED_DATA)) / "formats" / "geojson_good_bad.zip"
        with zipfile.ZipFile(packed_ones) as archive:
            names = [one for one in archive.namelist() if one.endswith("json")]
            return {name: archive.read(name) for name in names}
    plain = {"type": "Feature", "geometry": POINT, "properties": None}
    made = {
        "good/alone": plain,
        "good/with_id": plain | {"id": "x1"},
        "good/with_box": {"type": "FeatureCollection", "features": [plain], "bbox": [0, 0, 1, 1]},
        "bad/no_feature": plain | {"type": "Featre"},
        "bad/collection_in_small_letters": {"type": "featurecollection", "features": [plain]},
        "bad/features_as_object": {"type": "FeatureCollection", "features": plain},
        "bad/properties_as_list": plain | {"properties": [1]},
        "bad/place_as_text": plain | {"geometry": {"type": "Point", "coordinates": "here"}},
        "bad/wrong_kind": plain | {"geometry": POINT | {"type": "MultiPolygon"}},
        "bad/no_type": {"features": [plain]},
        "good/geometry_alone": POINT,
        "bad/nothing": None,
    }
    return {name: json.dumps(one).encode() for name, one in made.items()}


@pytest.mark.parametrize("where", WHERE)
def test_a_document_is_taken_or_refused_with_its_reason(real: None, where: str) -> None:
    for name, content in documents(where).items():
        file = Path(name).stem.replace(".", "_") + ".geojson"
        done = bring(content, file, "EPSG:4326", accept_datum=True)
        stored = Feature.objects.filter(layer=done.layer).count() if done.layer else 0
        if done.stage == Stage.DONE:
            refused = done.report["refused"]
            assert stored == done.report["stored"] == done.report["read"] - refused > 0, name
        else:
            assert done.stage == Stage.REFUSED and stored == 0, (name, done.said)
            assert done.said["en"] and done.said["zh"], name
        placed = b'"Feature' in content and b'"coordinates"' in content
        if name.startswith("good/") and placed:
            assert done.stage == Stage.DONE, (name, done.said)
        if where == "made" and name.startswith("bad/"):
            assert done.stage == Stage.REFUSED, name
