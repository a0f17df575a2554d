"""Makes the picture benchmark's files and layers through the product; prints a session's cookie.

Run by bench.pictures in a process of its own, with DATABASE_URL and ZHIHUI_DATA set for it, and the
folder for the files as its argument.
"""

import datetime
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import django
import numpy as np
import rasterio
from rasterio.shutil import copy as copy_raster
from rasterio.transform import from_origin

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "city.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 - all below needs Django ready

from bench.kit.session import cookie  # noqa: E402
from layers import actions  # noqa: E402
from layers.importing import making  # noqa: E402
from layers.pictures import actions as pictures  # noqa: E402
from layers.pictures import painting  # noqa: E402
from layers.raster import HALF, TILE, cell_at  # noqa: E402

ZOOM, COLUMN, ROW, SIDE = 18, 213504, 113600, 4096  # web tiles; pixels
COARSER = 4  # a height for so many pixels of the picture
WEST, NORTH = COLUMN * TILE * cell_at(ZOOM) - HALF, HALF - ROW * TILE * cell_at(ZOOM)


def hills(seed: int, roughness: float) -> Any:
    """Return a land of all sizes of hills, from 0 to 1."""
    noise = np.fft.rfft2(np.random.default_rng(seed).standard_normal((SIDE, SIDE)))
    waves = np.hypot(np.fft.fftfreq(SIDE)[:, None], np.fft.rfftfreq(SIDE)[None])
    waves[0, 0] = 1
    land = np.fft.irfft2(noise / waves**roughness, s=(SIDE, SIDE))
    return (land - land.min()) / np.ptp(land)


def photograph() -> Any:
    """Return fields, trees and roofs: broad colours, fine texture, sharp edges."""
    broad, fine = hills(1, 1.4), hills(2, 0.8)
    red, green, blue = (150, 80, 0), (170, 60, 10), (120, 90, 0)
    seen = np.stack([broad * wide + fine * high + add for wide, high, add in (red, green, blue)])
    chance = np.random.default_rng(3)
    for _ in range(2500):
        x, y, wide, high = chance.integers((0, 0, 10, 10), (SIDE, SIDE, 70, 70))
        seen[:, y : y + high, x : x + wide] = chance.integers(60, 240, 3)[:, None, None]
    return seen.clip(0, 255).astype(np.uint8)


def write(path: Path, cells: Any, cell: float, **more: Any) -> None:
    """Write bands that begin at the benchmark's corner."""
    form: dict[str, Any] = {
        "driver": "GTiff", "count": len(cells), "height": cells.shape[1], "width": cells.shape[2],
        "dtype": cells.dtype.name, "crs": "EPSG:3857", "tiled": True,
        "transform": from_origin(WEST, NORTH, cell, cell), **more,
    }  # fmt: skip
    with rasterio.open(path, "w", **form) as out:
        out.write(cells)


def make(folder: Path) -> None:
    """Write the peers' files, and the product's out of the same pixels; register the layers."""
    write(folder / "plain.tif", photograph(), cell_at(ZOOM))
    copy_raster(
        folder / "plain.tif", folder / "jpeg.tif", driver="COG", COMPRESS="JPEG", QUALITY=85,
        TILING_SCHEME="GoogleMapsCompatible", BLOCKSIZE=256, ADD_ALPHA="NO",
        OVERVIEW_RESAMPLING="AVERAGE",
    )  # fmt: skip
    heights = (hills(4, 2.0) * 900).astype(np.float32)[None]
    write(folder / "rough.tif", heights, cell_at(ZOOM) * COARSER)
    copy_raster(
        folder / "rough.tif", folder / "dem.tif", driver="COG", COMPRESS="DEFLATE", PREDICTOR=3,
        BLOCKSIZE=256,
    )  # fmt: skip
    began = time.perf_counter()
    painting.mosaic([painting.Piece(folder / "plain.tif", "EPSG:3857")], folder / "web.tif")
    print(f"mosaic of {SIDE}² pixels: {time.perf_counter() - began:.1f} s", file=sys.stderr)


def register(folder: Path) -> None:
    """Make a layer of the picture and one of the heights, both for staff."""
    wishes = making.Wishes(title_zh="基准", title_en="Benchmark", sharing="staff")
    for code, heights in (("bench_ortho", False), ("bench_dem", True)):
        layer = making.raster(
            code, code, "EPSG:4490", wishes, heights=heights, order=60, zooms=range(4, 20)
        )
        actions.register(layer, "bench")
    day = datetime.date(2026, 5, 1)
    piece = {"file": "x", "source": "x", "attribution": ""}
    pictures.put("bench_ortho", day, folder / "web.tif", [piece], actor="bench", more={})
    actions.register_raster(
        "bench_dem", folder / "dem.tif", date=None, source="x", simulated=True, more={"lowest": 0.0}
    )


call_command("migrate", verbosity=0, skip_checks=True)
actions.Registered.objects.filter(code__startswith="bench_").delete()
pictures.Picture.objects.filter(layer="bench_ortho").delete()
make(Path(sys.argv[1]))
register(Path(sys.argv[1]))
print(json.dumps({"cookie": cookie()}))
