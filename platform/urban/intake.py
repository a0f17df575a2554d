"""What comes in with a report, checked before anything is stored: kind, place, time, words."""

import dataclasses
import datetime
import math
import re
import uuid

from django.contrib.gis.geos import Point

from core import clock, datums
from core.datums import Datum
from core.errors import Invalid, quoted
from people.may import NOBODY, Rights
from places import codes, divisions
from places.models import Division, GridCell
from urban.kind import Kind
from urban.models import Source
from urban.photos import Picture
from urban.refusals import Refused

LONGEST = 4000  # characters of words


@dataclasses.dataclass(frozen=True, slots=True)
class Spot:
    """Where it is: WGS-84 degrees, the division's prefix, the unit cell if there is one."""

    lon: float
    lat: float
    scope: str
    cell: str

    @property
    def point(self) -> Point:
        """Return the geometry, EPSG:4326."""
        return Point(self.lon, self.lat, srid=4326)


@dataclasses.dataclass(frozen=True, slots=True)
class Filing:
    """One report, checked."""

    kind: Kind
    spot: Spot
    source: Source
    at: datetime.datetime
    rights: Rights = NOBODY
    key: uuid.UUID | None = None
    condition: str = ""
    words: str = ""
    address: str = ""
    accuracy: float | None = None
    part_code: str = ""
    photos: tuple[Picture, ...] = ()
    name: str = ""
    phone: str = ""
    email: str = ""
    answers: dict[str, object] = dataclasses.field(default_factory=dict)
    follow: str = ""
    cause: str = ""
    simulated: bool = False


def spot(lon: float, lat: float, datum: str = Datum.WGS84) -> Spot:
    """Return where a point lies; raises Refused for one outside the city, Invalid for a datum."""
    if datum not in set(Datum):
        raise Invalid(
            f"unknown datum {quoted(datum)}",
            zh="未知的坐标系",
            field="datum",
            remedy="wgs84, cgcs2000, gcj02 or bd09",
        )
    if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
        raise _outside(lon, lat)
    xs, ys = datums.to_wgs84(Datum(datum), [lon], [lat])
    x, y = float(xs[0]), float(ys[0])
    code = divisions.at(x, y)
    if code == "" and Division.objects.exclude(boundary=None).exists():
        raise _outside(lon, lat)
    cell = GridCell.objects.filter(geom__intersects=Point(x, y, srid=4326)).first()
    return Spot(x, y, codes.prefix(code) if code else "", cell.code if cell else "")


def _outside(lon: float, lat: float) -> Refused:
    return Refused(
        f"the place ({lon:.6g}, {lat:.6g}) is not in this city",
        zh="上报位置不在本市范围内",
        field="lon",
        remedy="put the mark inside the city; longitude first, in degrees, with the right datum",
    )


def seen_at(at: datetime.datetime | None) -> datetime.datetime:
    """Return when it was seen: the device's time if it can be believed, now if none was given."""
    now = clock.now()
    if at is None:
        return now
    moment = at if at.tzinfo else at.replace(tzinfo=clock.UTC)
    if moment > now + clock.MAX_AHEAD or moment < clock.OLDEST:
        raise Invalid(
            f"taken_at {moment.isoformat()} cannot be",
            zh="拍摄时间不可信",
            field="taken_at",
            remedy="set the device's clock; the time has an offset such as +08:00",
        )
    return min(moment, now)


def text(value: str, field: str, longest: int = LONGEST) -> str:
    """Return somebody's words without blanks around them; raises Invalid if they are too many."""
    found = value.strip()
    if len(found) > longest or "\x00" in found:
        raise Invalid(
            f"{field} has at most {longest} characters",
            zh=f"文字不得超过 {longest} 个字符",
            field=field,
        )
    return found


def part_code(value: str) -> str:
    """Return a part's identifier: 17 digits (2026) or 16 (legacy), or nothing; raises Invalid."""
    if value and not re.fullmatch(r"[0-9]{16,17}", value):
        raise Invalid(
            "part_code has 17 digits (16 in the legacy form)",
            zh="部件标识码应为 17 位数字（旧码 16 位）",
            field="part_code",
        )
    return value
