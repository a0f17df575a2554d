"""Doubts about a declared datum: each is a question that the one who imports must answer."""

import math

import numpy as np
from django.contrib.gis.db.models import Extent

from core.errors import Problem
from layers.importing import datum, evidence
from layers.importing.datum import Coordinates
from layers.importing.sample import Sample
from places.models import Division

APART = 5.0  # m between what the file says and what is declared
FAR = 200.0  # km from the city's edge
_CHINA = (73.0, 3.0, 136.0, 54.0)


class Doubt(Problem):
    """The declared datum is not believed: another is proposed, or it must be insisted on."""

    status, code, title = 409, "datum_doubted", "Is this the right datum?"


def guess(sample: Sample) -> datum.Guess:
    """Propose a datum: by the file's words, the size of its numbers, and what is known here."""
    first = datum.guess(sample.crs, sample.coordinates)
    if first.datum not in datum.LONLAT or datum.named(sample.crs):
        return first
    finding = evidence.look(first.datum, sample)
    if finding.by == "nothing":
        return first
    return datum.Guess(finding.better or first.datum, finding.en, finding.zh)


def raise_any(sample: Sample, declared: str) -> evidence.Finding:
    """Return what the comparison found; raises Doubt if it, the numbers or the file contradict."""
    found = sample.coordinates
    if len(found):
        _size(found, declared)
        _own_words(sample.crs, declared)
        _own_frame(sample.crs, declared, found)
        distance(found, declared)
    finding = evidence.look(declared, sample)
    if finding.better:
        raise _doubt(finding.en, finding.zh, finding.better)
    return finding


def _size(found: Coordinates, declared: str) -> None:
    """Doubt metres declared as degrees and the reverse, and axes in the other order."""
    x, y = np.median(found, axis=0)
    degrees = abs(x) <= 180 and abs(y) <= 180
    if datum.is_metric(declared) == degrees:
        guess = datum.guess("", found)
        is_en, is_zh = ("degrees", "经纬度") if degrees else ("metres", "米制坐标")
        raise _doubt(
            f"the numbers are {is_en}, which {declared} is not",
            f"数值为{is_zh}，与 {declared} 不符",
            guess.datum,
        )
    west, south, east, north = _CHINA
    turned = west <= y <= east and south <= x <= north if degrees else 1e6 < x < 6e6 and _is_east(y)
    if turned:
        raise _doubt(
            "the axes stand in the other order: north (latitude) comes first",
            "坐标轴顺序颠倒：先写了纬度（北）",
            declared,
            "write east (longitude) first, as GeoJSON and Shapefile want it; of a table name the"
            " columns as `east` and `north`",
        )


def _is_east(y: float) -> bool:
    """Say whether a number is a Gauss-Krüger easting, with or without its zone's number."""
    return 1e5 < y % 1e6 < 9e5 and (y < 1e6 or 13e6 < y < 46e6)


def _own_words(said: str, declared: str) -> None:
    told = datum.named(said)
    old = datum.refused(told)
    if old is not None:
        raise _doubt(
            f"the file itself says {told}: {old.detail}",
            f"文件自述为 {told}：{old.zh}",
            "",
            old.remedy,
        )
    if not told or datum.same(told, declared) or declared in datum.SHIFTED:
        return
    raise _doubt(
        f"the file itself says {told}, not {declared}", f"文件自述为 {told}，而非 {declared}", told
    )


def _own_frame(said: str, declared: str, found: Coordinates) -> None:
    """Doubt a datum that the file's own frame contradicts, where that has no code: a local grid."""
    if datum.named(said) or declared in datum.SHIFTED:
        return
    metres = datum.strays(said, declared, np.median(found, axis=0)[None])
    if metres > APART:
        raise _doubt(
            f"the file's own frame (.prj) has no EPSG code and lies {metres:,.0f} m off {declared}",
            f"文件自带的坐标系（.prj）没有 EPSG 代码，与 {declared} 相差 {metres:,.0f} 米",
            "",
            "it is a local grid: have it converted to CGCS2000 first",
        )


def distance(found: Coordinates, declared: str) -> None:
    """Raise Doubt if the coordinates lie far from the city under the declared datum."""
    box = Division.objects.filter(level="city").aggregate(box=Extent("boundary"))["box"]
    lon, lat = datum.to_degrees(declared, np.median(found, axis=0)[None])[0]
    if not (math.isfinite(lon) and math.isfinite(lat)):
        raise _doubt(
            f"under {declared} the numbers lie nowhere on the earth",
            f"按 {declared} 计算，坐标不在地球上",
            datum.guess("", found).datum,
        )
    if box is None:
        return
    east = max(box[0] - lon, 0.0, lon - box[2]) * math.cos(math.radians(lat))
    away = math.hypot(east, max(box[1] - lat, 0.0, lat - box[3])) * 111.2
    if away > FAR:
        raise _doubt(
            f"under {declared} the file lies {away:,.0f} km from the city",
            f"按 {declared} 计算，数据距本市 {away:,.0f} km",
            "",
            "check the zone, or accept the datum if the data are of another place",
        )


def unsaid(guess: datum.Guess) -> Doubt:
    """Return the question of a file whose datum nobody has said: what is proposed, and why."""
    return Doubt(
        f"say what the coordinates refer to: {guess.en}",
        zh=f"请确认坐标系：{guess.zh}",
        field="datum",
        proposed=guess.datum,
    )


def _doubt(en: str, zh: str, proposed: str, remedy: str = "") -> Doubt:
    propose = f"declare {proposed}, or " if proposed else ""
    return Doubt(
        en, zh=zh, field="datum", proposed=proposed, remedy=remedy or f"{propose}accept the datum"
    )
