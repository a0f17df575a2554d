"""Rows judged batch by batch are judged as they would be one by one."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely

from layers.importing import columns, ogr, rows
from layers.importing.formats import shapefile
from layers.importing.sample import Spread
from layers.importing.spool import Rows, Spool
from layers.importing.table import ABSENT, Batch, Unreadable, in_columns, joined
from layers.models import Stage
from tests.layers.handed import BOWTIE, SQUARE, Held, bring

FLAT = shapely.Polygon([(113.6, 34.7), (113.7, 34.8), (113.6, 34.7), (113.7, 34.8)])
HOLED = shapely.Polygon(SQUARE.buffer(0.01).exterior, [SQUARE.exterior])
SHAPES: list[shapely.Geometry | None] = [
    None, SQUARE, SQUARE.reverse(), HOLED, BOWTIE, FLAT, shapely.MultiPolygon([SQUARE]),
    shapely.Point(113.6, 34.7), shapely.Point(113.6, 34.7, 90.0), shapely.Point(),
    shapely.Point(np.nan, 34.7), shapely.Point(513.6, 34.7), shapely.Point(113.6, 89.0),
    shapely.from_wkt("POINT M (113.6 34.7 5)"), shapely.from_wkt("POLYGON EMPTY"),
    shapely.LineString([(113.6, 34.7), (113.7, 34.8)]),
    shapely.LineString([(113.6, 34.7), (113.7, 34.8), (113.7, 34.7), (113.6, 34.8)]),
    shapely.GeometryCollection([SQUARE, shapely.Point(113.6, 34.7)]),
    shapely.GeometryCollection(),
]  # fmt: skip
VALUES = {
    "名称": ["", None, "金水", 'a"b\\c\n\t', "\0x", "长" * 5000, "2024-06-01T08:00:00", "\\N"],
    "数": [None, 0, -1, 2**53 + 1, 10**17, 1.5, 1e-7, 1e22],
    "整": [0, 7, 2**63 - 1, None],
    "是": [True, False, None],
    "杂": [1, True, "一", 2.5, {"甲": [1, "二"]}, [None, 1], None, ""],
    "空": [None, ""],
}


def drawn(seed: int) -> tuple[list[Any], list[dict[str, Any]]]:
    """Return rows of a file: mostly sound ones of one kind, or anything; fields may be absent."""
    numbers = np.random.default_rng(seed)
    few = numbers.choice(len(SHAPES), 3) if seed % 2 else np.arange(len(SHAPES))
    count = int(numbers.integers(1, 40))
    shapes = [SHAPES[at] for at in numbers.choice(few, count)]
    made: list[dict[str, Any]] = [
        {
            name: held[int(numbers.integers(len(held)))]
            for name, held in VALUES.items()
            if seed % 3 or numbers.random() < 0.8
        }
        for _ in range(count)
    ]
    return shapes, made


def refusal(shape: Any) -> str:
    """Return why a shape is refused whatever the layer holds, "" if it is not."""
    if shape is None:
        return "has no geometry"
    if shape.is_empty:
        return "its geometry is empty"
    if not np.isfinite(shape.bounds).all():
        return "a coordinate is no number"
    west, south, east, north = shape.bounds
    if max(abs(west), abs(east)) > 180 or max(abs(south), abs(north)) > 85.06:
        return "does not lie on the map under this datum"
    return ""


def unlike(shape: Any, dimension: int) -> str:
    """Return why a shape is none of its layer's, or cannot be mended, "" if it is sound enough."""
    if shape.geom_type == "GeometryCollection" or shapely.get_dimensions(shape) != dimension:
        return "is a "
    if dimension == 2 and not shape.is_valid and not shapely.make_valid(shape).area:
        return "cannot be repaired"
    return ""


def text(value: Any) -> str:
    written = json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
    return str(written).replace("\0", "")[: columns.LONGEST]


def kind(values: list[Any]) -> str:
    kinds = {type(one) for one in values if one is not None and one != ""}
    if kinds in ({bool}, {int}):
        return kinds.pop().__name__
    return "float" if kinds and kinds <= {int, float} else "text"


def one_by_one(shapes: list[Any], made: list[dict[str, Any]]) -> dict[str, Any]:
    """Judge rows one after the other, as a person would: the oracle."""
    whys = [refusal(shape) for shape in shapes]
    sizes = Counter(
        int(shapely.get_dimensions(shapes[at])) for at, why in enumerate(whys) if not why
    )
    dimension = min((one for one in (0, 1, 2)), key=lambda one: (-sizes[one], one))
    whys = [why or unlike(shape, dimension) for why, shape in zip(whys, shapes, strict=True)]
    kept = [at for at, why in enumerate(whys) if not why]
    names = list(dict.fromkeys(name for at in kept for name in made[at]))
    kinds = {name: kind([made[at].get(name) for at in kept]) for name in names}
    values = [
        {
            name: text(made[at][name]) if kinds[name] == "text" else made[at][name]
            for name in names
            if made[at].get(name) not in (None, "")
        }
        for at in kept
    ]
    cut = [text_ for at in kept for name in names if kinds[name] == "text"
           and len(text_ := str(made[at].get(name))) > columns.LONGEST]  # fmt: skip
    wrong = [at + 1 for at in kept if dimension == 2 and not shapes[at].is_valid]
    return {
        "dimension": dimension,
        "refused": [(at + 1, why) for at, why in enumerate(whys) if why],
        "repaired": wrong,
        "kinds": kinds,
        "rows": [(at + 1, shapely.force_2d(shapes[at]), held)
                 for at, held in zip(kept, values, strict=True)],
        "cut": len(cut),
    }  # fmt: skip


def surveyed(shapes: list[Any], made: list[dict[str, Any]], size: int, at: Path) -> rows.Survey:
    survey = rows.Survey(at, "EPSG:4326", coverage=True)
    for first in range(0, len(shapes), size):
        held = np.empty(len(shapes[first : first + size]), object)
        held[:] = shapes[first : first + size]
        batch = Batch(held, in_columns(made[first : first + size]))
        survey.add(batch, *rows.usable(batch, first + 1))
    return survey


@pytest.mark.parametrize("seed", range(60))
def test_batches_are_judged_as_rows_are(tmp_path: Path, seed: int) -> None:
    shapes, made = drawn(seed)
    expected = one_by_one(shapes, made)
    survey = surveyed(shapes, made, 1 + seed % 9, tmp_path)
    if not expected["rows"]:
        with pytest.raises(Unreadable, match="no row can be taken") as caught:
            survey.judge()
        assert len(caught.value.more["refused"]) == len(shapes)
        return
    found = survey.judge()
    assert rows.DIMENSION[found.shape] == expected["dimension"]
    told = [(one.row, one.en) for one in found.refused.first]
    assert [row for row, _ in told] == [row for row, _ in expected["refused"]]
    assert all(why in en for (_, en), (_, why) in zip(told, expected["refused"], strict=True))
    assert found.refused.count == len(told)
    assert [one.row for one in found.repaired.first] == expected["repaired"]
    kinds = {field: column.type for field, (_, column) in found.columns.items()}
    assert kinds == expected["kinds"]
    notes = [re.findall(r"^\d+ texts", en) for en, _ in found.notes]
    assert notes == ([[f"{expected['cut']} texts"]] if expected["cut"] else [])
    names = {safe: field for field, (safe, _) in found.columns.items()}
    lines = "".join(found.lines()).splitlines()
    stored = [line.replace("\\\\", "\\").split("\t") for line in lines]
    assert len(stored) == found.stored == len(expected["rows"])
    for (number, wkb, held), (row, shape, values) in zip(stored, expected["rows"], strict=True):
        assert int(number) == row and shapely.from_wkb(wkb).wkb == shape.wkb
        assert {names[safe]: value for safe, value in json.loads(held).items()} == values


@pytest.mark.parametrize("seed", range(0, 60, 4))
def test_findings_do_not_depend_on_batches(tmp_path: Path, seed: int) -> None:
    shapes = [*drawn(seed)[0], SQUARE, SQUARE]
    found = []
    for size in (1, 7, 100):
        folder = tmp_path / str(size)
        folder.mkdir()
        survey = surveyed(shapes, [{} for _ in shapes], size, folder)
        found.append(survey.judge("polygon").topology)
    assert found[0] == found[1] == found[2] and found[0].counts["duplicate"] >= 1


def same(one: Held, other: Held) -> None:
    assert one.rows == other.rows and one.crs == other.crs and one.notes == other.notes
    assert [held and held.wkb for held in one.shapes] == [
        held and held.wkb for held in other.shapes
    ]
    assert one.refused == other.refused


def both(path: Path, form: Any, monkeypatch: pytest.MonkeyPatch) -> Held:
    """Read a file whole and in batches of three rows; return what both found."""
    whole = Held.of(form(path))
    monkeypatch.setattr(ogr, "ROWS", 3)
    same(Held.of(form(path)), whole)
    return whole


def test_a_geopackage_in_batches_is_the_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shapes = [shapely.Point(113 + at / 10, 34, at) if at % 4 else None for at in range(10)]
    days = np.array(["2024-06-01T08:00:00"] * 9 + ["NaT"], "datetime64[ms]")
    fields = [
        np.array(["金水", None, *"abcdefgh"], object), np.arange(10) * 2**59, days,
        np.array([1.5, np.nan, *range(8)]),
    ]  # fmt: skip
    path = tmp_path / "a.gpkg"
    pyogrio.raw.write(
        path, geometry=shapely.to_wkb(shapes), field_data=fields, geometry_type="Point Z",
        fields=["名称", "n", "日", "x"], crs="EPSG:4490", driver="GPKG", layer="a",
    )  # fmt: skip
    found = both(path, lambda at: ogr.read(at, "GPKG", "a"), monkeypatch)
    assert len(found) == 10 and found.rows[9]["日"] is None and found.rows[1]["x"] is None
    assert found.rows[4]["n"] == 4 * 2**59 and [en for en, _ in found.notes] == [ogr._FLAT[0]]


@pytest.mark.parametrize("deleted", [False, True])
def test_a_gbk_shapefile_in_batches_is_the_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, deleted: bool
) -> None:
    path = tmp_path / "a.shp"
    names = np.array([f"要素{at}" for at in range(11)], object)
    pyogrio.raw.write(
        path, geometry=shapely.to_wkb(shapely.points(np.arange(11.0) + 100, 34)), crs="EPSG:4490",
        field_data=[names], fields=["名称"], geometry_type="Point", encoding="GBK",
        driver="ESRI Shapefile",
    )  # fmt: skip
    if deleted:
        table = bytearray(path.with_suffix(".dbf").read_bytes())
        header, size = (int.from_bytes(table[at : at + 2], "little") for at in (8, 10))
        table[header + size] = ord("*")
        path.with_suffix(".dbf").write_bytes(table)
    frame = path.with_suffix(".prj").read_bytes()

    def read(at: Path) -> Any:
        at.with_suffix(".prj").write_bytes(frame)
        return shapefile.Shapefile().read(at, None)  # type: ignore[arg-type]

    found = both(path, read, monkeypatch)
    left = [one for at, one in enumerate(names) if not (deleted and at == 1)]
    assert [row["名称"] for row in found.rows] == left


def test_a_spool_finds_rows_by_number(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "rows")
    for first in (1, 11, 31):
        numbers = list(range(first, first + 10))
        spool.add(Rows(numbers, [f"{at:02x}" for at in numbers], {"n": [ABSENT, *numbers[1:]]}))
    assert [rows.numbers[0] for rows in spool] == [1, 11, 31]
    assert spool.wkb(np.array([3, 20, 31, 40])) == ["03", "14", "1f", "28"]
    assert next(iter(spool)).fields["n"][:2] == [ABSENT, 2]


def test_some_of_many_are_spread_evenly() -> None:
    few, many = (Spread(8, np.empty(0)) for _ in range(2))
    few.add(np.arange(8.0))
    for first in range(0, 1000, 7):
        many.add(np.arange(first, min(first + 7, 1000), dtype=float))
    assert few.kept.tolist() == list(range(8))
    assert many.kept.tolist() == list(range(0, 1000, 128))


def test_batches_with_other_fields_are_joined() -> None:
    shapes = np.array([SQUARE], object)
    found = joined([Batch(shapes, {"a": [1]}), Batch(shapes, {"b": [2]})])
    assert found.rows(range(2)) == [{"a": 1}, {"b": 2}]


@pytest.mark.django_db
def test_a_file_without_rows_is_refused(tmp_path: Path, own_data: None) -> None:
    path = tmp_path / "a.gpkg"
    pyogrio.raw.write(
        path, geometry=np.empty(0, object), field_data=[np.empty(0, object)], fields=["n"],
        geometry_type="Point", crs="EPSG:4490", driver="GPKG", layer="a",
    )  # fmt: skip
    found = bring(path.read_bytes(), "a.gpkg")
    assert found.stage == Stage.REFUSED and "holds no rows" in found.said["en"]
    assert found.report["read"] == 0
