"""Tiles of an elevation model's styles: right heights, no seam, rights, legends."""

import io
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from PIL import Image
from rasterio.shutil import copy as copy_raster
from rasterio.transform import from_origin
from rasterio.warp import transform

from layers import actions, catalogue
from layers.importing import making
from layers.layer import WORLD
from layers.raster import HALF, TILE, cell_at
from layers.terrain import styles
from people.models import Role
from tiles import relief
from tiles.address import Tile

from .conftest import Browser

pytestmark = pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")

WEST, NORTH, CELL, SIDE = 460000.0, 3850000.0, 10.0, 1200  # EPSG:4547: 12 km a side
Z = 14


def ground(east: Any, south: Any) -> Any:
    """Return the height (m) so many metres east and south of the model's corner."""
    return 300 + 80 * np.sin(east / 900) * np.cos(south / 700) + 0.01 * east


@pytest.fixture(scope="module")
def dem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Smooth hills as a COG with overviews; a square of them is not known."""
    folder = tmp_path_factory.mktemp("dem")
    at = (np.arange(SIDE) + 0.5) * CELL
    heights = ground(at[None, :], at[:, None]).astype(np.float32)
    heights[100:300, 100:300] = -9999
    grid = {"crs": "EPSG:4547", "transform": from_origin(WEST, NORTH, CELL, CELL)}
    size: dict[str, Any] = {"width": SIDE, "height": SIDE, "count": 1, "dtype": "float32"}
    with rasterio.open(folder / "a.tif", "w", driver="GTiff", nodata=-9999, **grid, **size) as out:
        out.write(heights, 1)
    copy_raster(folder / "a.tif", folder / "dem.tif", driver="COG", BLOCKSIZE="256")
    return folder / "dem.tif"


def register(path: Path) -> None:
    actions.register_raster(
        "dem", path, date=None, source="a test", simulated=False, more={"lowest": 220.0}
    )


def tile_at(east: float, south: float, z: int = Z) -> tuple[int, int]:
    """Return the tile that a place in the model lies in."""
    x, y = transform("EPSG:4547", "EPSG:3857", [WEST + east], [NORTH - south])
    side = WORLD / 2**z
    return int((x[0] + HALF) / side), int((HALF - y[0]) / side)


def metres(z: int, x: int, y: int) -> tuple[Any, Any]:
    """Return how far east and south of the model's corner the middles of a tile's pixels lie."""
    at = np.arange(TILE) + 0.5
    xs, ys = np.meshgrid((x * TILE + at) * cell_at(z) - HALF, HALF - (y * TILE + at) * cell_at(z))
    east, north = transform("EPSG:3857", "EPSG:4547", xs.ravel(), ys.ravel())
    shape = (TILE, TILE)
    return np.reshape(east, shape) - WEST, NORTH - np.reshape(north, shape)


def pixels(body: bytes, mode: str = "RGBA") -> Any:
    return np.asarray(Image.open(io.BytesIO(body)).convert(mode)).astype(int)


def test_codes_are_the_heights_of_the_ground(browser: Browser, dem: Path) -> None:
    register(dem)
    x, y = tile_at(6000, 6000)
    answer = browser.get(f"/tiles/dem/terrain-rgb/{Z}/{x}/{y}.png")
    assert answer.headers["content-type"] == "image/png"
    red, green, blue, alpha = np.moveaxis(pixels(answer.content), 2, 0)
    found = (red * 65536 + green * 256 + blue) * 0.1 - 10_000
    assert np.abs(found - ground(*metres(Z, x, y))).max() < 0.2 and (alpha == 255).all()


@pytest.mark.parametrize("z", [15, 14, 13, 12])
def test_neighbours_meet_without_a_seam(dem: Path, z: int) -> None:
    x, y = tile_at(6000, 6000, z)

    def heights(right: int, down: int) -> Any:
        model = relief._model(dem, "1", z)
        found = relief._heights(model, Tile("dem", z, x + right, y + down, "png", "hillshade"))
        assert found is not None and found.shape == (TILE + 2, TILE + 2)
        return found

    here, east, south = heights(0, 0), heights(1, 0), heights(0, 1)
    assert np.array_equal(here[:, -2:], east[:, :2], equal_nan=True)
    assert np.array_equal(here[-2:], south[:2], equal_nan=True)


def test_a_model_without_overviews_is_averaged(dem: Path, tmp_path: Path) -> None:
    plain = tmp_path / "plain.tif"
    with rasterio.open(dem) as source:
        cells = source.read()[:, :-3, :-3]  # no whole number of coarse cells
        form = {"crs": source.crs, "transform": source.transform, "nodata": -9999}
    size: dict[str, Any] = {"width": SIDE - 3, "height": SIDE - 3, "count": 1, "dtype": "float32"}
    with rasterio.open(plain, "w", driver="GTiff", **form, **size) as out:
        out.write(cells)
    tile = Tile("dem", 12, *tile_at(9000, 6000, 12), "png", "hillshade")
    model = relief._model(plain, "1", 12)
    found = relief._heights(model, tile)
    assert model.by > 1 and found is not None
    known = ~np.isnan(found[1:-1, 1:-1])
    off = (found[1:-1, 1:-1] - ground(*metres(12, tile.x, tile.y)))[known]
    assert known.mean() > 0.2 and np.abs(off).max() < 2


def test_shade_of_neighbours_is_that_of_the_whole(dem: Path) -> None:
    x, y = tile_at(6000, 6000)

    def drawn(right: int) -> tuple[Any, Any]:
        model = relief._model(dem, "1", Z)
        tile = Tile("dem", Z, x + right, y, "png", "hillshade")
        found = relief._heights(model, tile)
        assert found is not None
        return found, styles.draw(found, relief._cells(tile), "hillshade")

    (left, one), (right, other) = drawn(0), drawn(1)
    cells = relief._cells(Tile("dem", Z, x, y, "png", "hillshade"))
    whole = styles.draw(np.ascontiguousarray(np.hstack([left[:, :-1], right[:, 1:]])), cells,
                        "hillshade")  # fmt: skip
    assert np.array_equal(np.concatenate([one, other], axis=2), whole)


def test_a_plane_has_one_slope_aspect_and_shade() -> None:
    rise = math.tan(math.radians(15))
    falls_south = np.ascontiguousarray(
        np.repeat(-np.arange(20, dtype=np.float32)[:, None] * 4 * rise, 20, axis=1)
    )
    cells = np.full(20, 4.0)
    steep = styles.draw(falls_south, cells, "slope")
    assert [int(band[9, 9]) for band in steep] == [240, 150, 60, 200]
    towards = styles.draw(falls_south, cells, "aspect")
    assert [int(band[9, 9]) for band in towards] == list(styles._SOUTH)
    light = math.sin(math.radians(45)) * math.cos(math.radians(15)) + math.cos(
        math.radians(45)
    ) * math.sin(math.radians(15)) * math.cos(math.radians(315 - 180))
    assert abs(int(styles.draw(falls_south, cells, "hillshade")[0, 9, 9]) - light * 255) < 1
    height = styles.draw(np.full((4, 4), 270, np.float32), np.full(4, 4.0), "height", 220.0)
    assert [int(band[1, 1]) for band in height] == [134, 160, 118, 255]
    plain = styles.draw(np.full((4, 4), 1, np.float32), np.full(4, 4.0), "height", -1.0, 7.0)
    mountains = styles.draw(
        np.full((4, 4), 500, np.float32), np.full(4, 4.0), "height", 0.0, 2000.0
    )
    assert [int(band[1, 1]) for band in plain] == [int(band[1, 1]) for band in mountains]


def test_unknown_ground_is_clear_and_white_in_jpeg(browser: Browser, dem: Path) -> None:
    register(dem)
    x, y = tile_at(2000, 2000)
    shade = pixels(browser.get(f"/tiles/dem/hillshade/{Z}/{x}/{y}.png").content)
    east, south = metres(Z, x, y)
    hole = (east > 1010) & (east < 2990) & (south > 1010) & (south < 2990)
    assert hole.any() and not shade[hole][:, 3].any()
    flat = pixels(browser.get(f"/tiles/dem/hillshade/{Z}/{x}/{y}.jpg").content, "RGB")
    deep = (east > 1200) & (east < 2800) & (south > 1200) & (south < 2800)
    assert deep.any() and flat[deep].min() > 240
    beside = browser.get(f"/tiles/dem/hillshade/{Z}/0/0.png")
    assert beside.status_code == 200 and not pixels(beside.content)[..., 3].any()


def test_styles_are_kept_apart(browser: Browser, dem: Path) -> None:
    register(dem)
    x, y = tile_at(6000, 6000)
    bodies = {
        name: browser.get(f"/tiles/dem/{name}/{Z}/{x}/{y}.png").content for name in styles.STYLES
    }
    assert len(set(bodies.values())) == len(styles.STYLES)
    for name, body in bodies.items():
        assert browser.get(f"/tiles/dem/{name}/{Z}/{x}/{y}.png").content == body
    assert browser.quick >= len(bodies), "what lies ready goes the short way"


def test_tilejson_and_catalogue_tell_the_styles(browser: Browser, dem: Path) -> None:
    register(dem)
    told = browser.get("/tiles/dem.json").json()
    assert [one["name"] for one in told["styles"]] == list(styles.STYLES)
    by_name = {one["name"]: one for one in told["styles"]}
    assert by_name["terrain-rgb"]["encoding"] == "mapbox"
    assert by_name["height"]["legend"][0] == {"value": 220.0, "rgba": [106, 148, 120, 255]}
    assert by_name["height"]["legend"][-1]["value"] == 2220, "its highest ground is not known"
    assert [one["zh"] for one in by_name["aspect"]["legend"]] == ["北", "东", "南", "西"]
    x, y = tile_at(6000, 6000)
    for one in told["styles"]:
        for template in one["tiles"]:
            path = template.removeprefix("http://localhost").format(z=Z, x=x, y=y)
            answer = browser.get(path)
            assert answer.status_code == 200 and "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize(
    "path", ["dem/14/1/1.png", "dem/contours/14/1/1.png", "dem/terrain-rgb/14/1/1.jpg",
             "dem/hillshade/14/1/1.mvt", "relief/hillshade/12/1/1.png"]
)  # fmt: skip
def test_what_is_no_style_is_refused(browser: Browser, dem: Path, path: str) -> None:
    register(dem)
    answer = browser.get(f"/tiles/{path}")
    assert answer.status_code == 404 and answer.json()["detail_zh"]


def test_a_model_for_staff_is_drawn_for_staff(
    browser: Browser, dem: Path, enrol: Any, bearer: Any
) -> None:
    wishes = making.Wishes(title_zh="内部高程", sharing="staff")
    layer = making.raster(
        "heights", "dem.tif", "EPSG:4547", wishes, heights=True, order=40, zooms=range(4, 20)
    )
    actions.register(layer, "test")
    actions.register_raster("heights", dem, date=None, source="test", simulated=False)
    catalogue.layers()
    x, y = tile_at(6000, 6000)
    path = f"/tiles/heights/hillshade/{Z}/{x}/{y}.png"
    assert browser.get(path).status_code == 401
    planner = bearer(enrol("pan", Role.PLANNER))
    assert browser.get(path, authorization=planner).status_code == 200


def test_the_metadata_lead_to_the_models_tiles(real: None, dem: Path, client: Any) -> None:
    register(dem)
    page = client.get("/catalog/dem").content.decode()
    assert "/tiles/dem.json" in page
    held = client.get("/catalog.jsonld").json()["dcat:dataset"]
    (found,) = [one for one in held if one["dct:identifier"] == "dem"]
    titles = [one["dct:title"] for one in found["dcat:distribution"]]
    assert titles == ["TileJSON"]
