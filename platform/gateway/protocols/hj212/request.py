"""What the platform sends: answers to a device, and requests of its own, as frames."""

import dataclasses
import datetime

from core.errors import Invalid
from gateway.protocols.hj212.frame import framed
from gateway.protocols.hj212.segment import BEIJING, Segment

REALTIME = range(30, 3601)  # seconds
MINUTES = (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30)
EXTRACTS = ("2031", "2051", "2061")


@dataclasses.dataclass(frozen=True, slots=True)
class Station:
    """Whom a request goes to: its number, kind of system, password, and edition (1 is 2017)."""

    mn: str
    st: str
    pw: str = ""
    version: int = 1


def answer(to: Segment, cn: str) -> bytes:
    """Return the answer to a frame: its own QN, ST=91, no bit A, so that nobody answers it."""
    head = [("QN", to.qn), ("ST", "91"), ("CN", cn), ("PW", to.pw), ("MN", to.mn)]
    told = ";".join(f"{name}={value}" for name, value in head if value)
    return framed(f"{told};Flag={to.version << 2};CP=&&&&")


def number(now: datetime.datetime) -> str:
    """Return a QN: the moment in milliseconds, Beijing time."""
    return now.astimezone(BEIJING).strftime("%Y%m%d%H%M%S%f")[:17]


def _request(to: Station, now: datetime.datetime, cn: str, content: str = "") -> bytes:
    head = [("QN", number(now)), ("ST", to.st), ("CN", cn), ("PW", to.pw), ("MN", to.mn)]
    told = ";".join(f"{name}={value}" for name, value in head if value)
    return framed(f"{told};Flag={to.version << 2 | 1};CP=&&{content}&&")


def time_wanted(to: Station, now: datetime.datetime) -> bytes:
    """Ask for the device's clock (1011)."""
    return _request(to, now, "1011")


def set_time(to: Station, now: datetime.datetime) -> bytes:
    """Set the device's clock to `now` (1012)."""
    return _request(to, now, "1012", f"SystemTime={number(now)[:14]}")


def realtime_wanted(to: Station, now: datetime.datetime) -> bytes:
    """Ask for the interval of realtime data (1061)."""
    return _request(to, now, "1061")


def set_realtime(to: Station, now: datetime.datetime, seconds: int) -> bytes:
    """Set the interval of realtime data (1062); raises Invalid beyond 30 … 3600 s."""
    if seconds not in REALTIME:
        raise Invalid(
            f"RtdInterval {seconds} is not within 30 … 3600 seconds",
            zh=f"实时数据间隔 {seconds} 秒不在 30 至 3600 秒之间",
            field="RtdInterval",
        )
    return _request(to, now, "1062", f"RtdInterval={seconds}")


def minutes_wanted(to: Station, now: datetime.datetime) -> bytes:
    """Ask for the interval of minute data (1063)."""
    return _request(to, now, "1063")


def set_minutes(to: Station, now: datetime.datetime, minutes: int) -> bytes:
    """Set the interval of minute data (1064); raises Invalid for one that the standard lacks."""
    if minutes not in MINUTES:
        raise Invalid(
            f"MinInterval {minutes} is none of {', '.join(map(str, MINUTES))}",
            zh=f"分钟数据间隔应为 {'、'.join(map(str, MINUTES))} 之一",
            field="MinInterval",
        )
    return _request(to, now, "1064", f"MinInterval={minutes}")


def start_realtime(to: Station, now: datetime.datetime) -> bytes:
    """Let the device send realtime data (2011)."""
    return _request(to, now, "2011")


def stop_realtime(to: Station, now: datetime.datetime) -> bytes:
    """Let the device send no more realtime data (2012)."""
    return _request(to, now, "2012")


def extract(
    to: Station,
    now: datetime.datetime,
    cn: str,
    since: datetime.datetime,
    until: datetime.datetime,
) -> bytes:
    """Ask for stored data of a time: 2051 minutes, 2061 hours, 2031 days; raises Invalid."""
    if cn not in EXTRACTS or since > until:
        raise Invalid(
            f"{cn} from {since} to {until} cannot be asked for",
            zh=f"无法提取 {cn}（{since} 至 {until}）",
            field="CN",
            remedy="ask for 2051, 2061 or 2031, from the earlier time to the later",
        )
    begin, end = (number(each)[:14] for each in (since, until))
    return _request(to, now, cn, f"BeginTime={begin},EndTime={end}")
