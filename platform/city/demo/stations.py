"""Stations and response units of the demo city, as things to be registered."""

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
import shapely

from city.demo import words
from city.demo.facilities import Facility, crossings
from city.demo.ground import Ground
from city.demo.locate import Locator
from city.demo.plan import Rank
from city.demo.plane import points
from city.demo.seats import spread
from city.demo.waters import River
from city.telemetry.stations import FULLY, PROTOCOL, SPEAKS
from places import names
from sensors.thing import StreamSpec, ThingSpec

AIR, RAIN, LEVELS, ROADS = 10, 60, 20, 40
_AIR = tuple(StreamSpec(code, 3600) for code in ("pm25", "pm10", "so2", "no2", "co", "o3"))
_WEATHER = tuple(StreamSpec(code, 300) for code in ("temperature", "humidity", "wind_speed"))
_UNITS = (
    ("fire", "消防救援站", "Fire and Rescue Station", 20),
    ("medical", "急救站", "Ambulance Station", 14),
    ("police", "派出所", "Police Station", 14),
    ("drainage", "排水抢险队", "Drainage Pump Crew", 12),
)


class Survey:
    """Names, numbers and places stations; every list is in the order of the codes."""

    def __init__(self, ground: Ground, locator: Locator) -> None:
        self._ground, self._locator = ground, locator
        self._met: Counter[str] = Counter()

    def everything(self, hospitals: Sequence[Facility], *, air: bool = True) -> list[ThingSpec]:
        """Return all things; without `air` the air stations are left to real ones."""
        found = [*self.rain(), *self.levels(), *self.roads(), *self.telemetry()]
        found += self.units(hospitals)
        return [*self.air(), *found] if air else found

    def air(self) -> Iterator[ThingSpec]:
        """Yield air quality stations, spread over where people live."""
        for number, (x, y) in enumerate(self._spread("air", AIR, 0.02), start=1):
            stem = self._stem(x, y)
            zh, en = f"{stem}空气站", f"{names.proper(stem)} Air Quality Station"
            yield self._thing("AQ", number, "air", zh, en, x, y, _AIR, {SPEAKS: PROTOCOL})

    def rain(self) -> Iterator[ThingSpec]:
        """Yield rain gauges: half over the town, half at the seats of towns outside."""
        inner = self._spread("rain", RAIN // 2, 0.15)
        outer = [(s.x, s.y) for group in self._ground.seats.values() for s in group]
        rng = self._ground.rng("rain outside")
        keep = rng.permutation(len(outer))[: RAIN - len(inner)]
        places = inner + [outer[index] for index in sorted(keep.tolist())]
        for number, (x, y) in enumerate(places, start=1):
            stem = self._stem(x, y)
            zh, en = f"{stem}雨量站", f"{names.proper(stem)} Rain Gauge"
            streams = (StreamSpec("rain", 300),) + (_WEATHER if number % 4 == 1 else ())
            yield self._thing("RG", number, "rain", zh, en, x, y, streams)

    def telemetry(self) -> Iterator[ThingSpec]:
        """Yield an air and a river station that send all kinds of data of HJ 212."""
        more: dict[str, object] = {SPEAKS: PROTOCOL, FULLY: True}
        for x, y in self._spread("telemetry", 1, 0.02):
            stem = self._stem(x, y)
            zh, en = f"{stem}空气自动站", f"{names.proper(stem)} Automatic Air Station"
            yield self._thing("AQ", AIR + 1, "air", zh, en, x, y, (), more)
        for river in self._rivers()[:1]:
            point = river.line.interpolate(0.5, normalized=True)
            stem = self._stem(point.x, point.y)
            zh = f"{river.name_zh}{stem}水质自动站"
            en = f"{words.english(river.name_zh)} Water Quality Station at {names.proper(stem)}"
            about = more | {"river_zh": river.name_zh, "water_body": "river", "target_class": 4}
            yield self._thing("WQ", 1, "water", zh, en, point.x, point.y, (), about)

    def _rivers(self) -> list[River]:
        """Return the rivers, the nearest to the town first."""
        town = shapely.Point(0.0, 0.0)
        return sorted(self._ground.land.waters.rivers, key=lambda one: one.line.distance(town))

    def levels(self) -> Iterator[ThingSpec]:
        """Yield water level gauges on the rivers and reservoirs nearest to the town."""
        rivers = self._rivers()
        rng = self._ground.rng("levels")
        places = [
            (river, river.line.interpolate(share + rng.uniform(-0.08, 0.08), normalized=True))
            for share in (0.6, 0.3, 0.85)
            for river in rivers[: LEVELS // 2]
        ][:LEVELS]
        for number, (river, point) in enumerate(places, start=1):
            stem = self._stem(point.x, point.y)
            bed = float(self._ground.land.dem.at(self._degrees(point.x, point.y))[0])
            zh = f"{river.name_zh}{stem}水位站"
            en = f"{words.english(river.name_zh)} Gauge at {names.proper(stem)}"
            more: dict[str, object] = {"river_zh": river.name_zh, "datum_m": round(bed, 2)}
            more |= {"guard_m": round(bed + 3.0, 2), "safe_m": round(bed + 4.2, 2)}
            streams = (StreamSpec("water_level", 300),)
            place = (point.x, point.y)
            yield self._thing("WL", number, "waterlevel", zh, en, *place, streams, more)

    def roads(self) -> Iterator[ThingSpec]:
        """Yield road water gauges in the lowest underpasses, where main roads pass expressways."""
        found = [
            row
            for row in crossings(self._ground, Rank.ARTERIAL)
            if ("环" in row[0] or "快速" in row[0] or "高速" in row[0]) != ("环" in row[2])
        ]
        places = np.array([row[4:] for row in found]).reshape(-1, 2)
        plane = self._ground.site.plane
        height = self._ground.land.dem.at(plane.degrees(places)) if len(found) else np.empty(0)
        near = np.argsort(np.hypot(*places.T), kind="stable")[: 2 * ROADS]
        lowest = near[np.argsort(height[near], kind="stable")[:ROADS]]
        for number, index in enumerate(sorted(lowest.tolist()), start=1):
            zh, en, zh2, en2, x, y = found[index]
            yield self._thing(
                "RD", number, "roadwater", f"{zh}{zh2}下穿隧道积水站",
                f"Underpass of {en} and {en2}", x, y,
                (StreamSpec("water_depth", 60),), {"warn_cm": 15, "close_cm": 27},
            )  # fmt: skip

    def units(self, hospitals: Sequence[Facility]) -> Iterator[ThingSpec]:
        """Yield response units at their home stations; ambulances stand at hospitals."""
        number = 0
        for service, zh_kind, en_kind, count in _UNITS:
            places = self._spread(f"unit {service}", count, 0.08)
            if service == "medical":
                wards = [(h.x, h.y) for h in hospitals if h.properties["emergency"]]
                places = (wards + places)[:count]
            for x, y in places:
                number += 1
                stem = self._stem(x, y)
                zh, en = f"{stem}{zh_kind}", f"{names.proper(stem)} {en_kind}"
                more: dict[str, object] = {"service": service, "home": self._home(x, y)}
                yield self._thing("UN", number, "unit", zh, en, x, y, (), more)

    def _home(self, x: float, y: float) -> list[float]:
        return [round(float(value), 6) for value in self._degrees(x, y)[0]]

    def _degrees(self, x: float, y: float) -> np.ndarray:
        return self._ground.site.plane.degrees([[x, y]])

    def _stem(self, x: float, y: float) -> str:
        return self._locator.street_name(self._locator.scope(x, y))

    def _spread(self, step: str, count: int, least: float) -> list[tuple[float, float]]:
        """Spread places over the built town on dry crossings, denser where it is denser."""
        town = self._ground.town
        weight = np.where(town.density > least, town.density, 0.0).ravel()
        centres = town.fabric.centres.reshape(-1, 2)
        chosen = weight > 0
        rng = self._ground.rng(step)
        seeds = spread(centres[chosen][::7], weight[chosen][::7], count, rng)
        ends = shapely.get_coordinates(
            shapely.get_point(self._ground.streets.shapes[self._ground.streets.ranks >= 2], 0)
        )
        tree = shapely.STRtree(points(ends))
        nearest = ends[np.unique(tree.nearest(points(seeds)))] + (18.0, 14.0)
        return [(float(x), float(y)) for x, y in nearest]

    def _thing(
        self,
        head: str,
        number: int,
        kind: str,
        zh: str,
        en: str,
        x: float,
        y: float,
        streams: tuple[StreamSpec, ...],
        more: dict[str, object] | None = None,
    ) -> ThingSpec:
        lon, lat = self._home(x, y)
        self._met[zh] += 1
        if self._met[zh] > 1:
            zh, en = f"{zh}（{words.numeral(self._met[zh])}）", f"{en} {self._met[zh]}"
        return ThingSpec(
            code=f"{self._ground.frame.prefix}-{head}-{number:03d}",
            name=zh,
            name_en=en,
            kind=kind,
            lon=lon,
            lat=lat,
            scope=self._locator.scope(x, y),
            streams=streams,
            properties={**(more or {}), "simulated": True},
            simulated=True,
        )
