"""The real hourly readings of Zhengzhou's ten national air stations, 26 March to 2 April 2020."""

import csv
import datetime
import json
import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.conf import settings

from city.scenario import Reading, Scenario, Station, Step, Unplayable, Wanted

ZONE = datetime.timezone(datetime.timedelta(hours=8))
COLUMNS = {
    "AQI": "aqi",
    "PM2.5": "pm25",
    "PM10": "pm10",
    "CO": "co",
    "NO2": "no2",
    "O3_1h": "o3",
    "O3_8h": "o3_8h",
    "SO2": "so2",
}
Row = dict[str, str]


class Air2020(Scenario):
    """Each station sends its row every hour; NaN cells are gaps at the source and are left out.

    With `rubbish` they are sent as they stand in the file, to show that they are refused.
    """

    title_zh = "2020 年春郑州国控站空气质量（真实小时数据）"
    title_en = "Air quality of Zhengzhou's national stations, spring 2020 (real hourly readings)"
    kinds = ("air",)

    def wanted(self) -> Sequence[Wanted]:
        """Return the ten stations, with the positions that are known."""
        positions = _positions(_folder() / "air_snapshot_2018.geojson")
        names = dict.fromkeys(row["WatchPoint"] for row in _rows())
        return [_wanted(name, positions) for name in names]

    def steps(self, stations: Sequence[Station]) -> Iterator[Step]:
        """Yield the rows hour by hour; a row that stands twice in the file is sent twice."""
        codes = {each.name_zh: each.code for each in stations}
        hours: dict[datetime.datetime, list[Row]] = defaultdict(list)
        for row in _rows():
            hours[_time(row)].append(row)
        for moment in sorted(hours):
            for rows in _passes(hours[moment]):
                yield self._step(moment, rows, codes)

    def _step(self, moment: datetime.datetime, rows: Sequence[Row], codes: dict[str, str]) -> Step:
        readings, gaps = [], 0
        for row in rows:
            for column, name in COLUMNS.items():
                value = _number(row[column])
                if value is not None:
                    readings.append(Reading(codes[row["WatchPoint"]], name, value))
                elif self.rubbish:
                    raw = row[column] or "NaN"
                    readings.append(Reading(codes[row["WatchPoint"]], name, math.nan, raw))
                gaps += value is None
        return Step(moment, readings, gaps)

    def notes(self, stations: Sequence[Station]) -> Sequence[tuple[str, str]]:
        """Say what the file is."""
        return [
            (
                "读数：中国环境监测总站；文件含 NaN 缺测，且 7 个小时的行重复出现",
                "readings: CNEMC; the file has NaN gaps, and the rows of seven hours twice",
            )
        ]


def _folder() -> Path:
    folder = settings.SHARED_DATA and Path(settings.SHARED_DATA) / "zhengzhou"
    if not folder or not (folder / "air_hourly_2020.csv").exists():
        raise Unplayable(
            "此情景需要真实数据：请把 ZHIHUI_SHARED_DATA 设为"
            "含有 zhengzhou/air_hourly_2020.csv 的目录",
            "this scenario needs real data: set ZHIHUI_SHARED_DATA to the folder that has"
            " zhengzhou/air_hourly_2020.csv",
        )
    return folder


def _rows() -> list[Row]:
    with (_folder() / "air_hourly_2020.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _time(row: Row) -> datetime.datetime:
    moment = datetime.datetime.strptime(f"{row['Date']} {row['Hour']}", "%Y%m%d %H")
    return moment.replace(tzinfo=ZONE)


def _passes(rows: Sequence[Row]) -> list[list[Row]]:
    """Divide an hour's rows so that no station speaks twice in one pass."""
    found: list[list[Row]] = []
    count: dict[str, int] = defaultdict(int)
    for row in rows:
        turn = count[row["WatchPoint"]]
        count[row["WatchPoint"]] += 1
        if turn == len(found):
            found.append([])
        found[turn].append(row)
    return found


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _positions(path: Path) -> dict[str, tuple[str, float, float]]:
    """Return national codes and positions (degrees) by name, where the snapshot is given."""
    if not path.exists():
        return {}
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    return {
        each["properties"]["positionname"].strip(): (
            each["properties"]["stationcode"],
            *each["geometry"]["coordinates"],
        )
        for each in features
        if each["properties"]["area"] == "郑州市"
    }


def _wanted(name: str, positions: dict[str, tuple[str, float, float]]) -> Wanted:
    """Return one station; a control point (对照点) stands where its main station stands."""
    main = name.partition("(")[0]
    code, lon, lat = positions.get(name) or positions.get(main) or (main, None, None)
    mark = "" if name in positions or name == main else "-C"
    return Wanted(
        code=f"AIR-{code}{mark}",
        name_zh=name,
        name_en=f"National air station {code}{mark}",
        kind="air",
        properties=tuple(COLUMNS.values()),
        interval_s=3600,
        lon=lon,
        lat=lat,
        about={"national_code": code, "network": "国控站 national"},
    )
