"""The piece of an elevation model that an analysis works on, measured on the ground."""

import dataclasses
import functools
import math
from typing import Any

import numpy as np
import numpy.typing as npt
import rasterio
import shapely
from affine import Affine
from pyproj import CRS, Geod, Transformer
from rasterio.enums import Resampling
from rasterio.features import geometry_mask
from rasterio.warp import reproject
from rasterio.windows import Window

from core.errors import Invalid
from layers.models import State
from layers.raster import stored
from layers.terrain.grid import Grid, Lengths, Mask

MOST = 64_000_000  # cells: some 2 GB while water is followed
_GEOD = Geod(ellps="GRS80")
_RIM = 2  # cells more on each side than the area itself


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Field:
    """A grid and where it lies: `transform` from (column, row) to the model's own frame.

    `into` and `back` lead from degrees to that frame and back.
    """

    grid: Grid
    transform: Affine
    crs: CRS
    into: Transformer
    back: Transformer

    def cell(self, lon: float, lat: float) -> tuple[int, int]:
        """Return column and row of the cell at a position; raises Invalid beside the grid."""
        x, y = self.into.transform(lon, lat)
        return self.grid.cell(*(~self.transform @ (x, y)))

    def inside(self, area: shapely.Geometry) -> Mask:
        """Return the cells whose middle lies in an area (degrees)."""
        own = shapely.transform(area, _pairs(self.into))
        found: Mask = geometry_mask([own], self.grid.shape, self.transform, invert=True)
        return found

    def places(self, positions: Lengths) -> Lengths:
        """Return positions (degrees) as (column, row) places."""
        x, y = self.into.transform(positions[:, 0], positions[:, 1])
        places: Lengths = np.column_stack((x, y)) - (self.transform.c, self.transform.f)
        return places / (self.transform.a, self.transform.e)

    def positions(self, places: Lengths) -> Lengths:
        """Return (column, row) places as positions in degrees."""
        steps = np.array([self.transform.a, self.transform.e])
        found: Lengths = _pairs(self.back)(places * steps + (self.transform.c, self.transform.f))
        return found

    def degrees(self, shapes: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return shapes over (column, row) places as shapes in EPSG:4326."""
        found: npt.NDArray[Any] = shapely.transform(shapes, self.positions)
        return found


def read(
    state: State, wanted: shapely.Geometry | None, around: float = 0.0, coarser: int = 0
) -> Field:
    """Read the cells in the box round a shape (degrees), `around` metres more; no shape: all.

    If there are more than `coarser` of them, they are read as fewer and coarser ones. Raises
    Invalid for a model that is turned, a box beside it, or one of more than MOST cells.
    """
    with rasterio.open(stored(state.path)) as source:
        if source.transform.b or source.transform.d or source.transform.e >= 0:
            raise Invalid("the elevation model does not lie north up", zh="高程模型不是正北朝上")
        crs = CRS.from_wkt(source.crs.to_wkt())
        into, back = _ways(crs)
        window = _window(source, into, wanted, around)
        shape = _fewer(int(window.height), int(window.width), coarser)
        if shape[0] * shape[1] > MOST:
            raise Invalid(
                f"that would be {window.width * window.height / 1e6:,.0f} million cells",
                zh="分析范围过大",
                field="area",
                remedy="draw a smaller area, or give a smaller radius",
            )
        cells = source.read(
            1, window=window, masked=True, out_shape=shape, resampling=Resampling.average
        )
        larger = Affine.scale(window.width / shape[1], window.height / shape[0])
        transform = source.window_transform(window) @ larger
    known = ~np.ma.getmaskarray(cells)
    held = np.where(known, cells.filled(0).astype(np.float32), np.float32(np.nan))
    grid = Grid(held, *_cells(back, transform, held.shape))
    return Field(grid, transform, crs, into, back)


def onto(field: Field, state: State) -> Grid:
    """Return another model's heights on a field's cells: the same, means of finer ones, or between.

    Raises Invalid for a model that does not meet the field.
    """
    with rasterio.open(stored(state.path)) as source:
        heights = np.full(field.grid.shape, np.nan, np.float32)
        reproject(
            rasterio.band(source, 1), heights, dst_transform=field.transform,
            dst_crs=field.crs.to_wkt(), src_nodata=source.nodata, dst_nodata=np.nan,
            resampling=_taken(field, source),
        )  # fmt: skip
    if np.isnan(heights).all():
        raise Invalid(
            "the second model knows no height there", zh="第二个高程模型不覆盖该范围",
            field="against",
        )  # fmt: skip
    return Grid(heights, field.grid.cell_x, field.grid.cell_y)


def _taken(field: Field, source: rasterio.DatasetReader) -> Resampling:
    """Return how cells are taken over: as they are on the same raster, else by their size."""
    own, other = field.transform, source.transform
    steps = (~other @ (own.c, own.f), ~other @ (own.c + own.a, own.f + own.e))
    whole = all(abs(step - round(step)) < 1e-6 for place in steps for step in place)
    same = CRS.from_wkt(source.crs.to_wkt()) == field.crs
    if same and whole and math.isclose(own.a, other.a, rel_tol=1e-9):
        return Resampling.nearest
    cell, _ = _cells(field.back if same else _ways(CRS.from_wkt(source.crs.to_wkt()))[1],
                     other, source.shape)  # fmt: skip
    finer = float(cell.mean()) < 0.75 * float(field.grid.cell_x.mean())
    return Resampling.average if finer else Resampling.bilinear


def _fewer(rows: int, columns: int, most: int) -> tuple[int, int]:
    by = max(1.0, math.sqrt(rows * columns / most)) if most else 1.0
    return max(1, math.floor(rows / by)), max(1, math.floor(columns / by))


def _window(
    source: rasterio.DatasetReader,
    into: Transformer,
    wanted: shapely.Geometry | None,
    around: float,
) -> Window:
    whole = Window(0, 0, source.width, source.height)
    if wanted is None:
        return whole
    west, south, east, north = shapely.bounds(wanted).tolist()
    high = around / 110_574
    wide = around / (111_320 * math.cos(math.radians(min(abs(south), abs(north), 85))))
    box = (west - wide, south - high, east + wide, north + high)
    left, bottom, right, top = into.transform_bounds(*box, densify_pts=21)
    x, y = ~source.transform @ (np.array([left, right]), np.array([top, bottom]))
    first_x, first_y = max(0, math.floor(x[0]) - _RIM), max(0, math.floor(y[0]) - _RIM)
    last_x = min(source.width, math.ceil(x[1]) + _RIM)
    last_y = min(source.height, math.ceil(y[1]) + _RIM)
    if last_x <= first_x or last_y <= first_y:
        raise Invalid(
            "the place lies beside the elevation model",
            zh="该位置在高程模型范围之外",
            field="place",
        )
    return Window(first_x, first_y, last_x - first_x, last_y - first_y)


def _cells(back: Transformer, transform: Affine, shape: tuple[int, ...]) -> tuple[Lengths, Lengths]:
    """Return each row's cell along and across on the ellipsoid, whatever the frame stretches."""
    rows, columns = shape
    middle, down = columns / 2, np.arange(rows) + 0.5

    def at(column: Any, row: Any) -> tuple[Any, Any]:
        lon, lat = back.transform(*(transform @ (column, row)))
        return lon, lat

    across = np.full(rows, middle)
    west, east = at(across - 0.5, down), at(across + 0.5, down)
    north, south = at(across, down - 0.5), at(across, down + 0.5)
    return (
        np.asarray(_GEOD.inv(*west, *east)[2], np.float64),
        np.asarray(_GEOD.inv(*north, *south)[2], np.float64),
    )


@functools.lru_cache(maxsize=16)
def _ways(crs: CRS) -> tuple[Transformer, Transformer]:
    """Return the ways from degrees to a frame and back."""
    degrees = CRS.from_epsg(4326)
    return (
        Transformer.from_crs(degrees, crs, always_xy=True),
        Transformer.from_crs(crs, degrees, always_xy=True),
    )


def _pairs(way: Transformer) -> Any:
    """Return a way for an array of places."""
    return lambda places: np.column_stack(way.transform(places[:, 0], places[:, 1]))
