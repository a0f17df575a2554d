"""The rainstorm of 17 to 21 July 2021: gauges by HJ 212, generated from the anchors; and people."""

import datetime
from collections.abc import Iterator, Sequence

import numpy as np

from city.scenario import Published, Scenario, Station, Step, Unplayable
from city.storm import facts, rain, roads
from city.telemetry.packets import REALTIME, Packet

_FARTHEST = 50.0  # km from the national station to the gauge that plays its part


class Rainstorm(Scenario):
    """Every gauge reports what fell since its last report; underpasses report their depth."""

    title_zh = "郑州“7·20”特大暴雨（模拟数据，满足已公布的雨量）"
    title_en = "Zhengzhou rainstorm of 20 July 2021 (simulated, meets the published totals)"
    kinds = ("rain", "roadwater")
    compared_rule = "rainstorm"
    peopled = True
    published = tuple(Published(act.time, act.zh, act.en, act.severity) for act in facts.ACTS)

    def steps(self, stations: Sequence[Station]) -> Iterator[Step]:
        """Yield hourly totals until the 19th at 14:00, then a report every five minutes."""
        storm = _storm(stations)
        places = [
            roads.Underpass(each.code, each.lon, each.lat)
            for each in stations
            if "water_depth" in each.streams and each.lon is not None and each.lat is not None
        ]
        depth = roads.depths(storm, places) if places else np.empty((0, len(storm.times)))
        for column, moment in enumerate(storm.times):
            fell = [
                _said(gauge.code, "rain", moment, round(int(storm.tenths[row, column]) / 10, 1))
                for row, gauge in enumerate(storm.gauges)
            ]
            # a road reports what has changed, and every hour that it is there
            stands = [
                _said(place.code, "roadwater", moment, float(depth[row, column]))
                for row, place in enumerate(places)
                if moment.minute == 0 or depth[row, column] != depth[row, column - 1]
            ]
            yield Step(moment, packets=fell + stands)

    def notes(self, stations: Sequence[Station]) -> Sequence[tuple[str, str]]:
        """Say which gauge plays which part, and how each anchor is met."""
        storm = _storm(stations)
        names = {"national": "郑州国家站", "shiziwan": "新密柿树湾", "yuanzhuang": "新密袁庄"}
        found = [
            (
                f"{storm.gauges[row].code} 代表{names[role]}",
                f"{storm.gauges[row].code} plays {role}",
            )
            for role, row in storm.roles.items()
        ]
        for anchor in rain.applicable(storm):
            span = (
                f"{anchor.since:%d}日{anchor.since:%H:%M}–{anchor.until:%d}日{anchor.until:%H:%M}"
            )
            place = names.get(anchor.place, "全市平均")
            found.append(
                (
                    f"{place} {span} {anchor.mm} mm，生成 {storm.total(anchor):.1f} mm",
                    f"{anchor.place}: published {anchor.mm}, generated {storm.total(anchor):.1f}",
                )
            )
        found.append(
            (
                "平台只看已落下的雨；气象局的预警含预报，因此更早",
                "the platform sees rain that has fallen; the met office also warns of forecasts",
            )
        )
        return found


def _said(code: str, kind: str, moment: datetime.datetime, value: float) -> Packet:
    word = "rain" if kind == "rain" else "depth"
    return Packet(code, kind, REALTIME, moment, {word: value})


def _storm(stations: Sequence[Station]) -> rain.Storm:
    gauges = [
        rain.Gauge(each.code, each.lon, each.lat, each.scope)
        for each in stations
        if "rain" in each.streams and each.lon is not None and each.lat is not None
    ]
    if not gauges:
        raise Unplayable(
            "没有雨量站：请先用 ./zhihui up 载入演示城市",
            "there are no rain gauges: load the demo city by ./zhihui up first",
        )
    storm = rain.make(gauges)
    if storm.away_km > _FARTHEST:
        raise Unplayable(
            "此情景是郑州的：附近没有雨量站",
            f"this is Zhengzhou's storm: the nearest rain gauge is {storm.away_km:.0f} km away",
        )
    return storm
