"""A layer is replaced whole or not at all, and says what is wrong with which feature."""

import threading
from typing import Any

import psycopg
import pytest
import shapely
from django.db import connection

from core.errors import Invalid, Unknown
from layers import actions
from layers.models import Feature, State
from places.models import Division

BOX = shapely.box(113.60, 34.70, 113.61, 34.71)
ROAD = shapely.LineString([(113.6, 34.7), (113.7, 34.8)])
BOWTIE = shapely.Polygon([(113.6, 34.7), (113.7, 34.8), (113.7, 34.7), (113.6, 34.8)])


def count(layer: str, table: str = "layers_feature") -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table} WHERE layer = %s", [layer])
        return int(cursor.fetchone()[0])


def put(layer: str, *shapes: shapely.Geometry, **properties: object) -> int:
    rows = ((fid, shapely.to_wkb(shape), properties) for fid, shape in enumerate(shapes, 1))
    return actions.replace_features(layer, rows, simulated=True)


def test_a_layer_is_stored_with_its_extent_and_version(real: None) -> None:
    assert put("waters", BOX, name_zh="湖") == 1
    state = State.objects.get(layer="waters")
    assert (state.version, state.count, state.simulated) == (1, 1, True)
    assert state.bounds == pytest.approx([113.60, 34.70, 113.61, 34.71], abs=1e-5)
    feature = Feature.objects.get(layer="waters", fid=1)
    assert feature.properties == {"name_zh": "湖"} and feature.simulated
    assert shapely.from_wkb(bytes(feature.original.wkb)).equals_exact(BOX, 1e-9)
    assert feature.geom.srid == 3857 and feature.anchor is not None


def test_a_second_filling_takes_the_place_of_the_first(real: None) -> None:
    put("waters", BOX, BOX)
    put("waters", BOX)
    assert count("waters") == 1
    assert State.objects.get(layer="waters").version == 2


def test_a_layer_may_be_emptied(real: None) -> None:
    put("waters", BOX)
    assert put("waters") == 0
    state = State.objects.get(layer="waters")
    assert (state.count, state.extent, state.simulated) == (0, None, False)


@pytest.mark.parametrize(
    ("layer", "bad", "complaint"),
    [
        ("waters", shapely.Polygon(), "has no geometry"),
        ("waters", shapely.box(12592500, 2630000, 12592600, 2630100), "longitude and latitude"),
        ("waters", ROAD, "is not a polygon"),
        ("streets", BOX, "is not a line"),
        ("parts", ROAD, "is not a point"),
    ],
)
def test_one_bad_feature_leaves_all_as_it_was(
    real: None, layer: str, bad: shapely.Geometry, complaint: str
) -> None:
    good = {"waters": BOX, "streets": ROAD, "parts": shapely.Point(113.6, 34.7)}[layer]
    put(layer, good)
    with pytest.raises(Invalid, match=rf"feature 2 .*{complaint}") as caught:
        put(layer, good, bad)
    assert caught.value.zh and caught.value.more["fid"] == 2
    assert count(layer) == 1 and State.objects.get(layer=layer).version == 1


def test_numbers_must_be_unique(real: None) -> None:
    twice = [(7, shapely.to_wkb(BOX), {}), (7, shapely.to_wkb(BOX), {})]
    with pytest.raises(Invalid, match="feature 7 comes twice"):
        actions.replace_features("waters", twice, simulated=False)


@pytest.mark.parametrize("floors", ["six", 2.5, True])
def test_a_property_must_be_of_its_columns_type(real: None, floors: object) -> None:
    with pytest.raises(Invalid, match="feature 1 holds no int in floors"):
        put("buildings", BOX, floors=floors)


def test_a_missing_property_is_no_mistake(real: None) -> None:
    assert put("buildings", BOX, floors=None) == 1
    assert put("buildings", BOX) == 1


def test_a_crossed_area_is_repaired_and_its_original_kept(real: None) -> None:
    put("waters", BOWTIE)
    feature = Feature.objects.get(layer="waters")
    assert feature.geom.valid and not feature.original.valid


def test_a_source_that_breaks_off_leaves_nothing_behind(real: None) -> None:
    def broken():  # type: ignore[no-untyped-def]
        yield 1, shapely.to_wkb(BOX), {}
        raise OSError("the file ended")

    with pytest.raises(OSError, match="the file ended"):
        actions.replace_features("waters", broken(), simulated=False)
    assert count("waters") == 0 and not State.objects.filter(version__gt=0).exists()


def test_a_layer_must_be_registered_and_hold_features(real: None) -> None:
    with pytest.raises(Unknown):
        put("nope", BOX)
    with pytest.raises(Invalid, match="is a raster"):
        put("relief", BOX)


def test_a_table_layer_is_drawn_from_its_table(real: None) -> None:
    boundary = f"SRID=4326;{shapely.MultiPolygon([BOX]).wkt}"
    Division.objects.create(
        code="410105", name_zh="金水区", name_en="Jinshui", level="district", prefix="410105",
        boundary=boundary,
    )  # fmt: skip
    Division.objects.create(
        code="410106", name_zh="上街区", name_en="Shangjie", level="district", prefix="410106"
    )
    assert actions.touch("divisions") == 1
    feature = Feature.objects.get(layer="divisions")
    assert feature.fid == 410105 and feature.properties["name_zh"] == "金水区"
    assert feature.shown_from == 7
    Division.objects.filter(code="410105").update(name_zh="金水")
    assert actions.touch("divisions") == 2
    assert Feature.objects.get(layer="divisions").properties["name_zh"] == "金水"


def test_a_touched_layer_without_a_table_has_a_new_version_only(real: None) -> None:
    put("waters", BOX)
    assert actions.touch("waters") == 2
    assert count("waters") == 1


def test_what_is_simulated_is_removed_in_one_go(real: None) -> None:
    put("waters", BOX)
    actions.replace_features("greens", [(1, shapely.to_wkb(BOX), {})], simulated=False)
    assert actions.remove_simulated() == ["waters"]
    assert (count("waters"), count("greens")) == (0, 1)


def test_a_long_reader_holds_up_the_swap_but_no_other_reader(
    real: None, monkeypatch: pytest.MonkeyPatch, django_db_blocker: Any
) -> None:
    put("waters", BOX)
    monkeypatch.setattr(actions, "SWAP_WAIT", 100)
    base = connection.settings_dict
    address = {key: base[key.upper()] for key in ("host", "port", "user", "password")}
    with (
        psycopg.connect(dbname=base["NAME"], **address) as backup,
        psycopg.connect(dbname=base["NAME"], **address, autocommit=True) as reader,
    ):
        backup.execute("SELECT count(*) FROM layers_feature")

        def replace() -> None:
            with django_db_blocker.unblock():
                put("waters", BOX, BOX)
                connection.close()

        replacing = threading.Thread(target=replace)
        replacing.start()
        for _ in range(20):
            reader.execute("SET lock_timeout = 2000")
            reader.execute("SELECT count(*) FROM layers_feature_waters")
        assert replacing.is_alive() and count("waters") == 1
        backup.rollback()
        replacing.join(timeout=60)
    assert not replacing.is_alive() and count("waters") == 2
