"""A tiny elevation model becomes shaded web tiles, and answers for heights."""

import datetime
from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from core.errors import Invalid, Unknown
from layers import actions, elevation, raster, relief
from layers.models import State

CELL = 30.0  # metres
WEST, NORTH = 460000.0, 3850000.0  # EPSG:4547, near Zhengzhou


@pytest.fixture
def dem(tmp_path: Path) -> Path:
    """A ridge from north to south, 60 m above a plain at 100 m; one corner is unknown."""
    across = np.abs(np.arange(120) - 60)
    heights = np.tile(100 + np.maximum(0, 60 - 2.0 * across), (100, 1)).astype(np.float32)
    heights[:10, :10] = -9999
    path = tmp_path / "dem.tif"
    grid = {"width": 120, "height": 100, "count": 1, "dtype": "float32", "nodata": -9999}
    transform = from_origin(WEST, NORTH, CELL, CELL)
    with rasterio.open(path, "w", crs="EPSG:4547", transform=transform, **grid) as out:
        out.write(heights, 1)
    return path


def lonlat(column: float, row: float) -> tuple[float, float]:
    xs, ys = rasterio.warp.transform(
        "EPSG:4547", "EPSG:4326", [WEST + column * CELL], [NORTH - row * CELL]
    )
    return xs[0], ys[0]


def test_relief_is_a_cog_of_whole_web_tiles(dem: Path, tmp_path: Path) -> None:
    relief.make(dem, tmp_path / "relief.tif")
    facts = raster.describe(tmp_path / "relief.tif")
    assert facts.aligned and facts.compression == "webp"
    assert (facts.bands, facts.dtype, facts.crs) == (4, "uint8", "EPSG:3857")
    west, south, east, north = raster.describe(dem).bounds
    assert facts.bounds == pytest.approx((west, south, east, north), abs=0.004)
    assert [path.name for path in tmp_path.iterdir()].count("relief.tif") == 1


def test_light_comes_from_the_north_west(dem: Path, tmp_path: Path) -> None:
    relief.make(dem, tmp_path / "relief.tif")
    with rasterio.open(tmp_path / "relief.tif") as picture:
        bands = picture.read()

        def at(column: float, row: float) -> np.ndarray:
            (x,), (y,) = rasterio.warp.transform(
                "EPSG:4326", "EPSG:3857", *map(list, zip(lonlat(column, row)))
            )
            return bands[(slice(None), *picture.index(x, y))].astype(int)

        lit, dark, plain, unknown = at(45, 50), at(75, 50), at(15, 50), at(4, 4)
    assert lit[:3].sum() > plain[:3].sum() > dark[:3].sum()
    assert dark[3] > plain[3] > 0, "shadow lies on the map, the plain is nearly clear"
    assert unknown[3] == 0


def test_a_picture_is_no_elevation_model(dem: Path, tmp_path: Path) -> None:
    relief.make(dem, tmp_path / "relief.tif")
    with pytest.raises(Invalid, match="4 bands"):
        relief.make(tmp_path / "relief.tif", tmp_path / "again.tif")
    assert not (tmp_path / "again.tif").exists()


def test_heights_are_read_between_cells(dem: Path) -> None:
    with rasterio.open(dem) as model:
        assert elevation.sample(model, *lonlat(60.5, 50.5)) == pytest.approx(160, abs=0.1)
        assert elevation.sample(model, *lonlat(61.0, 50.5)) == pytest.approx(159, abs=0.1)
        assert elevation.sample(model, *lonlat(20, 50)) == pytest.approx(100, abs=0.01)
        assert elevation.sample(model, *lonlat(0.1, 99.9)) == pytest.approx(100, abs=0.01)
        assert elevation.sample(model, *lonlat(5, 5)) is None
        assert elevation.sample(model, 0.0, 0.0) is None


def test_the_registered_model_answers(real: None, dem: Path) -> None:
    with pytest.raises(Unknown, match="no elevation model"):
        elevation.at(113.6, 34.7)
    date = datetime.date(2026, 1, 1)
    actions.register_raster("dem", dem, date=date, source="a test", simulated=True)
    state = State.objects.get(layer="dem")
    assert (state.source_date, state.simulated, state.version) == (date, True, 1)
    assert elevation.at(*lonlat(60.5, 50.5)) == pytest.approx(160, abs=0.1)
    assert actions.remove_simulated() == ["dem"]
    with pytest.raises(Unknown):
        elevation.at(113.6, 34.7)


def test_a_file_that_is_no_raster_is_refused(real: None, tmp_path: Path) -> None:
    words = tmp_path / "words.tif"
    words.write_text("no raster")
    for path in (words, tmp_path / "missing.tif"):
        with pytest.raises(Invalid, match="not a raster"):
            actions.register_raster("dem", path, date=None, source="", simulated=False)


def test_a_raster_must_say_where_it_lies(real: None, tmp_path: Path) -> None:
    path = tmp_path / "lost.tif"
    grid = {"width": 4, "height": 4, "count": 1, "dtype": "float32"}
    with rasterio.open(path, "w", transform=from_origin(0, 4, 2, 2), **grid) as out:
        out.write(np.zeros((1, 4, 4), np.float32))
    with pytest.raises(Invalid, match="no CRS"):
        actions.register_raster("dem", path, date=None, source="", simulated=False)


def test_a_vector_layer_takes_no_raster(real: None, dem: Path) -> None:
    with pytest.raises(Invalid, match="holds features"):
        actions.register_raster("waters", dem, date=None, source="", simulated=False)
