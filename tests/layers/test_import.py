"""A file becomes a layer whole or not at all, with a report; what is wrong is said."""

import io
import json
import subprocess
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from core import datums
from layers import catalogue
from layers.importing import actions, run
from layers.importing.jobs import Runner
from layers.importing.making import Wishes
from layers.models import Feature, Import, Registered, Stage, State
from people.may import Rights
from people.models import Role
from places.models import Division

PLANNER = Rights(7, Role.PLANNER.value, ("4101",), None, "pan")
SQUARE = shapely.box(113.60, 34.70, 113.61, 34.71)
BOWTIE = shapely.Polygon([(113.6, 34.7), (113.7, 34.8), (113.7, 34.7), (113.6, 34.8)])


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DATA", tmp_path)


def feature(shape: shapely.Geometry | None, **properties: object) -> dict[str, Any]:
    geometry = shapely.geometry.mapping(shape) if shape is not None else None
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def collection(*features: dict[str, Any], **more: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features, **more}).encode()


def bring(
    content: bytes, file: str = "部件.geojson", datum: str = "EPSG:4490", **more: Any
) -> Import:
    wishes = Wishes(**more.pop("wishes", {}))
    given = actions.Given(file, datum=datum, wishes=wishes, **more)
    found = actions.hand_in(given, [content], len(content), PLANNER)
    claimed = actions.claim()
    assert claimed is not None and claimed.pk == found.pk
    return run.run(found.pk)


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
        (b'{"type": "FeatureCollection", "features": []}', "no row can be taken"),
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


# --- datum ------------------------------------------------------------------------------------


@pytest.fixture
def known(fill: Callable[..., int]) -> None:
    """Districts and schools whose places are known."""
    for at, name in enumerate(("金水区", "二七区", "管城区")):
        box = shapely.box(113.6 + at / 10, 34.7, 113.7 + at / 10, 34.8)
        Division.objects.create(
            code=f"41010{at + 4}", prefix=f"41010{at + 4}", name_zh=name, name_en=name,
            level="district", boundary=f"SRID=4326;{shapely.MultiPolygon([box]).wkt}",
        )  # fmt: skip
    Division.objects.create(
        code="410100", name_zh="郑州市", name_en="Zhengzhou", level="city", prefix="4101",
        boundary=f"SRID=4326;{shapely.MultiPolygon([shapely.box(113.6, 34.7, 113.9, 34.8)]).wkt}",
    )  # fmt: skip
    spots = [(shapely.Point(113.65 + i / 100, 34.75), {"name_zh": f"{i}小"}) for i in range(9)]
    fill("schools", spots)
    grid = [shapely.LineString([(113.6, y / 500), (113.9, y / 500)]) for y in range(17350, 17400)]
    fill("streets", [(line, {"class": "local"}) for line in grid])


def schools(datum: datums.Datum) -> bytes:
    rows = []
    for i in range(9):
        lon, lat = datums.from_wgs84(datum, 113.65 + i / 100, 34.75)
        rows.append(feature(shapely.Point(float(lon), float(lat)), name=f"{i}小"))
    return collection(*rows)


@pytest.mark.parametrize(
    ("true", "declared", "proposed"),
    [
        (datums.Datum.GCJ02, "EPSG:4326", "GCJ-02"),
        (datums.Datum.GCJ02, "EPSG:4490", "GCJ-02"),
        (datums.Datum.BD09, "EPSG:4326", "BD-09"),
        (datums.Datum.BD09, "GCJ-02", "BD-09"),
        (datums.Datum.WGS84, "GCJ-02", "EPSG:4490"),
    ],
)
def test_a_shifted_file_is_noticed_on_known_places(
    known: None, true: datums.Datum, declared: str, proposed: str
) -> None:
    asked = bring(schools(true), datum=declared)
    assert asked.stage == Stage.ASKING and asked.said["proposed"] == proposed
    assert "9 known places" in asked.said["en"] and "9 个已知地点" in asked.said["zh"]
    assert not Registered.objects.exists()
    given = actions.Given("", datum=proposed)
    actions.answer(asked.pk, given, PLANNER)
    assert actions.claim() is not None
    done = run.run(asked.pk)
    assert done.stage == Stage.DONE and "0 m apart" in done.report["check"]["en"]
    stored = Feature.objects.get(layer=done.layer, fid=1).original
    assert (stored.x, stored.y) == pytest.approx((113.65, 34.75), abs=1e-6)


def test_a_true_datum_is_confirmed(known: None) -> None:
    done = bring(schools(datums.Datum.WGS84), datum="EPSG:4326")
    assert done.stage == Stage.DONE and "9 known places: 0 m" in done.report["check"]["en"]


def test_outlines_tell_where_there_are_no_names(known: None) -> None:
    rows = []
    for y in range(17352, 17396, 2):
        lons = [113.61 + i / 100 for i in range(20)]
        pairs = [datums.wgs84_to_gcj02(lon, y / 500) for lon in lons]
        rows.append(feature(shapely.LineString([(float(a), float(b)) for a, b in pairs])))
    asked = bring(collection(*rows), datum="EPSG:4326")
    assert asked.stage == Stage.ASKING and asked.said["proposed"] == "GCJ-02"
    assert "known outlines" in asked.said["en"]


def test_what_matches_nothing_is_taken_and_told_so(known: None) -> None:
    rows = [feature(shapely.Point(113.66 + i / 1000, 34.7512), name=f"井{i}") for i in range(30)]
    done = bring(collection(*rows), datum="EPSG:4326")
    assert done.stage == Stage.DONE and "not checked" in done.report["check"]["en"]


def test_a_doubt_may_be_overruled_and_is_recorded(known: None) -> None:
    done = bring(schools(datums.Datum.GCJ02), datum="EPSG:4326", accept_datum=True)
    assert done.stage == Stage.DONE and done.accepted
    assert "GCJ-02" in done.report["accepted"]["en"] and done.report["accepted"]["zh"]


def test_without_a_datum_one_is_asked_for_and_proposed(known: None) -> None:
    asked = bring(schools(datums.Datum.GCJ02), datum="")
    assert asked.stage == Stage.ASKING and asked.said["proposed"] == "GCJ-02"
    assert asked.report["guess"]["datum"] == "GCJ-02" and asked.report["guess"]["zh"]


def points(*places: tuple[float, float], **more: Any) -> bytes:
    return collection(*(feature(shapely.Point(place)) for place in places), **more)


CRS_4547 = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4547"}}


@pytest.mark.parametrize(
    ("content", "datum", "complaint", "proposed"),
    [
        (points((465691.69, 3846546.3)), "EPSG:4326", "the numbers are metres", ""),
        (points((38465691.69, 3846546.3)), "EPSG:4326", "the numbers are metres", "EPSG:4526"),
        (points((113.6, 34.7)), "EPSG:4547", "the numbers are degrees", "EPSG:4490"),
        (points((34.7, 113.6)), "EPSG:4326", "axes stand in the other order", "EPSG:4326"),
        (points((3846546.3, 465691.69)), "EPSG:4547", "axes stand in the other", "EPSG:4547"),
        (points((3846546.3, 38465691.69)), "EPSG:4526", "axes stand in the other", "EPSG:4526"),
        (points((465691.69, 3846546.3)), "EPSG:4548", "km from the city", ""),
        (points((465691.69, 3846546.3), crs=CRS_4547), "EPSG:4546", "says EPSG:4547", "EPSG:4547"),
    ],
)
def test_wrong_zones_units_and_axes_are_caught(
    known: None, content: bytes, datum: str, complaint: str, proposed: str
) -> None:
    asked = bring(content, datum=datum)
    assert asked.stage == Stage.ASKING, asked.report
    assert complaint in asked.said["en"] and asked.said["zh"] and asked.said["remedy"]
    assert asked.said["proposed"] == proposed


def test_gauss_kruger_lands_where_it_should(known: None) -> None:
    for epsg, east in ((4547, 465691.6898), (4526, 38465691.6898)):
        done = bring(points((east, 3846546.3023)), datum=f"EPSG:{epsg}")
        stored = Feature.objects.get(layer=done.layer, fid=1).original
        assert (stored.x, stored.y) == pytest.approx((113.625328, 34.746611), abs=2e-6)


@pytest.mark.parametrize("datum", ["EPSG:4610", "EPSG:4214", "EPSG:2362", "EPSG:1", "nonsense"])
def test_old_and_unknown_frames_are_refused(real: None, datum: str) -> None:
    with pytest.raises(actions.Invalid) as caught:
        bring(points((113.6, 34.7)), datum=datum)
    assert caught.value.field == "datum" and caught.value.zh


# --- Shapefiles and archives ------------------------------------------------------------------


def shapefile(folder: Path, encoding: str, keep: tuple[str, ...], prj: str = "") -> bytes:
    """Return a zipped Shapefile of two squares with Chinese names."""
    path = folder / "行政区.shp"
    shapes = shapely.to_wkb([SQUARE, shapely.affinity.translate(SQUARE, 0.02)])
    fields = [np.array(["金水区", "二七区"], dtype=object), np.array([1, 2])]
    pyogrio.raw.write(
        path, geometry=shapes, field_data=fields, fields=["名称", "编号"],
        geometry_type="Polygon", encoding=encoding, crs="EPSG:4490",
    )  # fmt: skip
    if prj:
        (folder / "行政区.prj").write_text(prj)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for one in sorted(folder.glob("行政区.*")):
            if one.suffix in keep:
                archive.write(one, f"folder/{one.name}")
    return packed.getvalue()


@pytest.mark.parametrize("encoding", ["GBK", "UTF-8"])
@pytest.mark.parametrize(
    "keep",
    [(".shp", ".shx", ".dbf", ".cpg"), (".shp", ".shx", ".dbf"), (".shp", ".dbf")],
    ids=["whole", "no-cpg", "no-shx"],
)
def test_shapefiles_in_both_encodings(
    real: None, tmp_path: Path, encoding: str, keep: tuple[str, ...]
) -> None:
    done = bring(shapefile(tmp_path, encoding, keep), "行政区.zip")
    assert done.stage == Stage.DONE, done.said
    names = {row.properties["ming_cheng"] for row in Feature.objects.filter(layer=done.layer)}
    assert names == {"金水区", "二七区"}
    assert ("rebuilt" in str(done.report["notes"])) == (".shx" not in keep)


def packed(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_json", ".geojson"), content)
    return out.getvalue()


ONE = collection(feature(SQUARE))


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"PK\x03\x04 broken", "cannot be opened"),
        (packed(readme=b"nothing"), "holds nothing that can be read"),
        (packed(a_json=ONE, b_json=ONE), "it holds 2: a, b"),
        (packed(x__a_json=ONE, y__a_json=ONE), "two files called a.geojson"),
        (packed(a_json=b" " * (400 << 20)), "grows more than 300 times"),
    ],
)
def test_bad_archives_are_refused(real: None, content: bytes, complaint: str) -> None:
    done = bring(content, "many.zip")
    assert done.stage == Stage.REFUSED and complaint in done.said["en"], done.said
    assert done.said["zh"] and not Registered.objects.exists()


def test_no_member_escapes_its_folder(real: None, tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("../../../escaped.geojson", ONE)
    done = bring(out.getvalue(), "slip.zip")
    assert done.stage == Stage.DONE
    assert not list(tmp_path.parent.glob("**/escaped.geojson"))


def test_one_of_many_may_be_named(real: None) -> None:
    done = bring(packed(a_json=ONE, b_json=ONE), "two.zip", wishes={"member": "b"})
    assert done.stage == Stage.DONE


# --- the worker -------------------------------------------------------------------------------


def test_the_worker_runs_it_in_a_process_of_its_own(
    real: None, monkeypatch: pytest.MonkeyPatch, eventually: Any, database_env: dict[str, str]
) -> None:
    for name, value in database_env.items():
        monkeypatch.setenv(name, value)
    runner = run_jobs()
    given = actions.Given("a.geojson", datum="EPSG:4490", layer="wells")
    found = actions.hand_in(given, [ONE], len(ONE), PLANNER)

    def over() -> bool:
        runner.tick()
        found.refresh_from_db()
        return found.over and runner.idle

    eventually(over)
    assert found.stage == Stage.DONE, found.said
    assert State.objects.get(layer="wells").count == 1


def run_jobs() -> Any:
    return Runner()


@pytest.fixture
def database_env(tmp_path: Path) -> dict[str, str]:
    at = connection.settings_dict
    password = f":{at['PASSWORD']}" if at["PASSWORD"] else ""
    return {
        "DATABASE_URL": f"postgres://{at['USER']}{password}@{at['HOST']}:{at['PORT']}/{at['NAME']}",
        "ZHIHUI_DATA": str(tmp_path),
        "ZHIHUI_SECRET_KEY": "a-secret-of-the-tests-only-" * 3,
    }


def waiting() -> Import:
    given = actions.Given("a.geojson", datum="EPSG:4490", layer="wells")
    return actions.hand_in(given, [ONE], len(ONE), PLANNER)


def test_a_cancelled_import_is_ended_and_leaves_nothing(
    real: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = run_jobs()
    sleeping = subprocess.Popen(["sleep", "60"])
    monkeypatch.setattr("layers.importing.jobs.start", lambda number: sleeping)
    found = waiting()
    runner.tick()
    actions.cancel(found.pk, PLANNER)
    runner.tick()
    assert runner.idle and sleeping.poll() is not None
    found.refresh_from_db()
    assert found.stage == Stage.CANCELLED and not Registered.objects.exists()
    with pytest.raises(actions.Conflict):
        actions.cancel(found.pk, PLANNER)


@pytest.mark.parametrize("at", ["reading", "checking", "storing", "finish"])
def test_an_import_may_be_cancelled_at_any_step(
    real: None, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    found, tell, finish = waiting(), actions.tell, actions.finish

    def told(number: Any, doing: str, percent: int) -> None:
        if doing == at:
            actions.cancel(found.pk, PLANNER)
        tell(number, doing, percent)

    def finished(row: Import, *more: Any) -> None:
        if at == "finish":
            somebody = threading.Thread(target=cancelled, args=[found])
            somebody.start()
            somebody.join(20)
        finish(row, *more)

    monkeypatch.setattr(actions, "tell", told)
    monkeypatch.setattr(actions, "finish", finished)
    assert actions.claim() is not None
    run.run(found.pk)
    found.refresh_from_db()
    assert found.stage == Stage.CANCELLED and not Registered.objects.exists()
    assert not Feature.objects.exists()
    assert [one.name for one in actions.kept(found).parent.iterdir()] == ["file.geojson"]


@pytest.mark.parametrize("stage", [Stage.RECEIVING, Stage.WAITING, Stage.ASKING])
def test_what_does_not_run_may_be_cancelled_too(real: None, stage: Stage) -> None:
    found = waiting()
    Import.objects.update(stage=stage)
    assert actions.cancel(found.pk, PLANNER).stage == Stage.CANCELLED
    assert actions.claim() is None


def test_one_who_cancels_waits_for_what_is_being_committed(real: None, eventually: Any) -> None:
    found = waiting()
    assert actions.claim() is not None
    with transaction.atomic():
        actions.finish(found, "wells", {})
        thread = threading.Thread(target=lambda: said.append(cancelled(found)))
        said: list[str] = []
        thread.start()
        eventually(lambda: blocked() == 1, timeout=20)
    thread.join(20)
    assert said == ["the import is over"]


def cancelled(found: Import) -> str:
    try:
        actions.cancel(found.pk, PLANNER)
    except actions.Conflict as error:
        return error.detail
    finally:
        connection.close()
    return "cancelled"


def blocked() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return int(cursor.fetchone()[0])


def test_what_was_half_made_is_taken_away(real: None, tmp_path: Path) -> None:
    found = waiting()
    made = tmp_path / "rasters" / f"x-{found.pk.hex[:8]}.tif"
    made.parent.mkdir()
    for path in (made, made.with_name("other-12345678.tif")):
        path.touch()
    (actions.kept(found).parent / "tmpabc").mkdir()
    actions.clear(found.pk)
    assert [one.name for one in made.parent.iterdir()] == ["other-12345678.tif"]
    assert [one.name for one in actions.kept(found).parent.iterdir()] == ["file.geojson"]


def test_a_process_that_dies_takes_only_its_own_import(
    real: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = run_jobs()
    monkeypatch.setattr("layers.importing.jobs.start", lambda number: subprocess.Popen(["false"]))
    found = waiting()
    runner.tick()
    runner._child.wait()
    runner.tick()
    found.refresh_from_db()
    assert found.stage == Stage.FAILED and found.said["zh"]


def test_what_a_dead_worker_left_is_tried_once_more(real: None) -> None:
    found = waiting()
    for stage in (Stage.WAITING, Stage.FAILED):
        assert actions.claim() is not None
        actions.requeue_lost()
        found.refresh_from_db()
        assert found.stage == stage


def test_pieces_come_in_order_and_may_come_twice(real: None) -> None:
    found = actions.begin(actions.Given("a.geojson", datum="4490"), len(ONE), PLANNER)
    actions.append(found.pk, 0, ONE[:50], PLANNER)
    actions.append(found.pk, 0, ONE[:50], PLANNER)
    with pytest.raises(actions.Conflict):
        actions.append(found.pk, 60, ONE[60:], PLANNER)
    assert actions.append(found.pk, 50, ONE[50:], PLANNER).stage == Stage.WAITING
    assert actions.claim() is not None and run.run(found.pk).stage == Stage.DONE


# --- the command ------------------------------------------------------------------------------


def test_the_command_tells_its_report_or_its_reason(
    real: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "wells.geojson"
    path.write_bytes(collection(feature(SQUARE), feature(None)))
    call_command("import", str(path), datum="EPSG:4490", layer="wells")
    told = capsys.readouterr().out
    assert "row 2: 没有几何图形 has no geometry" in told and '"stored": 1' in told
    with pytest.raises(CommandError, match="say what the coordinates refer to"):
        call_command("import", str(path))
    odd = tmp_path / "x.exe"
    odd.write_bytes(b"MZ")
    with pytest.raises(CommandError, match="cannot be imported"):
        call_command("import", str(odd), datum="4490")


# --- whole files: made up here, and real ones where they are given ----------------------------

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
        "bad/geometry_alone": POINT,
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
