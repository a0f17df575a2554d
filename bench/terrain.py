"""Terrain on a model of 4,000 × 4,000 cells: ./zhihui bench terrain, or python -P bench/terrain.py.

Hills of 600 m drawn from a seed, cells of 5 m. In turns with ours: GDAL's own viewshed and slope on
an array in memory (the library that rasterio brings, and Debian's where GeoDjango has it), numpy's
gradient, and a plain threshold. `gdal_viewshed`, from file to file, only where gdal-bin is there.
"""

import ctypes.util
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import rasterio
from rasterio.transform import from_origin
from scipy import ndimage

from bench.kit import measure
from bench.kit.gdal import Gdal, Model, bundled
from layers.terrain import contours, flow, hillshade, slope, spill, viewshed
from layers.terrain.grid import Grid
from layers.terrain.kernel import threads

SIDE, CELL, SEED = 4000, 5.0, 11
ROUNDS = 5
EYE, CURVATURE = 2.0, 1 - viewshed.REFRACTION
WANTED = {"viewshed": 0.6, "flood": 3.0, "equal": 0.985}

Run = Callable[[], object]


def hills() -> np.ndarray:
    """Return heights (m) of a land of all sizes of hills that falls to the south."""
    noise = np.fft.rfft2(np.random.default_rng(SEED).standard_normal((SIDE, SIDE)))
    waves = np.hypot(np.fft.fftfreq(SIDE)[:, None], np.fft.rfftfreq(SIDE)[None])
    waves[0, 0] = 1
    land = np.fft.irfft2(noise / waves**1.7, s=(SIDE, SIDE))
    land = (land - land.min()) / np.ptp(land) * 600 + np.linspace(150, 0, SIDE)[:, None]
    return np.asarray(land, np.float32)


def in_turns(runs: dict[str, Run], rounds: int = ROUNDS) -> dict[str, list[float]]:
    """Return what each took (ms) in rounds in which they take turns; one round warms up."""
    took: dict[str, list[float]] = {name: [] for name in runs}
    for nth in range(rounds + 1):
        for name, run in runs.items():
            begun = time.perf_counter()
            run()
            if nth:
                took[name].append((time.perf_counter() - begun) * 1e3)
    return took


def references(grid: Grid) -> Iterator[tuple[str, Model]]:
    """Yield GDAL's libraries with the model in their memory."""
    debian = ctypes.util.find_library("gdal")
    for name, path in (("rasterio's", bundled()), ("Debian's", debian)):
        if path is not None:
            gdal = Gdal(path)
            yield f"GDAL {gdal.version}, {name}", Model(gdal, grid.heights, CELL)


def summit(grid: Grid) -> tuple[int, int]:
    """Return column and row of the highest cell in the middle quarter."""
    quarter = SIDE // 4
    middle = grid.heights[quarter:-quarter, quarter:-quarter]
    row, column = np.unravel_index(middle.argmax(), middle.shape)
    return int(column) + quarter, int(row) + quarter


def sight(grid: Grid, models: dict[str, Model]) -> tuple[list[list[object]], bool]:
    """Measure the viewshed from a summit over all cells, against each GDAL."""
    column, row = summit(grid)

    def ours() -> np.ndarray:
        return viewshed.viewshed(grid, column, row, observer=EYE)

    runs: dict[str, Run] = {"ours": ours}
    for name, model in models.items():
        runs[name] = lambda model=model: model.viewshed(column, row, EYE, CURVATURE)
    took = in_turns(runs)
    mine, rows, right = ours(), [], True
    for name, model in models.items():
        equal = float((model.viewshed(column, row, EYE, CURVATURE) == mine).mean())
        right &= equal >= WANTED["equal"]
        what = f"viewshed, {equal:.2%} of cells equal"
        rows.append(_row(what, took, name, f"{WANTED['viewshed']}"))
    return rows, right


def by_command(grid: Grid) -> list[list[object]]:
    """Measure the viewshed against `gdal_viewshed`, which reads and writes files."""
    program = shutil.which("gdal_viewshed")
    if program is None:
        print("gdal_viewshed is not installed (apt-get install gdal-bin): left out\n")
        return []
    column, row = summit(grid)
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "dem.tif", Path(folder) / "seen.tif"
        place = from_origin(500_000, 4_000_000, CELL, CELL)
        form = {"driver": "GTiff", "width": SIDE, "height": SIDE, "count": 1, "dtype": "float32"}
        with rasterio.open(source, "w", crs="EPSG:32650", transform=place, **form) as out:
            out.write(grid.heights, 1)
        x, y = place * (column + 0.5, row + 0.5)
        argv = [program, "-q", "-ox", str(x), "-oy", str(y), "-oz", str(EYE), "-md", "0"]
        argv += ["-cc", str(CURVATURE), str(source), str(target)]
        took = in_turns(
            {
                "ours": lambda: viewshed.viewshed(grid, column, row, observer=EYE),
                "command": lambda: subprocess.run(argv, check=True, stdout=subprocess.DEVNULL),
            }
        )
    return [_row("viewshed, file to file", took, "command", f"{WANTED['viewshed']}")]


def steepness(grid: Grid, models: dict[str, Model]) -> list[list[object]]:
    """Measure slope and light."""

    def by_numpy() -> np.ndarray:
        return np.degrees(np.arctan(np.hypot(*np.gradient(grid.heights, CELL))))

    runs: dict[str, Run] = {"ours": lambda: slope.slope(grid), "numpy, np.gradient": by_numpy}
    for name, model in models.items():
        runs[name] = lambda model=model: model.processed("slope")
    took = in_turns(runs)
    rows = [_row("slope", took, name, "–") for name in runs if name != "ours"]
    runs = {"ours": lambda: hillshade.hillshade(grid)}
    for name, model in models.items():
        runs[name] = lambda model=model: model.processed("hillshade")
    took = in_turns(runs)
    return rows + [_row("hillshade", took, name, "–") for name in models]


def water(grid: Grid) -> tuple[list[list[object]], bool]:
    """Measure floods against a threshold, and against filling anew; they must be the same."""
    lowest = np.unravel_index(grid.heights.argmin(), grid.shape)
    source = spill.at(int(lowest[1]), int(lowest[0]), grid)
    begun = time.perf_counter()
    levels = spill.spill(grid, source)
    once = (time.perf_counter() - begun) * 1e3
    level = float(np.percentile(levels, 25))

    def labelled() -> np.ndarray:
        parts, _ = ndimage.label(grid.heights <= np.float32(level))
        return np.asarray(parts == parts[lowest])

    took = in_turns(
        {
            "ours": lambda: spill.wet(levels, level),
            "threshold of the heights": lambda: grid.heights <= np.float32(level),
            "scipy label, filled anew": labelled,
        }
    )
    same = bool((labelled() == spill.wet(levels, level)).all())
    rows = [
        _row("flood at a level", took, "threshold of the heights", f"{WANTED['flood']:g}"),
        _row("flood at a level", took, "scipy label, filled anew", "–"),
        ["spill raster, once", f"{once:,.0f}", "–", "–", "–", "–"],
    ]
    return rows, same


def alone(grid: Grid) -> list[list[object]]:
    """Measure what has no peer here."""
    tasks: dict[str, Run] = {
        "hollows filled, D8, accumulation": lambda: flow.flow(grid),
        "contours every 20 m": lambda: contours.contours(grid, 20.0),
    }
    took = in_turns(tasks, 1)
    return [[name, measure.spread(times), "–", "–", "–", "–"] for name, times in took.items()]


def _row(what: str, took: dict[str, list[float]], other: str, wanted: str) -> list[object]:
    ratio = measure.median(took["ours"]) / measure.median(took[other])
    spread = [measure.spread(took[name], 1) for name in ("ours", other)]
    return [what, spread[0], other, spread[1], f"{ratio:.2f}", wanted]


def main() -> int:
    """Measure and print the table."""
    grid = Grid.plane(hills(), CELL)
    print(f"{SIDE:,} × {SIDE:,} cells, {threads()} cores, medians of {ROUNDS} rounds\n")
    models = dict(references(grid))
    rows, seen_alike = sight(grid, models)
    rows += by_command(grid)
    rows += steepness(grid, models)
    flooded, filled_alike = water(grid)
    rows += flooded + alone(grid)
    measure.table(["task", "ours ms", "against", "theirs ms", "ours / theirs", "promised"], rows)
    right = seen_alike and filled_alike
    print(f"\nthe same answers: {'yes' if right else 'NO'}")
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
