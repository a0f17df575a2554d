"""The folder of real data: one that is made here, and the given one where it is given."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings

LINE = [[113.54, 34.82], [113.55, 34.81], [113.57, 34.80]]
HEAD = ["Date", "Hour", "WatchPoint", "AQI", "Level", "PrimaryPollution"]
CELLS = ["PM2.5", "PM10", "CO", "NO2", "O3_1h", "O3_8h", "SO2"]


@dataclass(frozen=True)
class RealData:
    """A folder for ZHIHUI_SHARED_DATA, and how much is in it."""

    folder: Path
    metro_lines: int
    metro_stations: int
    air_stations: int
    readings: int
    gaps: int
    repeats: int

    @property
    def zhengzhou(self) -> Path:
        return self.folder / "zhengzhou"


@pytest.fixture(params=["made", *(["given"] if settings.SHARED_DATA else [])])
def real_data(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[RealData]:
    """Real layers and readings of Zhengzhou, in force as the settings' folder."""
    if request.param == "given":
        found = RealData(Path(settings.SHARED_DATA), 12, 235, 10, 5489, 111, 551)
    else:
        found = made(tmp_path / "real")
    monkeypatch.setattr(settings, "SHARED_DATA", found.folder)
    yield found


def made(folder: Path) -> RealData:
    """Write a folder in the forms of the real one: two stations, a control point, four hours."""
    city = folder / "zhengzhou"
    city.mkdir(parents=True)
    _write(city / "metro_lines_gcj02", [_line("1号线"), _line("城郊线")])
    _write(
        city / "metro_stations_gcj02",
        [_stop(name, at) for name, at in zip("甲乙丙", LINE, strict=True)],
    )
    rail = [("郑州", "train"), (None, "halt")]
    _write(city / "osm_rail_stations", [_point(LINE[0], name=n, station=s) for n, s in rail])
    air = [("烟厂", "1316A", "郑州市"), ("岗李水库", "1324A", "郑州市"), ("监测站", "1", "洛阳市")]
    spots = [_point(LINE[1], positionname=n, stationcode=c, area=a) for n, c, a in air]
    _write(city / "air_snapshot_2018", spots)
    names = ["烟厂", "岗李水库", "岗李水库(对照点)"]
    with (city / "air_hourly_2020.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow([*HEAD, *CELLS])
        for hour in (5, 6, 7, 7):  # the last hour stands twice
            for name in names:
                gap = hour == 6 and name == "烟厂"
                values = ["NaN" if gap and cell in ("CO", "SO2") else hour for cell in CELLS]
                rows.writerow([20200326, hour, name, 40 + hour, "优", "NaN", *values])
    columns = 1 + len(CELLS)
    return RealData(folder, 2, 3, 3, 12 * columns - 2, 2, 3 * columns)


def _line(name: str) -> dict[str, object]:
    return _feature({"type": "LineString", "coordinates": LINE}, name=name, color="#e33")


def _stop(name: str, at: list[float]) -> dict[str, object]:
    return _point(at, name=f"{name}站", lines=["1号线", "城郊线"])


def _point(at: list[float], **properties: object) -> dict[str, object]:
    return _feature({"type": "Point", "coordinates": at}, **properties)


def _feature(geometry: dict[str, object], **properties: object) -> dict[str, object]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _write(path: Path, features: list[dict[str, object]]) -> None:
    text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    path.with_suffix(".geojson").write_text(text, encoding="utf-8")
