"""Rain at every gauge, in tenths of a millimetre, such that all anchors are met exactly.

The storm is cut at every moment that an anchor begins or ends. Each gauge gets a total for each
part, then its rain is spread within the part; both by largest remainders, so that no tenth is lost.
The same gauges give the same rain for ever. Pure.
"""

import dataclasses
import datetime
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from city.storm.facts import ANCHORS, BEGIN, END, NATIONAL_STATION, XINMI, Anchor, at

SEED = 20210720
A_CITY = 20  # gauges; fewer have no mean of the city, and no part for the two gauges in Xinmi
_DENSE = at(19, 14)  # hourly totals before, every five minutes from here on
KM = np.array([91.3, 111.0])  # a degree of longitude and of latitude at 34.7° N

Tenths = NDArray[np.int64]


@dataclasses.dataclass(frozen=True, slots=True)
class Gauge:
    """A rain gauge: its code, where it stands (degrees), and its division."""

    code: str
    lon: float
    lat: float
    scope: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the storm: the mean over the city and the totals of those named, in mm.

    `near`: how much of the rain belongs to the cell over the national station, 0 … 1.
    """

    until: datetime.datetime
    mean: float
    named: dict[str, float]
    near: float = 0.0


# between the anchors these totals are invented; together they meet every one of them
PARTS = (
    Part(at(19, 14), 45.0, {"national": 40.0}),
    Part(at(19, 20), 35.0, {"national": 24.6}),
    Part(at(20, 0), 48.0, {"national": 30.0}),
    Part(at(20, 11), 125.3, {"national": 120.0}),
    Part(at(20, 13), 27.0, {"national": 22.0, "yuanzhuang": 110.0, "shiziwan": 50.0}),
    Part(at(20, 14), 17.7, {"national": 18.0, "yuanzhuang": 73.5, "shiziwan": 92.7}),
    Part(at(20, 16), 30.0, {"national": 70.0}, near=0.8),
    Part(at(20, 17), 35.0, {"national": 201.9}, near=0.95),
    Part(at(20, 20), 45.0, {"national": 90.6}, near=0.8),
    Part(at(21, 0), 60.0, {"national": 101.6}, near=0.6),
    Part(END, 12.0, {"national": 12.0}),
)


@dataclasses.dataclass(frozen=True)
class Storm:
    """Rain by gauge (rows, in the order of `gauges`) and interval (columns, by the end of each)."""

    gauges: tuple[Gauge, ...]
    roles: dict[str, int]
    times: tuple[datetime.datetime, ...]
    tenths: Tenths

    @property
    def away_km(self) -> float:
        """Return how far the gauge that plays the national station stands from it."""
        gauge = self.gauges[self.roles["national"]]
        return float(_distance(np.array([[gauge.lon, gauge.lat]]))[0])

    def total(self, anchor: Anchor) -> float | None:
        """Return what the storm has for an anchor, in mm; None if nobody plays its part."""
        inside = [place for place, t in enumerate(self.times) if anchor.since < t <= anchor.until]
        if anchor.place == "city":
            whole = len(self.gauges) >= A_CITY
            mean = float(self.tenths[:, inside].sum()) / len(self.gauges) / 10
            return mean if whole else None
        row = self.roles.get(anchor.place)
        return None if row is None else float(self.tenths[row, inside].sum()) / 10


def make(gauges: Sequence[Gauge]) -> Storm:
    """Let the storm fall on some gauges; they are taken in the order of their codes."""
    known = tuple(sorted(gauges, key=lambda gauge: gauge.code))
    roles = _roles(known)
    totals = [_totals(known, roles, part) for part in PARTS]
    _keep_within(totals)
    columns, times = [], []
    since = BEGIN
    for part, of_part in zip(PARTS, totals, strict=True):
        ends = _ends(since, part.until)
        columns.append(_spread(known, of_part, ends))
        times += ends
        since = part.until
    return Storm(known, roles, tuple(times), np.hstack(columns))


def _roles(gauges: Sequence[Gauge]) -> dict[str, int]:
    """Return which gauge plays which part of the reports."""
    places = np.array([[gauge.lon, gauge.lat] for gauge in gauges])
    roles = {"national": int(np.argmin(_distance(places)))}
    if len(gauges) >= A_CITY:
        xinmi = [n for n, g in enumerate(gauges) if g.scope.startswith(XINMI)]
        others = [n for n in xinmi if n != roles["national"]]
        if len(others) > 1:
            roles |= {"shiziwan": others[0], "yuanzhuang": others[1]}
    return roles


def _distance(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return kilometres from the national station."""
    km: NDArray[np.float64] = np.hypot(*((places - NATIONAL_STATION) * KM).T)
    return km


def _ends(since: datetime.datetime, until: datetime.datetime) -> list[datetime.datetime]:
    minutes = 60 if until <= _DENSE else 5
    count = int((until - since).total_seconds()) // (60 * minutes)
    return [since + datetime.timedelta(minutes=minutes * (n + 1)) for n in range(count)]


def _totals(gauges: Sequence[Gauge], roles: dict[str, int], part: Part) -> Tenths:
    """Return each gauge's total of a part; the city's mean is exact where there is a city."""
    named = {roles[name]: round(mm * 10) for name, mm in part.named.items() if name in roles}
    share = np.array([_share(gauge, part) for gauge in gauges])
    found = np.rint(share * part.mean * 10).astype(np.int64)
    others = np.array([place not in named for place in range(len(gauges))])
    if len(gauges) >= A_CITY and part.near == 0.0:
        left = round(part.mean * len(gauges) * 10) - sum(named.values())
        found[others] = _apportion(left, share[others])
    else:
        # the cell's core was the national station's: nobody else had as much
        found = np.minimum(found, round(part.named["national"] * 9.5))
    for place, tenths in named.items():
        found[place] = tenths
    return found


def _keep_within(totals: list[Tenths]) -> None:
    """Let nowhere have more than the published record of a day: the evening's rain is cut."""
    record = next(a for a in ANCHORS if (a.until - a.since).days == 1 and a.since == at(20, 0))
    day = [n for n, part in enumerate(PARTS) if record.since < part.until <= record.until]
    over = np.maximum(sum(totals[n] for n in day) - round(record.mm * 10), 0)
    for place in reversed(day[-2:]):
        cut = np.minimum(over, totals[place])
        totals[place] -= cut
        over -= cut


def _share(gauge: Gauge, part: Part) -> float:
    """Return how much more or less than the mean falls here: more in the western hills."""
    here = np.array([[gauge.lon, gauge.lat]])
    west = float(np.clip((NATIONAL_STATION[0] - gauge.lon) / 0.6, -1.0, 1.0))
    chance = float(_random(gauge, part.until).normal())
    far = float(np.exp(0.3 * west + 0.12 * chance))
    core = part.named["national"] / part.mean * float(np.exp(-((_distance(here)[0] / 14) ** 2)))
    return (1 - part.near) * far + part.near * core * float(np.exp(0.08 * chance))


def _spread(gauges: Sequence[Gauge], totals: Tenths, ends: Sequence[datetime.datetime]) -> Tenths:
    rows = [
        _apportion(int(total), _weights(gauge, ends))
        for gauge, total in zip(gauges, totals, strict=True)
    ]
    return np.vstack(rows)


def _weights(gauge: Gauge, ends: Sequence[datetime.datetime]) -> NDArray[np.float64]:
    """Return the form of the rain within a part: gusts, smoothed, a little different everywhere."""
    gusts = _random(gauge, ends[-1], b"gusts").gamma(1.5, size=len(ends) + 4)
    return 0.15 + np.convolve(gusts, np.array([0.15, 0.2, 0.3, 0.2, 0.15]), mode="valid")


def _random(gauge: Gauge, moment: datetime.datetime, what: bytes = b"") -> np.random.Generator:
    where = zlib.crc32(gauge.code.encode() + what)
    return np.random.Generator(np.random.PCG64([SEED, where, int(moment.timestamp())]))


def _apportion(total: int, weights: NDArray[np.float64]) -> Tenths:
    """Divide whole tenths by weights: the largest remainders get what is left over."""
    exact = total * weights / weights.sum()
    found: Tenths = np.floor(exact).astype(np.int64)
    most = np.argsort(found - exact, kind="stable")[: total - int(found.sum())]
    found[most] += 1
    return found


def applicable(storm: Storm) -> list[Anchor]:
    """Return the anchors whose part somebody plays."""
    return [anchor for anchor in ANCHORS if storm.total(anchor) is not None]
