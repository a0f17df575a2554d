"""Every file of the shelf is a good layer; a bad file stops the start with file and key."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from core import shelf
from core.errors import Unknown
from layers import catalogue
from layers.layer import Layer

GOOD: dict[str, Any] = {
    "code": "wells",
    "title_zh": "井",
    "title_en": "Wells",
    "group": "base",
    "kind": "vector",
    "shape": "point",
    "owner": "water",
    "datum": "EPSG:4490",
    "source": "a survey",
    "refresh": "yearly",
    "sharing": "open",
    "attribution": "",
    "min_zoom": 5,
    "max_zoom": 16,
}


def build(**changed: Any) -> Layer:
    return shelf.build(Layer, GOOD | changed, "wells.toml")


def test_the_shelf_holds_the_layers_of_the_city() -> None:
    wanted = {"divisions", "grid", "streets", "waters", "greens", "buildings", "parts"}
    wanted |= {"hospitals", "schools", "metro_lines", "metro_stations", "rail_stations"}
    assert wanted | {"relief", "dem"} <= set(catalogue.known())


@pytest.mark.parametrize("layer", catalogue.known().values(), ids=lambda layer: layer.code)
def test_every_layer_is_told_in_both_languages(layer: Layer) -> None:
    assert layer.title_zh and layer.title_en and layer.source and layer.owner
    assert all(column.zh and column.en for column in layer.columns.values())
    assert not layer.is_vector or layer.style, "a vector layer without a style cannot be drawn"
    for paint in layer.style:
        assert paint.day.keys() == paint.night.keys()
        assert not paint.text or paint.text_en


def test_layers_come_in_drawing_order() -> None:
    orders = [layer.order for layer in catalogue.known().values()]
    assert orders == sorted(orders)


def test_an_unknown_layer_is_said_so() -> None:
    with pytest.raises(Unknown, match="no layer 'nope'"):
        catalogue.known_layer("nope")


def test_a_misspelt_key_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "wells.toml").write_text('titel_zh = "井"\n', encoding="utf-8")
    with pytest.raises(shelf.BadShelf, match=r"wells\.toml.*'titel_zh'"):
        shelf.tables(tmp_path, Layer)


_WORDS = {"zh": "浅", "en": "Shallow"}


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"style": [{"draw": "line", "day": {}, "night": {}, "colour": 1}]}, "'colour'"),
        ({"style": [{"draw": "dots", "day": {}, "night": {}}]}, "dots"),
        ({"style": [{"draw": "line", "day": {"color": "#fff"}, "night": {}}]}, "'color'"),
        ({"style": [{"draw": "line", "day": {}, "night": {}, "where": {"x": 1}}]}, "'x'"),
        ({"sharing": "secret"}, "secret"),
        ({"sharing": ["dispatcher", "king"]}, "'king'"),
        ({"kind": "image"}, "image"),
        ({"shape": ""}, "needs its shape"),
        ({"datum": "EPSG:99"}, "EPSG:99"),
        ({"source_date": "last year"}, "last year"),
        ({"min_zoom": 17}, "zooms"),
        ({"min_zoom": "5"}, "min_zoom"),
        ({"code": "1wells"}, "file name"),
        ({"label": "name"}, "label"),
        ({"columns": {"n": {"zh": "数", "en": "Number"}}}, "'n'"),
        ({"columns": {"depth": {"zh": "深", "en": "Depth", "type": "metres"}}}, "metres"),
        (
            {
                "columns": {
                    "depth": {"zh": "深", "en": "Depth", "type": "int", "values": {"1": _WORDS}}
                }
            },
            "only texts",
        ),
        ({"columns": {"use": {"zh": "用", "en": "Use", "values": {"a": {"zh": "甲"}}}}}, "'en'"),
        ({"thin": {"by": "class", "from_zoom": {}}}, "thin.by"),
    ],
)
def test_what_cannot_be_served_stops_the_start(changed: dict[str, Any], complaint: str) -> None:
    with pytest.raises(shelf.BadShelf, match=complaint):
        build(**changed)


def test_a_file_that_changes_the_tiles_changes_their_version() -> None:
    plain = build()
    assert plain.digest == build(title_en="Deep wells").digest
    assert plain.digest != build(columns={"depth": {"zh": "深", "en": "Depth"}}).digest


def test_a_layer_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        build().max_zoom = 20  # type: ignore[misc]


def test_a_city_may_bring_a_layer_of_its_own(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [f"{key} = {value!r}" for key, value in GOOD.items() if key != "code"]
    (tmp_path / "catalog").mkdir()
    (tmp_path / "catalog" / "wells.toml").write_text("\n".join(lines), encoding="utf-8")
    settings.DATA = tmp_path
    catalogue.forget()
    try:
        assert catalogue.known_layer("wells").title_zh == "井"
    finally:
        catalogue.forget()
