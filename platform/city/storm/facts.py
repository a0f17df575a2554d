"""Published facts of the Zhengzhou rainstorm of 20 July 2021, each with its source.

No hourly series is public: rain is generated between these figures and labelled simulated.
"""

import dataclasses
import datetime

ZONE = datetime.timezone(datetime.timedelta(hours=8))

XINHUA = "新华社气象实况 http://www.yhppr.com/newsview.asp?id=1498"
PROVINCE = "河南省气象局 2021-07-20 14时实况（河南手机报）"
ENCYCLOPEDIA = "https://zh.wikipedia.org/wiki/2021年7月河南暴雨"
INQUIRY = "国务院调查报告 2022-01-21（人民网转载辽宁日报电子版 2022-01-22）"
WARNINGS = "https://newton.com.tw/wiki/7%C2%B720%E9%84%AD%E5%B7%9E%E7%89%B9%E5%A4%A7%E6%9A%B4%E9%9B%A8/58047836"
RESPONSE = "https://nfa5.com/keji/202107/20132859.html"


def at(day: int, hour: int, minute: int = 0) -> datetime.datetime:
    """Return a moment of July 2021, Beijing time."""
    return datetime.datetime(2021, 7, day, hour, minute, tzinfo=ZONE)


BEGIN, END = at(17, 20), at(21, 2)


@dataclasses.dataclass(frozen=True, slots=True)
class Anchor:
    """Rain (mm) that fell at a place, or on average over the city, from one moment to another."""

    place: str  # "national", "shiziwan", "yuanzhuang", or "city" for the mean of all gauges
    since: datetime.datetime
    until: datetime.datetime
    mm: float
    source: str


ANCHORS = (
    Anchor("national", at(20, 16), at(20, 17), 201.9, XINHUA),
    Anchor("national", at(19, 20), at(20, 20), 552.5, XINHUA),
    Anchor("national", at(17, 20), at(20, 20), 617.1, XINHUA),
    # "the greatest rain of one day at a point"; taken to be at the national station
    Anchor("national", at(20, 0), at(21, 0), 624.1, INQUIRY),
    Anchor("city", at(19, 14), at(20, 14), 253.0, ENCYCLOPEDIA),
    Anchor("city", at(20, 11), at(20, 14), 44.7, PROVINCE),
    Anchor("shiziwan", at(20, 13), at(20, 14), 92.7, PROVINCE),
    Anchor("yuanzhuang", at(20, 11), at(20, 14), 183.5, PROVINCE),
)


@dataclasses.dataclass(frozen=True, slots=True)
class Act:
    """Something that an authority did, and when; `severity` where it was a warning by colour."""

    time: datetime.datetime
    zh: str
    en: str
    source: str
    severity: int | None = None


ACTS = (
    Act(
        at(19, 21, 59),
        "郑州市气象局发布暴雨红色预警信号",
        "Met office: red rainstorm warning",
        WARNINGS,
        1,
    ),
    Act(
        at(20, 17),
        "市防指防汛应急响应提升至Ⅰ级",
        "City flood control: response raised to level I",
        RESPONSE,
    ),
    Act(
        at(21, 3),
        "省防指防汛应急响应提升至Ⅰ级",
        "Province flood control: response raised to level I",
        WARNINGS,
    ),
)

# where the national station 57083 stood (degrees): the gauge nearest to it plays its part
NATIONAL_STATION = (113.65, 34.72)
XINMI = "410183"  # 新密市, whose gauges at 柿树湾 and 袁庄 are named in the reports
