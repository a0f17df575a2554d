"""Real layers from the folder of extra data, where it has some of this city: not simulated."""

import csv
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from django.conf import settings
from shapely.geometry import shape

from city.demo.frame import Frame
from city.demo.locate import Locator
from core import datums
from places import names
from sensors.thing import StreamSpec, ThingSpec

OSM = "© OpenStreetMap contributors"
METRO = "© MetroMan"
_AIR = tuple(StreamSpec(code, 3600) for code in ("pm25", "pm10", "so2", "no2", "co", "o3", "aqi"))

Row = tuple[bytes, dict[str, object]]


def folder(frame: Frame) -> Path | None:
    """Return the folder of this city's real data, named by its pinyin; None where there is none."""
    if settings.SHARED_DATA is None:
        return None
    path = Path(settings.SHARED_DATA) / names.pinyin(frame.name.removesuffix("市"))
    return path if path.is_dir() else None


def _features(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    features: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["features"]
    return features


def _from_gcj02(geometry: dict[str, Any]) -> bytes:
    def back(points: np.ndarray) -> np.ndarray:
        return np.column_stack(datums.gcj02_to_wgs84(points[:, 0], points[:, 1]))

    wkb: bytes = shapely.to_wkb(shapely.transform(shape(geometry), back))
    return wkb


def _row(geometry: bytes, zh: str, en: str, attribution: str, **more: object) -> Row:
    head: dict[str, object] = {"name_zh": zh, "name_en": en, "attribution": attribution}
    return geometry, head | more


def metro_lines(path: Path) -> Iterable[Row]:
    """Yield metro lines, brought from GCJ-02 to WGS-84."""
    for feature in _features(path / "metro_lines_gcj02.geojson"):
        name = str(feature["properties"]["name"])
        number = re.match(r"\d+", name)
        en = f"Line {number[0]}" if number else names.proper(name.removesuffix("线")) + " Line"
        colour = feature["properties"].get("color", "")
        reference = number[0] if number else name
        geometry = _from_gcj02(feature["geometry"])
        yield _row(geometry, name, en, METRO, ref=reference, colour=colour)


def metro_stations(path: Path) -> Iterable[Row]:
    """Yield metro stations, brought from GCJ-02 to WGS-84."""
    for feature in _features(path / "metro_stations_gcj02.geojson"):
        name, lines = str(feature["properties"]["name"]), feature["properties"]["lines"]
        yield _row(
            _from_gcj02(feature["geometry"]), name, names.proper(name), METRO,
            lines="、".join(lines), transfer=len(lines) > 1,
        )  # fmt: skip


def rail_stations(path: Path) -> Iterable[Row]:
    """Yield the named railway stations of OpenStreetMap."""
    for feature in _features(path / "osm_rail_stations.geojson"):
        name, kind = feature["properties"].get("name"), feature["properties"].get("station")
        if name:
            geometry = shapely.to_wkb(shape(feature["geometry"]))
            yield _row(geometry, name, names.proper(name), OSM, kind=kind or "")


def air_stations(path: Path, frame: Frame, locator: Locator) -> list[ThingSpec]:
    """Return the national air stations of the city as things.

    The points' datum is not stated; they are taken as WGS-84 (they were published by longitude
    and latitude to four digits). A station that only the hourly readings name stands beside the
    one it is a control point of.
    """
    found: dict[str, tuple[str, float, float]] = {}
    for feature in _features(path / "air_snapshot_2018.geojson"):
        if feature["properties"]["area"] == frame.name:
            lon, lat = feature["geometry"]["coordinates"]
            about = feature["properties"]
            found[about["positionname"]] = (about["stationcode"], float(lon), float(lat))
    for name in sorted(_watched(path / "air_hourly_2020.csv") - set(found)):
        main = found.get(name.split("(")[0])
        if main is not None:
            found[name] = (f"{main[0]}-C", main[1], main[2])
    return [_air(name, *about, frame, locator) for name, about in found.items()]


def _watched(path: Path) -> set[str]:
    if not path.exists():
        return set()
    with path.open(encoding="utf-8", newline="") as file:
        return {row["WatchPoint"] for row in csv.DictReader(file)}


def _air(name: str, code: str, lon: float, lat: float, frame: Frame, locator: Locator) -> ThingSpec:
    x, y = locator.plane.metres([[lon, lat]])[0]
    stem = re.sub(r"[()（）]", " ", name).strip()
    return ThingSpec(
        code=f"{frame.prefix}-AQ-{code}",
        name=name,
        name_en=f"{names.proper(stem)} Air Quality Station",
        kind="air",
        lon=lon,
        lat=lat,
        scope=locator.scope(float(x), float(y)),
        streams=_AIR,
        properties={"national_code": code, "network": "国控站 national"},
    )
