"""Hospitals and schools on their blocks, and the gazetteer of names that people use."""

from dataclasses import dataclass

import numpy as np
import shapely

from city.demo import words
from city.demo.ground import Ground
from city.demo.locate import Locator
from places import names
from places.actions import NameRow


@dataclass(frozen=True, slots=True)
class Facility:
    """A hospital or school at a plane point."""

    x: float
    y: float
    properties: dict[str, object]


def hospitals(ground: Ground, use_of: list[str], locator: Locator) -> list[Facility]:
    """Return hospitals: the first of the blocks are the city's, others their district's."""
    rng = ground.rng("hospitals")
    city = ground.frame.name.removesuffix("市")
    found = []
    for number, (x, y) in enumerate(_places(ground, use_of, "hospital", 60), start=1):
        district = locator.names.get(locator.scope(x, y)[:6], city)
        if number <= 12:
            zh = f"{city}市第{words.numeral(number)}人民医院"
            en = f"{names.proper(city)} No. {number} People's Hospital"
            level, beds = "三级", int(rng.integers(8, 26)) * 100
        else:
            zh = f"{district}第{words.numeral(number - 12)}医院"
            en = f"{names.english(district)} No. {number - 12} Hospital"
            level, beds = "二级", int(rng.integers(12, 60)) * 10
        row: dict[str, object] = {"name_zh": zh, "name_en": en, "level": level, "beds": beds}
        found.append(Facility(x, y, row | {"emergency": beds >= 300}))
    for seats in ground.seats.values():
        seat = next(seat for seat in seats if seat.main)
        district = locator.names[seat.code[:6]]
        en = f"{names.english(district)} People's Hospital"
        row = {"name_zh": f"{district}人民医院", "name_en": en, "level": "二级"}
        found.append(Facility(seat.x + 320.0, seat.y, row | {"beds": 500, "emergency": True}))
    return found


def schools(ground: Ground, use_of: list[str], locator: Locator) -> list[Facility]:
    """Return schools, every third of them a middle school."""
    rng = ground.rng("schools")
    found = []
    city = ground.frame.name.removesuffix("市")
    stems = words.lanes(rng)
    for number, (x, y) in enumerate(_places(ground, use_of, "school", 600), start=1):
        district = locator.names.get(locator.scope(x, y)[:6], city)
        if number % 3 == 0:
            zh = f"{city}市第{_ordinal(number // 3)}中学"
            en, level = f"{names.proper(city)} No. {number // 3} Middle School", "中学"
        else:
            stem = next(stems)
            zh, level = f"{district}{stem}小学", "小学"
            en = f"{names.proper(stem)} Primary School, {names.english(district)}"
        pupils = int(rng.integers(40, 240)) * 10
        row: dict[str, object] = {"name_zh": zh, "name_en": en, "level": level, "pupils": pupils}
        found.append(Facility(x, y, row))
    return found


def _ordinal(number: int) -> str:
    return words.numeral(number) if number < 100 else str(number)


def _places(ground: Ground, use_of: list[str], use: str, most: int) -> list[tuple[float, float]]:
    """Return the middles of the blocks of a use, from the heart outwards."""
    boxes = [b.box for b, u in zip(ground.town.plan.blocks, use_of, strict=True) if u == use]
    if not boxes:
        return []
    middle = np.array([((b.west + b.east) / 2, (b.south + b.north) / 2) for b in boxes])
    points = ground.town.fabric.lattice(middle)
    order = np.argsort(np.hypot(*points.T), kind="stable")[:most]
    return [(float(x), float(y)) for x, y in points[order]]


def gazetteer(ground: Ground, locator: Locator, kinds: dict[str, list[Facility]]) -> list[NameRow]:
    """Return the names of waters, main crossings, offices and facilities."""
    rows: list[tuple[str, str, str, float, float]] = []
    for kind, found in kinds.items():
        for each in found:
            zh, en = str(each.properties["name_zh"]), str(each.properties["name_en"])
            rows.append((zh, en, kind, each.x, each.y))
    for lake in ground.land.waters.lakes:
        middle = lake.shape.centroid
        rows.append((lake.name_zh, words.english(lake.name_zh), "water", middle.x, middle.y))
    rows += _crossings(ground)
    points = np.array([row[3:] for row in rows]).reshape(-1, 2)
    degrees = ground.site.plane.degrees(points)
    communities = locator.communities(points)
    return [
        NameRow(zh, en, kind, float(lon), float(lat), str(code) or ground.frame.prefix)
        for (zh, en, kind, _, _), (lon, lat), code in zip(rows, degrees, communities, strict=True)
    ]


def crossings(ground: Ground, least: int) -> list[tuple[str, str, str, str, float, float]]:
    """Return where two streets of at least this rank meet: both names, zh and en, and the point."""
    streets = ground.streets
    main = np.flatnonzero(streets.ranks >= least)
    ends = shapely.get_coordinates(
        shapely.get_point(np.repeat(streets.shapes[main], 2), np.tile([0, -1], main.size))
    ).round(2)
    owner = np.repeat(main, 2)
    order = np.lexsort((owner, ends[:, 1], ends[:, 0]))
    found: dict[tuple[float, float], dict[str, str]] = {}
    for place, index in zip(ends[order].tolist(), owner[order].tolist(), strict=True):
        here = found.setdefault((place[0], place[1]), {})
        here[str(streets.names_zh[index])] = str(streets.names_en[index])
    result = []
    seen: set[tuple[str, str]] = set()
    for (x, y), meeting in found.items():
        if len(meeting) >= 2:
            (zh, en), (zh2, en2) = list(meeting.items())[:2]
            if (zh, zh2) not in seen:
                seen.add((zh, zh2))
                result.append((zh, en, zh2, en2, x, y))
    return result


def _crossings(ground: Ground) -> list[tuple[str, str, str, float, float]]:
    return [
        (f"{zh}与{zh2}交叉口", f"{en} and {en2}", "crossing", x, y)
        for zh, en, zh2, en2, x, y in crossings(ground, 3)
    ]
