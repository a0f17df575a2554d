"""Locations: 0x0200, and 0x0704 that carries many of them.

Degrees are in the datum of the terminal, which the protocol does not tell: it belongs to the record
of the thing. Times are GMT+8.
"""

import dataclasses
import datetime

from core.errors import Invalid
from gateway.protocols.jt808 import names
from gateway.protocols.jt808.fields import Fields

FIXED_PART = 28  # bytes before the items
MAX_SPEED_KMH = 1200.0  # beyond that a terminal means "not known" (FFFF)
_MICRO = 1_000_000


@dataclasses.dataclass(frozen=True, slots=True)
class Location:
    """One report. `fixed` False: longitude and latitude are the last known ones, or None.

    Speed km/h, course degrees from north, altitude metres; `alarms` and `status` are codes of
    `names`; `values` are the known items in their units, `others` the unknown ones in hex.
    """

    time: datetime.datetime | None
    lon: float | None
    lat: float | None
    fixed: bool
    altitude_m: int
    speed_kmh: float | None
    course: int | None
    alarms: tuple[str, ...]
    status: tuple[str, ...]
    load: str
    values: dict[str, float]
    others: dict[str, str]


# item → (length in bytes, name, what one unit is worth)
_ITEMS = {
    0x01: (4, "mileage_km", 10),
    0x02: (2, "fuel_l", 10),
    0x03: (2, "recorder_speed_kmh", 10),
    0x25: (4, "vehicle_signals", 1),
    0x2A: (2, "io_status", 1),
    0x30: (1, "signal_strength", 1),
    0x31: (1, "satellites", 1),
}
_ANALOG = 0x2B


def read(body: bytes) -> Location:
    """Read the body of 0x0200; raises Invalid for coordinates or a time that cannot be."""
    fields = Fields(body)
    alarm, status = fields.number(4, "alarm"), fields.number(4, "status")
    lat, lon = fields.number(4, "latitude"), fields.number(4, "longitude")
    altitude = fields.number(2, "altitude")
    speed = fields.number(2, "speed") / 10
    course = fields.number(2, "direction")
    at = fields.time("time")
    place = _place(lat, lon, status)
    fixed = bool(status & names.FIXED) and place is not None
    if at is None and fixed:
        raise Invalid(
            "a fixed position without a time",
            zh="已定位但没有时间",
            field="time",
            remedy="send the time of the fix in GMT+8",
        )
    values, others = _items(fields)
    return Location(
        time=at,
        lon=place[0] if place else None,
        lat=place[1] if place else None,
        fixed=fixed,
        altitude_m=altitude,
        speed_kmh=speed if speed <= MAX_SPEED_KMH else None,
        course=course % 360 if course <= 360 else None,
        alarms=names.codes(alarm, names.ALARMS),
        status=names.codes(status, names.STATUS, passed_over=3 << names.LOAD_BIT),
        load=names.LOADS[status >> names.LOAD_BIT & 3].code,
        values=values,
        others=others,
    )


def _place(lat: int, lon: int, status: int) -> tuple[float, float] | None:
    """Return (longitude, latitude) with signs; None for none; raises Invalid for what misleads."""
    if status & names.ENCRYPTED:
        raise Invalid(
            "the coordinates are encrypted (status bit 5)",
            zh="经纬度已经保密插件加密（状态位 5）",
            field="status",
            remedy="switch the terminal's coordinate encryption off",
        )
    if not lat and not lon:
        return None  # no vehicle is there: a terminal that has never had a fix
    if lat <= 90 * _MICRO and lon <= 180 * _MICRO:
        south, west = status & names.SOUTH, status & names.WEST
        return (-lon if west else lon) / _MICRO, (-lat if south else lat) / _MICRO
    if lat <= 180 * _MICRO and lon <= 90 * _MICRO:
        raise _refused(lat, lon, "latitude and longitude look swapped", "经纬度疑似颠倒")
    if status & names.FIXED:
        raise _refused(lat, lon, "out of range", "超出范围")
    return None


def _refused(lat: int, lon: int, why: str, zh: str) -> Invalid:
    given = f"{lat / _MICRO:.6f}, {lon / _MICRO:.6f}"
    return Invalid(
        f"latitude {given.replace(', ', ', longitude ')}: {why}",
        zh=f"纬度 {given.replace(', ', '，经度 ')}：{zh}",
        field="latitude",
        remedy="send latitude first, then longitude, in millionths of a degree",
    )


def _items(fields: Fields) -> tuple[dict[str, float], dict[str, str]]:
    """Read the items behind the fixed part; what a terminal broke off stays in hex as `tail`."""
    values: dict[str, float] = {}
    others: dict[str, str] = {}
    while fields.left >= 2:
        item, length = fields.number(1, "item"), fields.number(1, "item length")
        if length > fields.left:
            others["tail"] = f"{item:02X}{length:02X}{fields.take(fields.left, 'item').hex()}"
            return values, others
        raw = fields.take(length, "item")
        known = _value(item, raw)
        values |= known
        if not known:
            others[f"{item:02X}"] = raw.hex()
    if fields.left:
        others["tail"] = fields.take(fields.left, "item").hex()
    return values, others


def _value(item: int, raw: bytes) -> dict[str, float]:
    """Return what a known item says; nothing for an unknown one or one of another length."""
    if item == _ANALOG and len(raw) == 4:
        return {"analog_0": int.from_bytes(raw[2:]), "analog_1": int.from_bytes(raw[:2])}
    length, name, per_unit = _ITEMS.get(item, (-1, "", 1))
    if len(raw) != length:
        return {}
    number = int.from_bytes(raw)
    return {name: number / per_unit if per_unit > 1 else number}


def read_batch(body: bytes) -> list[Location | Invalid]:
    """Read the body of 0x0704, a problem in the place of each report that cannot be taken.

    Raises Invalid where the lengths or the count do not fit. The batch's type (blind area or not)
    changes nothing: each report has its own time.
    """
    fields = Fields(body)
    count, _ = fields.number(2, "count"), fields.number(1, "type")
    bodies = [fields.take(fields.number(2, "item length"), "item") for _ in range(count)]
    if any(len(each) < FIXED_PART for each in bodies):
        raise Invalid(
            f"a location of fewer than {FIXED_PART} bytes",
            zh=f"位置数据项不足 {FIXED_PART} 字节",
            field="item length",
            remedy="let each length be that of a whole location",
        )
    if fields.left:
        raise Invalid(
            f"{fields.left} bytes behind the {count} locations announced",
            zh=f"所声明的 {count} 个位置之后还有 {fields.left} 字节",
            field="count",
            remedy="let the count and each length say what is there",
        )
    return [_report(each) for each in bodies]


def _report(body: bytes) -> Location | Invalid:
    try:
        return read(body)
    except Invalid as problem:
        return problem
