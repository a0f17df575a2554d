"""Whom to send: the run card filled by travel time, with a reason for each, chosen or not."""

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from emergency import public, reach, whereabouts
from emergency.models import Incident, Status, Unit
from emergency.nature import Need
from emergency.reach import Way
from emergency.whereabouts import Where
from people import may

Reason = tuple[str, str]
_NO_WAY = ("目前无路可达", "no way there on today's roads")
_NO_PLACE = ("事件尚未定位", "the incident has no place yet")


@dataclasses.dataclass(frozen=True, slots=True)
class Candidate:
    """A unit with its place and its way to the incident, where there is one."""

    unit: Unit
    where: Where
    way: Way | None

    @property
    def seconds(self) -> float:
        """Return the travel time; without a way, longer than any."""
        return self.way.seconds if self.way else float("inf")


def for_incident(incident: Incident, rights: may.Rights) -> dict[str, Any]:
    """Return whom to send and why, and why not the others, nearest first."""
    nature = public.nature_of(incident.nature)
    field = _candidates(incident, rights)
    there = [each for each in field if _ordered_here(each.unit, incident)]
    missing = _missing(nature.card, there)
    chosen = _choose(field, missing)
    taken = {each.unit.pk for each in [*chosen, *there]}
    passed = [each for each in field if each.unit.pk not in taken]
    kinds = {need.force for need in nature.card}
    placed = incident.point is not None
    return {
        "incident": incident.pk,
        "version": incident.version,
        "basis": _basis(field),
        "card": _card(nature.card, there, chosen),
        "chosen": [_told(each, _why(each, passed)) for each in chosen],
        "passed": [_told(each, _why_not(each, kinds, missing, chosen, placed)) for each in passed],
    }


def _candidates(incident: Incident, rights: may.Rights) -> list[Candidate]:
    rows = Unit.objects.filter(may.visible(rights, "unit.dispatch"), active=True)
    units = list(rows.select_related("department", "order").order_by("code"))
    spots = whereabouts.of_units(units)
    origins = {pk: (where.lon, where.lat) for pk, where in spots.items()}
    point = incident.point
    ways = reach.arrivals((point.x, point.y), origins) if point else {}
    field = [Candidate(unit, spots[unit.pk], ways.get(unit.pk)) for unit in units]
    return sorted(field, key=lambda each: (each.seconds, each.unit.code))


def _ordered_here(unit: Unit, incident: Incident) -> bool:
    return unit.order is not None and unit.order.incident_id == incident.pk


def _missing(card: Sequence[Need], there: Sequence[Candidate]) -> dict[str, int]:
    """Return how many units of each kind the card still asks for."""
    have = Counter(each.unit.kind for each in there)
    return {need.force: max(0, need.count - have[need.force]) for need in card}


def _free(each: Candidate) -> bool:
    return each.unit.status == Status.AVAILABLE and not each.where.stale and each.way is not None


def _choose(field: Sequence[Candidate], missing: Mapping[str, int]) -> list[Candidate]:
    """Return the nearest free units of each kind that is asked for, in the card's order."""
    chosen: list[Candidate] = []
    for force, count in missing.items():
        chosen += [each for each in field if each.unit.kind == force and _free(each)][:count]
    return chosen


def _card(
    card: Sequence[Need], there: Sequence[Candidate], chosen: Sequence[Candidate]
) -> list[dict[str, Any]]:
    have = Counter(each.unit.kind for each in there)
    get = Counter(each.unit.kind for each in chosen)
    return [
        {
            "force": need.force,
            "force_zh": public.force_of(need.force).title_zh,
            "force_en": public.force_of(need.force).title_en,
            "wanted": need.count,
            "have": have[need.force],
            "short": max(0, need.count - have[need.force] - get[need.force]),
        }
        for need in card
    ]


def _basis(field: Sequence[Candidate]) -> str | None:
    return next((each.way.basis for each in field if each.way), None)


def _told(each: Candidate, reason: Reason) -> dict[str, Any]:
    return {
        "unit": each.unit.pk,
        "code": each.unit.code,
        "name_zh": each.unit.name_zh,
        "name_en": each.unit.name_en,
        "kind": each.unit.kind,
        "status": str(each.unit.status),
        "incident": each.unit.order.incident_id if each.unit.order else None,
        "lon": each.where.lon,
        "lat": each.where.lat,
        "age_s": None if each.where.age_s is None else round(each.where.age_s),
        "eta_s": round(each.way.seconds) if each.way else None,
        "metres": round(each.way.metres) if each.way else None,
        "basis": each.way.basis if each.way else None,
        "reason_zh": reason[0],
        "reason_en": reason[1],
    }


def clock_form(seconds: float) -> str:
    """Return a duration as minutes:seconds."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


def _way_words(way: Way) -> Reason:
    km = way.metres / 1000
    if way.basis == reach.LINE:
        return (
            f"约 {clock_form(way.seconds)}（直线估算 {km:.1f} km）",
            f"about {clock_form(way.seconds)} (straight line estimate, {km:.1f} km)",
        )
    return f"{clock_form(way.seconds)} 到达，{km:.1f} km", f"{clock_form(way.seconds)}, {km:.1f} km"


def _why(each: Candidate, passed: Sequence[Candidate]) -> Reason:
    """Say why a unit is chosen: how soon it is there, and how soon the next would be."""
    assert each.way is not None
    zh, en = _way_words(each.way)
    kind = each.unit.kind
    following = next((p for p in passed if p.unit.kind == kind and _free(p)), None)
    if following is None or following.way is None:
        return f"{zh}；无其他可派同类单位", f"{en}; no other of its kind is free"
    name, time = following.unit.code, clock_form(following.way.seconds)
    return f"{zh}；次近 {name} 需 {time}", f"{en}; next is {name} at {time}"


def _why_not(
    each: Candidate,
    kinds: set[str],
    missing: Mapping[str, int],
    chosen: Sequence[Candidate],
    placed: bool,
) -> Reason:
    """Say why a unit is passed over; what weighs most comes first."""
    unit = each.unit
    if unit.kind not in kinds:
        force = public.force_of(unit.kind)
        return f"类别不符（{force.title_zh}）", f"wrong kind ({force.title_en.lower()})"
    return _not_free(each, placed) or _farther(each, missing, chosen)


def _not_free(each: Candidate, placed: bool) -> Reason | None:
    unit = each.unit
    if unit.order is not None:
        soon = f"，{clock_form(each.seconds)} 可到" if each.way else ""
        soon_en = f", {clock_form(each.seconds)} away" if each.way else ""
        number = unit.order.incident_id
        return f"正在处置 #{number}{soon}", f"busy with #{number}{soon_en}"
    if unit.status == Status.OUT_OF_SERVICE:
        return "停用", "out of service"
    if unit.status != Status.AVAILABLE:
        return "占用中", "committed"
    if each.where.stale and each.where.age_s is not None:
        minutes = round(each.where.age_s / 60)
        return f"位置已过 {minutes} 分钟", f"position {minutes} min old"
    if each.way is None:
        return _NO_WAY if placed else _NO_PLACE
    return None


def _farther(each: Candidate, missing: Mapping[str, int], chosen: Sequence[Candidate]) -> Reason:
    assert each.way is not None
    if not missing.get(each.unit.kind):
        return "同类单位已足", "enough of its kind are on it"
    last = [c for c in chosen if c.unit.kind == each.unit.kind][-1]
    later = clock_form(each.way.seconds - last.seconds)
    zh, en = _way_words(each.way)
    return f"{zh}，比 {last.unit.code} 晚 {later}", f"{en}, {later} later than {last.unit.code}"
