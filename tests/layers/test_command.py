"""manage.py layers: what an operator types."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
import shapely
from django.core.management import CommandError, call_command
from rasterio.transform import from_origin

from layers import actions
from layers.models import State
from places.models import Division


def say(*words: str) -> str:
    out = StringIO()
    call_command("layers", *words, stdout=out)
    return out.getvalue()


def test_the_list_says_what_each_layer_holds(fill: Callable[..., int]) -> None:
    fill("waters", [(shapely.box(113.6, 34.7, 113.7, 34.8), {})])
    lines = {line.split()[0]: line for line in say("list").splitlines()}
    assert "1 v1" in lines["waters"] and "–" in lines["greens"]


def test_tables_are_drawn_anew(real: None) -> None:
    boundary = "SRID=4326;MULTIPOLYGON(((113 34, 114 34, 114 35, 113 34)))"
    Division.objects.create(
        code="4101", name_zh="郑州市", name_en="Zhengzhou", level="city", prefix="4101",
        boundary=boundary,
    )  # fmt: skip
    assert "divisions: 1 features, version 1" in say("touch")
    assert "version 2" in say("touch", "divisions")
    with pytest.raises(CommandError, match="no layer 'nope'"):
        say("touch", "nope")


def test_the_relief_is_made_from_the_registered_model(
    real: None, settings: Any, tmp_path: Path
) -> None:
    settings.DATA = tmp_path
    with pytest.raises(CommandError, match="register layer dem first"):
        say("relief")
    dem = tmp_path / "rasters" / "dem.tif"
    dem.parent.mkdir()
    grid = {"width": 40, "height": 40, "count": 1, "dtype": "float32"}
    at = from_origin(113.6, 34.8, 0.001, 0.001)
    with rasterio.open(dem, "w", crs="EPSG:4326", transform=at, **grid) as out:
        out.write(np.add.outer(np.arange(40.0), np.arange(40.0))[None].astype(np.float32))
    actions.register_raster("dem", dem, date=None, source="a test", simulated=True)
    assert "relief made" in say("relief")
    state = State.objects.get(layer="relief")
    assert state.path == "rasters/relief.tif", "kept relative, so that a backup may move"
    assert state.simulated and state.raster["aligned"]
