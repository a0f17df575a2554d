"""Raster tiles: blocks handed through untouched, other forms made and kept."""

import datetime
import time
from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.io import MemoryFile
from rasterio.transform import from_origin
from rasterio.windows import from_bounds

from layers import actions, raster, relief
from layers.models import State
from layers.raster import HALF, TILE, cell_at
from tiles import cache
from tiles.cog import Blocks
from tiles.disk import Disk
from tiles.picture import nothing

from .conftest import Browser

# a tile by itself does not say where it lies
pytestmark = pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")

WEST, NORTH, CELL = 12_640_000.0, 4_130_000.0, 40.0  # EPSG:3857


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A picture of 40 m pixels with a known pattern, in EPSG:3857 but on no web grid."""
    rows, columns = np.mgrid[0:700, 0:900]
    bands = np.stack([rows % 256, columns % 256, (rows + columns) % 256]).astype(np.uint8)
    path = tmp_path / "photo.tif"
    grid = {"width": 900, "height": 700, "count": 3, "dtype": "uint8"}
    transform = from_origin(WEST, NORTH, CELL, CELL)
    with rasterio.open(path, "w", crs="EPSG:3857", transform=transform, **grid) as out:
        out.write(bands)
    return path


@pytest.fixture
def web(photo: Path, tmp_path: Path) -> Path:
    """The same picture as WebP blocks on the web tile grid."""
    relief.to_web_cog(photo, tmp_path / "web.tif")
    return tmp_path / "web.tif"


def register(path: Path) -> None:
    date = datetime.date(2026, 1, 1)
    actions.register_raster("relief", path, date=date, source="a test", simulated=False)


def pixels(body: bytes) -> np.ndarray:
    """Decode a tile; an opaque one carries no alpha."""
    with MemoryFile(body) as file, file.open() as picture:
        bands = picture.read()
    return bands if len(bands) == 4 else np.concatenate([bands, np.full_like(bands[:1], 255)])


def bounds(z: int, x: int, y: int) -> tuple[float, float, float, float]:
    side = cell_at(z) * TILE
    return x * side - HALF, HALF - (y + 1) * side, (x + 1) * side - HALF, HALF - y * side


def tiles_of(blocks: Blocks, zoom: int) -> list[tuple[int, int, int]]:
    level = blocks.levels[zoom]
    return [
        (zoom, level.column + column, level.row + row)
        for row in range(level.rows)
        for column in range(level.columns)
        if level.lengths[row * level.columns + column]
    ]


def test_blocks_are_what_rasterio_decodes(web: Path) -> None:
    facts = raster.describe(web)
    blocks = Blocks(web, facts.max_zoom)
    assert len(blocks.levels) >= 3
    for step, zoom in enumerate(sorted(blocks.levels, reverse=True)):
        level = {"overview_level": step - 1} if step else {}
        with rasterio.open(web, **level) as source:
            for tile in tiles_of(blocks, zoom):
                body = blocks.get(*tile)
                assert body is not None and body[:4] == b"RIFF"
                window = from_bounds(*bounds(*tile), source.transform)
                assert np.array_equal(pixels(body), source.read(window=window.round()))


def test_the_index_agrees_with_gdal(web: Path) -> None:
    facts = raster.describe(web)
    level = Blocks(web, facts.max_zoom).levels[facts.max_zoom]
    with rasterio.open(web) as source:
        for row in range(level.rows):
            for column in range(level.columns):
                at = row * level.columns + column
                offset = source.get_tag_item(f"BLOCK_OFFSET_{column}_{row}", "TIFF", bidx=1)
                assert int(offset or 0) == int(level.offsets[at])


def test_a_block_is_handed_through_untouched(browser: Browser, web: Path) -> None:
    register(web)
    blocks = Blocks(web, raster.describe(web).max_zoom)
    z, x, y = tiles_of(blocks, max(blocks.levels))[0]
    answer = browser.get(f"/tiles/relief/{z}/{x}/{y}.webp")
    assert answer.content == blocks.get(z, x, y)
    assert answer.headers["content-type"] == "image/webp"


def test_outside_the_picture_is_clear(browser: Browser, web: Path) -> None:
    register(web)
    zoom = raster.describe(web).max_zoom
    for form in ("webp", "png"):
        answer = browser.get(f"/tiles/relief/{zoom}/0/0.{form}")
        assert answer.content == nothing(form)
        assert not pixels(answer.content)[-1].any()


def test_png_is_made_from_the_same_pixels(browser: Browser, web: Path) -> None:
    register(web)
    blocks = Blocks(web, raster.describe(web).max_zoom)
    z, x, y = tiles_of(blocks, max(blocks.levels))[0]
    made = browser.get(f"/tiles/relief/{z}/{x}/{y}.png")
    assert made.headers["content-type"] == "image/png"
    assert np.array_equal(pixels(made.content), pixels(blocks.get(z, x, y) or b""))


def test_a_picture_on_no_web_grid_is_warped(browser: Browser, photo: Path) -> None:
    facts = raster.describe(photo)
    assert not facts.aligned
    register(photo)
    side = cell_at(12) * TILE
    x, y = int((WEST + 10_000 + HALF) / side), int((HALF - NORTH + 10_000) / side)
    picture = pixels(browser.get(f"/tiles/relief/12/{x}/{y}.webp").content)
    assert picture.shape == (4, TILE, TILE) and picture[3].all()


def test_what_took_long_is_kept_on_disk(
    browser: Browser, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "WORTH_KEEPING", 0)
    register(photo)
    side = cell_at(12) * TILE
    x, y = int((WEST + 10_000 + HALF) / side), int((HALF - NORTH + 10_000) / side)
    body = browser.get(f"/tiles/relief/12/{x}/{y}.png").content
    path = browser.folder / "cache" / "tiles.sqlite"

    def kept() -> list[tuple[int, bytes]]:
        disk = Disk(path, 1 << 24)
        rows = disk._reader.execute("SELECT version, body FROM kept").fetchall()  # type: ignore[union-attr]
        disk.close()
        return rows

    browser.until(lambda: [one[1] for one in kept()] == [body])
    (old,) = [one[0] for one in kept()]
    register(photo)  # the same file: made again all the same, nobody knows what is new in it

    def renewed() -> bool:
        browser.get(f"/tiles/relief/12/{x}/{y}.png")
        return [one[0] for one in kept()] == [old + 1]

    browser.until(renewed)


def test_a_raster_that_is_gone_is_told(browser: Browser, photo: Path) -> None:
    register(photo)
    photo.unlink()
    answer = browser.get("/tiles/relief/11/1670/813.png")
    assert answer.status_code == 503 and answer.headers["retry-after"]


def test_a_new_picture_takes_the_place_of_the_old(browser: Browser, web: Path, photo: Path) -> None:
    register(web)
    blocks = Blocks(web, raster.describe(web).max_zoom)
    z, x, y = tiles_of(blocks, max(blocks.levels))[0]
    path = f"/tiles/relief/{z}/{x}/{y}.webp"
    before = browser.get(path)
    with rasterio.open(photo, "r+") as source:
        source.write(255 - source.read())
    relief.to_web_cog(photo, web.with_name("new.tif"))
    web.with_name("new.tif").replace(web)
    register(web)
    browser.until(lambda: browser.get(path).headers["etag"] != before.headers["etag"], 2)
    assert browser.get(path).content == Blocks(web, z).get(z, x, y) != before.content


def test_tilejson_of_a_raster_ends_where_its_pixels_do(browser: Browser, web: Path) -> None:
    register(web)
    document = browser.get("/tiles/relief.json").json()
    assert document["maxzoom"] == raster.describe(web).max_zoom < 15
    assert "vector_layers" not in document and ".webp?v=1." in document["tiles"][0]
    with rasterio.open(web) as source:
        assert (
            document["bounds"][0]
            > rasterio.warp.transform_bounds(source.crs, "EPSG:4326", *source.bounds)[0]
        ), "padding to whole tiles is no content"


def test_while_the_file_store_is_away_blocks_are_served_as_they_were(
    browser: Browser, web: Path, tmp_path: Path
) -> None:
    register(web)
    blocks = Blocks(web, raster.describe(web).max_zoom)
    z, x, y = tiles_of(blocks, max(blocks.levels))[0]
    path = f"/tiles/relief/{z}/{x}/{y}"
    before = browser.get(f"{path}.webp")
    made = browser.get(f"{path}.png")
    fresh = tmp_path / "fresh.tif"
    fresh.write_bytes(web.read_bytes())
    register(fresh)
    fresh.unlink()  # a new version whose file cannot be reached
    version = State.objects.get(layer="relief").version
    parts = browser.run(browser.app.open())
    browser.until(lambda: parts.known.state("relief").version == version)
    for form, was in (("webp", before), ("png", made)):
        old = browser.get(f"{path}.{form}", if_none_match=was.headers["etag"])
        assert old.status_code == 200 and old.content == was.content
        assert int(old.headers["zhihui-stale"]) == int(old.headers["age"]) >= 1
        assert old.headers["warning"].startswith("110 ") and "etag" not in old.headers
    never = browser.get(f"{path}.jpg")
    assert never.status_code == 503, "never made"
    fresh.write_bytes(web.read_bytes())
    assert "zhihui-stale" not in browser.get(f"{path}.webp").headers


def test_while_the_database_is_away_pictures_tell_their_age(browser: Browser, web: Path) -> None:
    register(web)
    blocks = Blocks(web, raster.describe(web).max_zoom)
    z, x, y = tiles_of(blocks, max(blocks.levels))[0]
    before = browser.get(f"/tiles/relief/{z}/{x}/{y}.webp")
    parts = browser.run(browser.app.open())
    assert parts.known._task is not None
    parts.known._task.cancel()
    parts.known._looked = time.monotonic() - 3600
    old = browser.get(f"/tiles/relief/{z}/{x}/{y}.webp")
    assert old.content == before.content and int(old.headers["zhihui-stale"]) >= 3599
