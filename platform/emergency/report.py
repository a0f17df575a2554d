"""Reports upward, from the log: first (初报), follow-ups (续报, only what is new), final (终报).

A report is a list of parts, each with its name and text in both languages. What only people know
(cause, trend, help needed) is given by whoever sends it, and stands in both languages as written.
"""

import dataclasses
import datetime
from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from core.severity import Severity
from emergency import public
from emergency.grade import GRADES
from emergency.models import Incident, Remark, Task
from emergency.nature import CATEGORIES
from emergency.plan import LEVELS

Step = Mapping[str, Any]
_SOURCES = {
    Incident.Source.CALL: ("电话报警", "telephone call"),
    Incident.Source.ALERT: ("监测告警", "monitoring alert"),
    Incident.Source.CASE: ("城市管理案件", "urban management case"),
    Incident.Source.FIELD: ("现场人员", "people at the scene"),
}
# what people add, by the name of the field: the part's name in both languages
FIRST_GIVEN = {
    "cause": ("起因和性质", "Cause and character"),
    "extent": ("影响范围", "Extent"),
    "trend": ("发展趋势", "Trend"),
    "contact": ("现场负责人和联系方式", "Person in charge at the scene, contact"),
    "help": ("请求支援事项", "Help asked for"),
}
FINAL_GIVEN = {
    "result": ("处置结果", "Result"),
    "loss": ("损失核定", "Loss as established"),
    "cause": ("原因分析", "Cause"),
    "aftermath": ("善后", "Aftermath"),
    "evaluation": ("总结评估", "Evaluation"),
}
_PENDING = ("待核实", "to be established")


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    """One part of a report."""

    name_zh: str
    name_en: str
    text_zh: str
    text_en: str


def first(incident: Incident, steps: Iterable[Step], given: Mapping[str, str]) -> list[Part]:
    """Return the first report's parts in the order that the rules of reporting lay down."""
    nature = public.nature_of(incident.nature)
    source = _SOURCES[Incident.Source(incident.source)]
    category = CATEGORIES[nature.category]
    grade = GRADES[Severity(incident.severity)]
    told = _narrative(incident)
    parts = [
        Part("信息来源", "Source", *source),
        Part("接报时间", "Received", *(moment(incident.known_at),) * 2),
        Part("发生时间", "Happened", *(moment(incident.reported_at),) * 2),
        Part("发生地点", "Place", *_place(incident)),
        Part(
            "事件类别",
            "Kind",
            f"{category[0]}·{nature.title_zh}，{grade[0]}",
            f"{category[1]}: {nature.title_en}, {grade[1].lower()}",
        ),
        _given(FIRST_GIVEN, "cause", given, told),
        Part("伤亡和失联人数", "Casualties and missing", *_casualties(incident)),
        Part("经济损失初估", "Estimated loss", *_loss(incident)),
    ]
    parts += [_given(FIRST_GIVEN, name, given) for name in ("extent", "trend")]
    parts.append(Part("已采取措施", "Measures taken", *_measures(steps)))
    parts += [_given(FIRST_GIVEN, name, given) for name in ("contact", "help")]
    return parts


def follow_up(steps: Iterable[Step], given: Mapping[str, str]) -> list[Part]:
    """Return what is new: the steps since the last report, and what is added by hand."""
    parts = [Part("新情况与措施", "New since the last report", *_measures(steps))]
    parts += [_given(FIRST_GIVEN, name, given) for name in FIRST_GIVEN if given.get(name)]
    return parts


def final(incident: Incident, steps: Iterable[Step], given: Mapping[str, str]) -> list[Part]:
    """Return the final report: what is new, the losses, and the evaluation."""
    parts = [
        Part("新情况与措施", "New since the last report", *_measures(steps)),
        Part("时间节点", "Times", *_times(incident)),
        Part("伤亡和失联人数", "Casualties and missing", *_casualties(incident)),
    ]
    parts += [
        _given(FINAL_GIVEN, name, given, _loss(incident) if name == "loss" else None)
        for name in FINAL_GIVEN
    ]
    return parts


def moment(at: datetime.datetime | None) -> str:
    """Return a moment in the city's own time."""
    if at is None:
        return "—"
    return at.astimezone(ZoneInfo(settings.TIME_ZONE)).strftime("%Y-%m-%d %H:%M:%S")


def _given(
    names: Mapping[str, tuple[str, str]],
    name: str,
    given: Mapping[str, str],
    otherwise: tuple[str, str] | None = None,
) -> Part:
    words = given.get(name, "").strip()
    return Part(*names[name], *((words, words) if words else otherwise or _PENDING))


def _narrative(incident: Incident) -> tuple[str, str] | None:
    told = incident.remarks.filter(kind=Remark.Kind.NARRATIVE, erased_at=None).first()
    return (told.words, told.words) if told else None


def _place(incident: Incident) -> tuple[str, str]:
    spot = f"（{incident.point.x:.5f}, {incident.point.y:.5f}）" if incident.point else ""
    zh = " ".join(part for part in (incident.place_zh, incident.address) if part)
    en = ", ".join(part for part in (incident.address, incident.place_en) if part)
    return zh + spot or _PENDING[0], en + spot or _PENDING[1]


def _casualties(incident: Incident) -> tuple[str, str]:
    counts = (incident.deaths, incident.serious_injuries, incident.missing)
    if all(count is None for count in counts):
        return _PENDING
    shown = ["—" if count is None else str(count) for count in counts]
    return (
        f"死亡 {shown[0]} 人，重伤 {shown[1]} 人，失联 {shown[2]} 人",
        f"{shown[0]} dead, {shown[1]} seriously injured, {shown[2]} missing",
    )


def _loss(incident: Incident) -> tuple[str, str]:
    if incident.loss_10k_yuan is None:
        return _PENDING
    return f"{incident.loss_10k_yuan:g} 万元", f"{incident.loss_10k_yuan:g} × 10,000 yuan"


def _measures(steps: Iterable[Step]) -> tuple[str, str]:
    """Return the steps as lines with their times; notes with their words."""
    zh, en = [], []
    for step in steps:
        if not _is_measure(step):
            continue
        at = moment(datetime.datetime.fromisoformat(step["at"]))[11:16]
        said = f"：{step['remark']['words']}" if _tells(step) else ""
        zh.append(f"{at} {step['line_zh']}{said}")
        en.append(f"{at} {step['line_en']}{said.replace('：', ': ')}")
    return ("\n".join(zh) or "无", "\n".join(en) or "none")


def _is_measure(step: Step) -> bool:
    """Say whether a step is told upward: of tasks only what a plan asked for and was done."""
    if step["topic"] == "task":
        return bool(step["task"] == Task.Kind.PLAN and step["kind"] == "done")
    return step["kind"] not in ("reported", "reported_up")


def _tells(step: Step) -> bool:
    return step["kind"] == "noted" and bool(step["remark"] and step["remark"]["words"])


def _times(incident: Incident) -> tuple[str, str]:
    names = {
        "reported_at": ("接报", "reported"),
        "dispatched_at": ("首次派遣", "first dispatched"),
        "en_route_at": ("首车出动", "first en route"),
        "on_scene_at": ("首车到场", "first on scene"),
        "under_control_at": ("控制", "under control"),
        "closed_at": ("结束", "closed"),
    }
    rows = {name: moment(getattr(incident, name)) for name in names}
    return (
        "\n".join(f"{names[name][0]} {at}" for name, at in rows.items()),
        "\n".join(f"{names[name][1]} {at}" for name, at in rows.items()),
    )


def title(kind: str, number: int) -> tuple[str, str]:
    """Return a report's heading."""
    if kind == "follow_up":
        return f"续报（{_numeral(number)}）", f"Follow-up report {number}"
    return ("初报", "First report") if kind == "first" else ("终报", "Final report")


def _numeral(number: int) -> str:
    """Return 1 to 99 as follow-ups are numbered: 一, 二, 三."""
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else ("" if tens == 1 else digits[tens]) + "十"
    return head + (digits[ones] if ones else "")


def response(incident: Incident) -> str:
    """Return the response level as plans write it, empty where there is none."""
    return LEVELS.get(incident.response_level or 0, "")
