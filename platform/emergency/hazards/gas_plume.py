"""A steady gas release: Gaussian plume, with the guidebook's distances beside it where known."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from emergency.hazard import Choice, Figure, Hazard, Input, Outcome, Zone
from emergency.isolation import Distances, book
from emergency.plume import CALM, FARTHEST, Plume, stability

_METRES = 111_320.0  # per degree of latitude
_CIRCLE = 48  # corners
_SKIES = (
    Choice(1, "白天强日照", "Day, strong sun"),
    Choice(2, "白天中等日照", "Day, moderate sun"),
    Choice(3, "白天弱日照", "Day, slight sun"),
    Choice(4, "阴天", "Overcast"),
    Choice(5, "夜间多云", "Night, cloudy"),
    Choice(6, "夜间晴朗", "Night, clear"),
)
_NIGHTS = (5, 6)
_SUBSTANCES = (
    Choice(0, "未知", "Not known"),
    Choice(1005, "UN1005 液氨", "UN1005 Ammonia"),
    Choice(1017, "UN1017 氯气", "UN1017 Chlorine"),
    Choice(1053, "UN1053 硫化氢", "UN1053 Hydrogen sulphide"),
    Choice(1075, "UN1075 液化石油气", "UN1075 LPG"),
    Choice(1076, "UN1076 光气", "UN1076 Phosgene"),
    Choice(1203, "UN1203 汽油", "UN1203 Petrol"),
    Choice(2810, "UN2810 有机毒性液体", "UN2810 Toxic liquid, organic"),
)
_GROUNDS = (Choice(0, "开阔乡村", "Open country"), Choice(1, "城区", "Urban"))
_SPILLS = (Choice(0, "少量（不超过 208 升）", "Small (up to 208 L)"), Choice(1, "大量", "Large"))

Ring = list[list[float]]


class GasPlume(Hazard):
    """A steady, neutrally buoyant release over level ground."""

    title_zh = "气体扩散（高斯烟羽）"
    title_en = "Gas plume (Gaussian)"
    inputs = (
        Input("rate_g_s", "泄漏速率", "Release rate", "g/s", 0.001, 1e6),
        Input("wind_m_s", "风速（10 米高）", "Wind speed at 10 m", "m/s", 0.0, 40.0),
        Input("wind_from_deg", "风的来向", "Wind comes from", "°", 0.0, 360.0),
        Input("sky", "天空", "Sky", "", 1, 6, 4, _SKIES),
        Input("urban", "地面", "Ground", "", 0, 1, 1, _GROUNDS),
        Input("height_m", "泄漏源高度", "Height of the release", "m", 0.0, 300.0, 0.0),
        Input("danger_mg_m3", "危险浓度", "Dangerous above", "mg/m³", 0.001, 1e6),
        Input("caution_mg_m3", "警戒浓度", "Caution above", "mg/m³", 0.001, 1e6),
        Input("un", "物质", "Substance", "", 0, 9999, 0, _SUBSTANCES),
        Input("large", "泄漏量", "Spill", "", 0, 1, 1, _SPILLS),
    )

    def run(self, lon: float, lat: float, given: Mapping[str, float]) -> Outcome:
        """Return the contours of both limits downwind, and the guidebook's zones where known."""
        values = self.checked(given)
        wind = max(CALM, values["wind_m_s"])
        stable = stability(int(values["sky"]), values["wind_m_s"])
        urban = bool(values["urban"])
        plume = Plume(values["rate_g_s"], wind, values["height_m"], stable, urban)
        ground = _Ground(lon, lat, values["wind_from_deg"])
        night = int(values["sky"]) in _NIGHTS
        known = book().find(int(values["un"]), bool(values["large"]), night)
        limits = {name: values[f"{name}_mg_m3"] / 1000.0 for name in ("danger", "caution")}
        zones = [*_contours(plume, limits, ground), *_isolation(known, ground)]
        return Outcome(
            sorted(zones, key=lambda zone: zone.severity),
            _figures(plume, limits, known),
            list(_assumptions(values, plume, limits, known)),
        )


class _Ground:
    """Metres downwind and across, around a place, as degrees."""

    def __init__(self, lon: float, lat: float, wind_from: float) -> None:
        self._lon, self._lat = lon, lat
        self._shrink = math.cos(math.radians(lat))
        to = math.radians(wind_from + 180.0)  # where the wind goes, clockwise from north
        self._east, self._north = math.sin(to), math.cos(to)

    def polygon(self, ring: Iterable[tuple[float, float]]) -> dict[str, Any]:
        """Return a GeoJSON polygon of a ring of (downwind, left of it) metres."""
        return {"type": "Polygon", "coordinates": [[self._degrees(*spot) for spot in ring]]}

    def _degrees(self, along: float, left: float) -> list[float]:
        east = along * self._east - left * self._north
        north = along * self._north + left * self._east
        lon = self._lon + east / (_METRES * self._shrink)
        return [round(lon, 6), round(self._lat + north / _METRES, 6)]


def _contours(plume: Plume, limits: Mapping[str, float], ground: _Ground) -> Iterator[Zone]:
    titles = {
        "danger": (1, "危险浓度区", "Above the dangerous concentration"),
        "caution": (3, "警戒浓度区", "Above the caution concentration"),
    }
    for name, (severity, zh, en) in titles.items():
        ring = plume.outline(limits[name])
        if ring:
            yield Zone(severity, zh, en, ground.polygon(ring))


def _isolation(known: Distances | None, ground: _Ground) -> Iterator[Zone]:
    if known is None:
        return
    turns = [2 * math.pi * step / _CIRCLE for step in range(_CIRCLE)] + [0.0]
    ring = [(known.isolate * math.cos(turn), known.isolate * math.sin(turn)) for turn in turns]
    yield Zone(2, "初始隔离区（指南）", "Initial isolation (guidebook)", ground.polygon(ring))
    half, far = known.protect / 2, known.protect
    square = [(0.0, half), (far, half), (far, -half), (0.0, -half), (0.0, half)]
    title = "下风向防护区（指南）", "Protective action zone downwind (guidebook)"
    yield Zone(4, *title, ground.polygon(square))


def _figures(
    plume: Plume, limits: Mapping[str, float], known: Distances | None
) -> dict[str, Figure]:
    figures = {"class": Figure("大气稳定度", "Stability class", plume.stable)}
    figures["wind"] = Figure("计算风速", "Wind reckoned with", plume.wind, "m/s")
    names = {
        "danger": ("危险浓度最远", "Dangerous as far as"),
        "caution": ("警戒浓度最远", "Caution as far as"),
    }
    for name, titles in names.items():
        reach = plume.reach(limits[name]) or 0.0
        width = 2 * plume.half_width(reach / 2, limits[name]) if reach else 0.0
        figures[f"{name}_reach"] = Figure(*titles, round(reach, 1), "m")
        label = ("其半程处宽度", "Width half-way there")
        figures[f"{name}_width"] = Figure(*label, round(width, 1), "m")
    if known is not None:
        figures["isolate"] = Figure("指南：初始隔离半径", "Guidebook: isolate", known.isolate, "m")
        label = ("指南：下风向防护距离", "Guidebook: protect downwind")
        figures["protect"] = Figure(*label, known.protect, "m")
    return figures


def _assumptions(
    values: Mapping[str, float],
    plume: Plume,
    limits: Mapping[str, float],
    known: Distances | None,
) -> Iterator[tuple[str, str]]:
    yield (
        "稳定连续泄漏，密度与空气相近，地面平坦，地面完全反射，无沉降与反应",
        "Steady release as dense as air over level ground that reflects all; nothing settles",
    )
    ground = ("城区", "urban") if plume.urban else ("乡村", "rural")
    yield (
        f"稳定度 {plume.stable}（Pasquill），扩散系数 Briggs {ground[0]}；介于两级时取较稳定者",
        f"Pasquill class {plume.stable}, Briggs {ground[1]} spreads; of split classes the stabler",
    )
    yield (
        f"风自 {values['wind_from_deg']:g}° 吹来，期间风向风速不变；等值线不是安全边界",
        f"Wind from {values['wind_from_deg']:g}°, unchanging; a contour is no safe edge",
    )
    if values["wind_m_s"] < CALM:
        yield (
            f"静风：风速 {values['wind_m_s']:g} m/s 按 {CALM:g} m/s 计算，风向不可靠，四周均须戒备",
            f"Calm: {values['wind_m_s']:g} m/s reckoned as {CALM:g} m/s; the direction is"
            " unreliable, be on guard all round",
        )
    yield from _limits_of_reach(plume, limits)
    yield from _guidebook(values, known)


def _limits_of_reach(plume: Plume, limits: Mapping[str, float]) -> Iterator[tuple[str, str]]:
    reaches = [plume.reach(limit) for limit in limits.values()]
    if any(reach is not None and reach >= FARTHEST for reach in reaches):
        yield (
            "浓度在 10 km 处仍超限：公式只适用于约 100 m 至 10 km，更远处未画出",
            "Still above the limit at 10 km: the formula holds from about 100 m to 10 km; what is"
            " beyond is not drawn",
        )
    if any(reach is not None and reach < 100 for reach in reaches):
        yield (
            "100 m 以内公式不可靠，距离仅供参考",
            "Within 100 m the formula is unreliable; take the distance as a hint",
        )
    if all(reach is None for reach in reaches):
        yield (
            "按所给数值，地面浓度处处低于两个限值",
            "By these numbers the ground stays below both limits everywhere",
        )


def _guidebook(values: Mapping[str, float], known: Distances | None) -> Iterator[tuple[str, str]]:
    un, shelf = int(values["un"]), book()
    if un in (1005, 1017, 1075):
        yield (
            "该物质泄漏时可能比空气重，会贴地扩散并积聚在低处：本模型会低估，以指南距离为先",
            "This substance may be denser than air, creep along the ground and collect in low"
            " places: the model says too little, put the guidebook first",
        )
    if un in shelf.guides:
        yield f"应急指南第 {shelf.guides[un]} 号", f"Emergency response guide {shelf.guides[un]}"
    if known is not None:
        yield (
            f"指南距离用于最初 30 分钟：{shelf.edition_zh}",
            f"Guidebook distances are for the first 30 minutes: {shelf.edition_en}",
        )
    elif un:
        yield (
            "该物质、泄漏量与时段的指南距离未装载",
            "The guidebook's distance for this substance, spill and time of day is not loaded",
        )


__all__: Sequence[str] = ("GasPlume",)
