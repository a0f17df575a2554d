"""What a station says in HJ 212-2017, and which data are due when. Pure."""

import dataclasses
import datetime
from collections.abc import Iterator, Mapping

from city.telemetry import weather
from city.telemetry.factors import of_kind

REALTIME, MINUTE, HOUR, DAY = "2011", "2051", "2061", "2031"
# ST: air quality, surface water quality; the standard has none for gauges of rain and road water
SYSTEMS = {"air": "22", "water": "21", "rain": "21", "roadwater": "21"}
_SUFFIX = {REALTIME: "Rtd"}  # of all others Avg
_PERIODS = {MINUTE: "@minute", HOUR: "@hour", DAY: "@day"}


@dataclasses.dataclass(frozen=True, slots=True)
class Packet:
    """One upload; `time` is the start of its period; `broken` spoils its check sum."""

    station: str
    kind: str
    cn: str
    time: datetime.datetime
    values: Mapping[str, float]
    broken: bool = False

    def content(self) -> str:
        """Return its CP."""
        suffix = _SUFFIX.get(self.cn, "Avg")
        told = [f"{word}-{suffix}={number:g},{word}-Flag=N" for word, number in self.values.items()]
        stamp = self.time.astimezone(weather.ZONE)
        return ";".join([f"DataTime={stamp:%Y%m%d%H%M%S}", *told])

    def series(self, word: str) -> str:
        """Return the name under which the platform keeps a factor's values."""
        return f"{word}-{_SUFFIX.get(self.cn, 'Avg')}{_PERIODS.get(self.cn, '')}"


def packet(code: str, kind: str, cn: str, time: datetime.datetime, episode: float = 0.0) -> Packet:
    """Return what a station says of a period; a day's values are those of its noon."""
    moment = time + datetime.timedelta(hours=12) if cn == DAY else time
    values = {each.word: weather.value(code, each, moment, episode) for each in of_kind(kind)}
    return Packet(code, kind, cn, time, values)


def due(
    code: str, kind: str, since: datetime.datetime, until: datetime.datetime, all_of_it: bool
) -> Iterator[Packet]:
    """Yield what falls due within since < due <= until; hours only unless `all_of_it`.

    Realtime data every five minutes, means of ten minutes, hours and days when they are over.
    """
    five = datetime.timedelta(minutes=5)
    moment = _after(since, five)
    while moment <= until:
        for cn, length in _periods(moment, all_of_it):
            yield packet(code, kind, cn, moment - length)
        moment += five


def _after(moment: datetime.datetime, step: datetime.timedelta) -> datetime.datetime:
    epoch = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
    return epoch + ((moment - epoch) // step + 1) * step


def _periods(
    moment: datetime.datetime, all_of_it: bool
) -> Iterator[tuple[str, datetime.timedelta]]:
    local = moment.astimezone(weather.ZONE)
    if all_of_it:
        yield REALTIME, datetime.timedelta(0)
        if local.minute % 10 == 0:
            yield MINUTE, datetime.timedelta(minutes=10)
    if local.minute == 0:
        yield HOUR, datetime.timedelta(hours=1)
        if all_of_it and local.hour == 0:
            yield DAY, datetime.timedelta(days=1)
