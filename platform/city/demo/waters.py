"""Rivers that follow the relief, the great river on its real course, and lakes beside them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from rasterio import Affine
from rasterio.features import rasterize
from scipy import ndimage
from shapely.geometry import LineString, Point, Polygon
from shapely.ops import substring

from city.demo import flow, relief, words
from city.demo.frame import Frame, Heights
from city.demo.plane import Floats, Geometry, Plane
from city.demo.relief import Dem

_GREAT = 200  # cells of the coarse grid, about 70,000 km²: a river that makes borders
_NEAR = 0.35  # degrees: the coarse grid is 20 km wide, the real river may be two cells off
_LOCAL_KM2 = 28.0
_ROUGH, _ROUGH_CELLS = 5.0, 7.0  # metres, and cells of 250 m
_MOUTHS = {"黄河": (119.0, 37.5), "长江": (121.9, 31.5), "珠江": (113.6, 22.5)}


@dataclass(frozen=True, slots=True)
class River:
    """A river's course in plane metres, source to mouth."""

    name_zh: str
    line: LineString
    width: float
    kind: str = "river"


@dataclass(frozen=True, slots=True)
class Lake:
    """A lake or reservoir in plane metres."""

    name_zh: str
    shape: Polygon
    kind: str = "lake"


@dataclass(frozen=True, slots=True)
class Waters:
    """All water of the city in plane metres; `near` is what building keeps away from."""

    rivers: tuple[River, ...]
    bodies: tuple[Geometry, ...]
    lakes: tuple[Lake, ...]
    great: Geometry
    small: Geometry

    @property
    def standing(self) -> Geometry:
        """The union of lakes and reservoirs."""
        return shapely.union_all([lake.shape for lake in self.lakes])

    def features(self) -> Iterator[tuple[str, str, Geometry]]:
        """Yield name, class and shape of each water."""
        for river, body in zip(self.rivers, self.bodies, strict=True):
            yield river.name_zh, river.kind, body
        for lake in self.lakes:
            yield lake.name_zh, lake.kind, lake.shape

    @property
    def everything(self) -> Geometry:
        """The union of all water."""
        return shapely.union(self.great, self.small)


def find(
    frame: Frame, heights: Heights, dem: Dem, plane: Plane, rng: np.random.Generator
) -> Waters:
    """Trace rivers on the relief, the great river on the real coarse relief, and set lakes."""
    reach = shapely.buffer(plane.draw([frame.outline])[0], 1500.0)
    great = great_river(frame, heights, plane, rng)
    wide = [_body(river, rng) for river in great]
    # what drains the other side of the great river is another city's
    for body in wide:
        reach = max(shapely.get_parts(reach.difference(body)), key=lambda part: part.area)
    small = _local_rivers(dem, plane, reach, rng)
    lakes = _lakes(small, rng)
    narrow = [_body(river, rng) for river in small]
    return Waters(
        rivers=(*great, *small),
        bodies=(*wide, *narrow),
        lakes=tuple(lakes),
        great=shapely.union_all(wide),
        small=shapely.union_all([*narrow, *(lake.shape for lake in lakes)]),
    )


def great_river(
    frame: Frame, heights: Heights, plane: Plane, rng: np.random.Generator
) -> list[River]:
    """Find a great river within 35 km by the drainage of all China's real coarse relief.

    The coarse grid puts a river some cells off, and great rivers make borders: one that passes
    outside runs along the outline that faces it, one that crosses keeps its course.
    """
    metres = np.nan_to_num(heights.metres)
    down, area = flow.drain(np.maximum(metres, 0.0), flow.rim(metres.shape) | (metres <= 0.0))
    columns = metres.shape[1]
    for course in flow.courses(down, area, _GREAT, 20):
        places = np.array([heights.place(*divmod(cell, columns)) for cell in course])
        path = LineString(places)
        if path.distance(frame.outline) > _NEAR:
            continue
        line = _near_course(path, frame)
        if line is None:
            continue
        drained = area[course].max()
        name = next(
            (
                name
                for name, mouth in _MOUTHS.items()
                if Point(places[-1]).distance(Point(mouth)) < 2
            ),
            "大清河",
        )
        bent = _meander(plane.draw([line])[0], 250.0, 300.0, rng)
        return [River(name, bent, float(np.sqrt(drained) * 22.0))]
    return []


def _near_course(path: LineString, frame: Frame) -> LineString | None:
    """Return the course through the city, or along the stretch of its outline that faces it."""
    west, south, east, north = frame.outline.bounds
    window = shapely.box(west - 0.1, south - _NEAR, east + 0.1, north + _NEAR)
    inside = _longest(path.intersection(window))
    if inside is None or inside.length < 0.1:
        return None
    if inside.intersection(frame.outline).length > 0.1:
        return inside
    ring = max(frame.outline.geoms, key=lambda part: part.area).exterior
    first, last = (ring.project(Point(inside.coords[end])) for end in (0, -1))
    direct = substring(ring, first, last)
    around = ring.difference(direct.buffer(1e-9))
    shorter = _longest(min((direct, around), key=lambda line: line.length))
    return shorter if shorter is not None and shorter.length > 0.05 else None


def _longest(lines: Geometry) -> LineString | None:
    """Return the longest line once all that continue each other are joined."""
    parts = shapely.get_parts(shapely.line_merge(lines))
    found = [part for part in parts if isinstance(part, LineString)]
    return max(found, key=lambda part: part.length, default=None)


def _local_rivers(dem: Dem, plane: Plane, reach: Polygon, rng: np.random.Generator) -> list[River]:
    coarse = dem.coarse(8)
    # a plain is flatter than it is known: without a little roughness its rivers would run straight
    rough = ndimage.gaussian_filter(rng.standard_normal(coarse.metres.shape), _ROUGH_CELLS)
    metres = coarse.metres + _ROUGH * rough / rough.std()
    down, area = flow.drain(metres, flow.rim(coarse.metres.shape))
    columns = coarse.metres.shape[1]
    km2 = float(np.prod(plane.scale)) * coarse.cell**2 / 1e6
    names = words.shuffled(words.RIVERS, rng)
    rivers = []
    for course in flow.courses(down, area, _LOCAL_KM2 / km2, 30):
        rows, cols = np.divmod(np.array(course), columns)
        degrees = np.column_stack(
            (dem.west + (cols + 0.5) * coarse.cell, dem.north - (rows + 0.5) * coarse.cell)
        )
        line = LineString(_smooth(plane.metres(degrees), 3.0))
        width = 8.0 + 1.6 * float(np.sqrt(area[course[-2]] * km2))
        for part in shapely.get_parts(line.intersection(reach)):
            if names and part.geom_type == "LineString" and part.length > 4000.0:
                name = names.pop()
                kind = "canal" if name.endswith("渠") else "river"
                rivers.append(River(name, _meander(part, 120.0, 60.0, rng), width, kind))
    return rivers


def _smooth(points: Floats, sigma: float) -> Floats:
    """Round a chain of points and keep its two ends."""
    soft = ndimage.gaussian_filter1d(points, sigma, axis=0, mode="nearest")
    fade = np.minimum(np.arange(len(points)), np.arange(len(points))[::-1]) / sigma
    weight = np.clip(fade, 0.0, 1.0)[:, None]
    return np.asarray(points * (1 - weight) + soft * weight)


def _meander(line: LineString, step: float, swing: float, rng: np.random.Generator) -> LineString:
    """Let a course swing by about `swing` metres to both sides, on points every `step` metres."""
    count = max(int(line.length / step), 4)
    points = shapely.get_coordinates(
        shapely.line_interpolate_point(line, np.linspace(0.0, line.length, count))
    )
    points = _smooth(points, 4.0)
    noise = rng.standard_normal((count, 2))
    waves = ndimage.gaussian_filter1d(noise, 4.0, axis=0, mode="nearest") * np.sqrt(8.0)
    fade = np.minimum(np.arange(count), np.arange(count)[::-1]).clip(0, 8)[:, None] / 8.0
    return LineString(_smooth(points + waves * fade * swing, 1.5))


def _body(river: River, rng: np.random.Generator) -> Geometry:
    """Return a river's water: its course with banks that widen and narrow."""
    points = shapely.get_coordinates(river.line.simplify(river.width / 10.0))
    swell = ndimage.gaussian_filter1d(rng.standard_normal(len(points)), 2.0, mode="nearest")
    growth = np.linspace(0.7, 1.0, len(points)) * np.clip(1.0 + 0.4 * swell, 0.6, 1.6)
    half = river.width / 2.0 * growth
    pieces = shapely.buffer(shapely.points(points), half, quad_segs=4)
    hulls = [
        shapely.convex_hull(shapely.union(pieces[i], pieces[i + 1])) for i in range(len(points) - 1)
    ]
    return shapely.union_all(hulls)


def _lakes(rivers: list[River], rng: np.random.Generator) -> list[Lake]:
    """Set lakes on rivers near the centre and reservoirs on those far out."""
    names = words.shuffled(words.LAKES, rng)
    lakes: list[Lake] = []
    for river in sorted(rivers, key=lambda river: river.line.distance(Point(0.0, 0.0))):
        at = river.line.interpolate(rng.uniform(0.3, 0.8), normalized=True)
        far = at.distance(Point(0.0, 0.0))
        if not names or far < 2500.0 or any(at.distance(lake.shape) < 4000.0 for lake in lakes):
            continue
        size = rng.uniform(260.0, 620.0) * (1.0 if far < 15000.0 else 1.3)
        name, kind = names.pop(), "lake"
        if far > 18000.0:
            name, kind = f"{name[:-1]}水库", "reservoir"
        lakes.append(Lake(name, _blob(at, size, rng), kind))
    return lakes


def _blob(centre: Point, size: float, rng: np.random.Generator) -> Polygon:
    """Return a lake's shore: a circle that a few slow waves push in and out."""
    angle = np.linspace(0.0, 2.0 * np.pi, 72, endpoint=False)
    radius = np.full(angle.size, size)
    for wave in (2, 3, 4, 5):
        radius *= 1.0 + rng.uniform(0.04, 0.55 / wave) * np.cos(
            wave * angle + rng.uniform(0.0, 2.0 * np.pi)
        )
    return Polygon(
        np.column_stack((centre.x + radius * np.cos(angle), centre.y + radius * np.sin(angle)))
    )


def carve(dem: Dem, waters: Waters, plane: Plane) -> None:
    """Sink the water's beds into the elevations, in place."""
    shapes = [shape for shape in plane.lift([waters.great, waters.small]) if not shape.is_empty]
    if shapes:
        mask = rasterize(
            [(shape, 1) for shape in shapes],
            out_shape=dem.metres.shape,
            transform=Affine(dem.cell, 0.0, dem.west, 0.0, -dem.cell, dem.north),
            dtype="uint8",
            all_touched=True,
        )
        relief.carve(dem, mask.astype(bool), 3.0)
